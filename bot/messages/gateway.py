"""Requests on their way to Telegram. Each leaves when the limits, the pauses, the breaker and the lease allow it."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Protocol

from telegram.error import TelegramError

from bot.counters import count
from bot.messages.breaker import Breaker
from bot.messages.limiter import Limiter, Slots
from bot.messages.outcome import Outcome, Verdict, is_certainly_unsent, outcome_of
from bot.messages.transport import NO_FILES, READ_SECONDS, Transport

PROBE_SECONDS = 5.0
"""How long the answer to a probe may take."""
NOT_ACTIVE_WAIT_SECONDS = 1.0
Parameters = dict[str, Any]


class Activity(Protocol):
    """Knows whether this process is the active one, like ``bot.operations.leadership.Leadership``."""

    @property
    def is_proven(self) -> bool:
        """Whether no other process can be active at this moment."""
        ...

    async def may_reply(self) -> bool:
        """Return whether a reply may leave. False only if another process is known to be active."""
        ...


class AlwaysActive:
    """The activity of a process that shares its database with no other."""

    is_proven = True

    async def may_reply(self) -> bool:
        """Return true: no other process can have taken over."""
        return True


class Gateway:
    """Sends requests to ``url`` (``<base>/bot<token>``). Every request ends in an ``Outcome``.

    With ``is_paid``, Telegram may charge for new messages above its free rate. ``is_polling_down`` returns whether
    Telegram fails when it is asked for updates.
    """

    def __init__(
        self,
        transport: Transport,
        url: str,
        limiter: Limiter,
        activity: Activity | None = None,
        *,
        is_paid: bool = False,
        is_polling_down: Callable[[], bool] = lambda: False,
    ) -> None:
        self._transport = transport
        self._url = url
        self._limiter = limiter
        self._activity = activity or AlwaysActive()
        self._paid: Parameters = {"allow_paid_broadcast": True} if is_paid else {}
        self._breaker = Breaker(self._is_telegram_up, limiter.monotonic, is_polling_down)
        self._pushes_under_way = 0
        self.hold_chat = limiter.hold_chat
        self.rates = limiter.rates

    async def reply(
        self,
        method: str,
        parameters: Parameters,
        files: Mapping[str, bytes] = NO_FILES,
        seconds: float = READ_SECONDS,
        *,
        urgent: bool = False,
    ) -> Outcome:
        """Send or edit a message that a person waits for, as soon as it may leave. The caller must hold the chat.

        An ``urgent`` message is relief: it goes before everything else in its chat, and waits for the end of any pause.
        """
        if not await self._activity.may_reply():
            return _not_active_outcome()
        chat_id, new = parameters["chat_id"], _is_new(method)
        departure = await self._limiter.reply(chat_id, new=new, urgent=urgent)
        if departure.wait:
            why = "the chat's pause is longer than anybody waits"
            return Outcome(Verdict.LATER, wait_seconds=departure.wait, limited=True, why=why)
        outcome = await self._send(method, parameters, files, seconds)
        if new and is_certainly_unsent(outcome):
            self._limiter.forget_departure(chat_id, departure)
        return outcome

    async def push(
        self,
        method: str,
        parameters: Parameters,
        on_sent: Callable[[], None] | None = None,
        files: Mapping[str, bytes] = NO_FILES,
        *,
        urgent: bool = False,
    ) -> Outcome:
        """Send or edit a message that nobody waits for, if that is allowed now; otherwise return LATER.

        An ``urgent`` message helps somebody in pain, and may use the share of the rate that is kept for replies.

        ``on_sent`` is called when the last byte of a request without files has left this machine.
        """
        chat_id, new = parameters["chat_id"], _is_new(method)
        async with self._limiter.push(chat_id, new=new, urgent=urgent) as departure:
            if departure.wait:
                return Outcome(Verdict.LATER, wait_seconds=departure.wait, why="the limits do not allow it yet")
            if not self._activity.is_proven:
                return _not_active_outcome()
            self._pushes_under_way += 1
            try:
                outcome = await self._send(method, parameters, files, on_sent=on_sent, pushed=True)
            finally:
                self._pushes_under_way -= 1
            if new and is_certainly_unsent(outcome):
                self._limiter.forget_departure(chat_id, departure)
            return outcome

    async def request(self, method: str, parameters: Parameters) -> Outcome:
        """Send a request that neither creates nor changes a message. No limit counts it, and it waits for nothing."""
        return await self._call(method, parameters) if await self._activity.may_reply() else _not_active_outcome()

    @asynccontextmanager
    async def reserve(self, most: int) -> AsyncIterator[Slots]:
        """Reserve slots for up to ``most`` reminders, as ``Limiter.reserve``; in an outage, one for a trial or none."""
        async with self._limiter.reserve(await self._admit(most)) as slots:
            slots.number = await self._admit(slots.number)  # the breaker may have opened meanwhile
            slots.is_trial = self._breaker.is_open
            yield slots

    async def _admit(self, most: int) -> int:
        admitted = await self._breaker.admit(most)
        return 0 if self._breaker.is_open and self._pushes_under_way else admitted

    async def _send(
        self,
        method: str,
        parameters: Parameters,
        files: Mapping[str, bytes] = NO_FILES,
        seconds: float = READ_SECONDS,
        on_sent: Callable[[], None] | None = None,
        *,
        pushed: bool = False,
    ) -> Outcome:
        chat_id = parameters["chat_id"]
        paid = self._paid if _is_new(method) else {}
        outcome = await self._call(method, {**parameters, **paid}, files, seconds, on_sent)
        if outcome.limited:
            self._limiter.pause(chat_id, outcome.wait_seconds)
        self._breaker.record(chat_id, down=outcome.down, pushed=pushed)
        return outcome

    async def _is_telegram_up(self) -> bool:
        """Return whether Telegram answers a message to the bot itself. A refusal is an answer; getMe proves less."""
        bot_id = self._url.rpartition("/bot")[2].partition(":")[0]
        return not (await self._call("sendMessage", {"chat_id": bot_id, "text": "."}, seconds=PROBE_SECONDS)).down

    async def _call(
        self,
        method: str,
        parameters: Parameters,
        files: Mapping[str, bytes] = NO_FILES,
        seconds: float = READ_SECONDS,
        on_sent: Callable[[], None] | None = None,
    ) -> Outcome:
        try:
            result = await self._transport.call(f"{self._url}/{method}", parameters, files, seconds, on_sent)
        except TelegramError as error:
            outcome = outcome_of(error)
        else:
            message = result if isinstance(result, dict) else {}
            *_, file = message.get("photo") or [message.get("voice") or {}]  # the last picture is the largest
            outcome = Outcome(Verdict.SENT, message_id=message.get("message_id"), file_id=file.get("file_id"))
        count("requests", method, outcome.verdict.value)
        if outcome.limited:
            count("limited")
        return outcome


def _is_new(method: str) -> bool:
    return method.startswith("send")


def _not_active_outcome() -> Outcome:
    return Outcome(Verdict.LATER, wait_seconds=NOT_ACTIVE_WAIT_SECONDS, why="this process is not the active one")
