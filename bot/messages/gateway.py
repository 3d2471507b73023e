"""Requests on their way to Telegram: each when the limits, the pauses and the outages let it."""

from collections.abc import Callable, Mapping
from typing import Any

from telegram.error import TelegramError

from bot.counters import count
from bot.messages.limits import Breaker, Limiter
from bot.messages.outcome import Outcome, Verdict, judge, was_not_made
from bot.messages.transport import NO_FILES, READ_SECONDS, Transport

PROBE_TIMEOUT_SECONDS = 5.0
Parameters = dict[str, Any]


class Outgoing:
    """Carries requests to ``url`` (``<base>/bot<token>``); every one ends in an ``Outcome``.

    With ``is_paid``, new messages may be charged for where they are more than the free ones.
    """

    def __init__(self, transport: Transport, url: str, limiter: Limiter, *, is_paid: bool = False) -> None:
        self._transport = transport
        self._url = url
        self._limiter = limiter
        self._paid: Parameters = {"allow_paid_broadcast": True} if is_paid else {}
        self._breaker = Breaker(self._answers, limiter.monotonic)
        self._unasked = 0
        self.turn = limiter.turn

    async def reply(
        self, method: str, parameters: Parameters, files: Mapping[str, bytes] = NO_FILES, seconds: float = READ_SECONDS
    ) -> Outcome:
        """Send or edit something for somebody who waits, once it may leave; the caller has the chat's ``turn``."""
        chat_id, new = parameters["chat_id"], _is_new(method)
        departure = await self._limiter.reply(chat_id, new=new)
        if departure.wait:
            why = "its chat is paused for longer than anybody waits"
            return Outcome(Verdict.LATER, wait_seconds=departure.wait, limited=True, why=why)
        outcome = await self._noted(method, parameters, files, seconds)
        if new and was_not_made(outcome):
            self._limiter.take_back(chat_id, departure)
        return outcome

    async def unasked(
        self, method: str, parameters: Parameters, left: Callable[[], None] | None = None, *, urgent: bool = False
    ) -> Outcome:
        """Send or edit something that nobody waits for, at once, or else LATER; ``urgent`` is what helps in pain."""
        chat_id, new = parameters["chat_id"], _is_new(method)
        async with self._limiter.unasked(chat_id, new=new, urgent=urgent) as departure:
            if departure.wait:
                return Outcome(Verdict.LATER, wait_seconds=departure.wait, why="it is not its turn")
            self._unasked += 1
            try:
                outcome = await self._noted(method, parameters, left=left)
            finally:
                self._unasked -= 1
            if new and was_not_made(outcome):
                self._limiter.take_back(chat_id, departure)
            return outcome

    async def free(self, method: str, parameters: Parameters) -> Outcome:
        """A request that makes no message and changes none: it counts for no limit, and waits for nothing."""
        return await self._call(method, parameters)

    @property
    def is_on_trial(self) -> bool:
        """Whether what goes out next only tries if an outage is over."""
        return self._breaker.is_open

    async def room(self, most: int) -> int:
        """Wait until reminders may be claimed, to leave as they are ``ready``; how many, ``most`` at the most.

        0 in an outage, or if none may soon, as while the bot is paused.
        """
        if not await self._admitted(most):
            return 0
        room = await self._limiter.room(most)
        return await self._admitted(room)  # it may have opened meanwhile

    async def ready(self) -> None:
        """Wait a moment until one more of them may leave."""
        await self._limiter.ready()

    def give_back(self, number: int) -> None:
        """So much of the room there was is not needed."""
        self._limiter.give_back(number)

    async def _admitted(self, most: int) -> int:
        admitted = await self._breaker.admits(most)
        return 0 if self._breaker.is_open and self._unasked else admitted

    async def _noted(
        self,
        method: str,
        parameters: Parameters,
        files: Mapping[str, bytes] = NO_FILES,
        seconds: float = READ_SECONDS,
        left: Callable[[], None] | None = None,
    ) -> Outcome:
        chat_id = parameters["chat_id"]
        paid = self._paid if _is_new(method) else {}
        outcome = await self._call(method, {**parameters, **paid}, files, seconds, left)
        if outcome.limited:
            self._limiter.pause(chat_id, outcome.wait_seconds)
        self._breaker.note(chat_id, down=outcome.down)
        return outcome

    async def _answers(self) -> bool:
        return not (await self._call("getMe", {}, seconds=PROBE_TIMEOUT_SECONDS)).down

    async def _call(
        self,
        method: str,
        parameters: Parameters,
        files: Mapping[str, bytes] = NO_FILES,
        seconds: float = READ_SECONDS,
        left: Callable[[], None] | None = None,
    ) -> Outcome:
        try:
            result = await self._transport.call(f"{self._url}/{method}", parameters, files, seconds, left)
        except TelegramError as error:
            outcome = judge(error)
        else:
            outcome = _sent(result)
        count("requests", method, outcome.verdict.value)
        if outcome.limited:
            count("limited")
        return outcome


def _is_new(method: str) -> bool:
    return method.startswith("send")


def _sent(result: Any) -> Outcome:
    if not isinstance(result, dict):
        return Outcome(Verdict.SENT)
    sizes = result.get("photo") or [{}]
    return Outcome(Verdict.SENT, message_id=result.get("message_id"), file_id=sizes[-1].get("file_id"))
