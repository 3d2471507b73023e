"""One process's share of what all processes of the bot may send together."""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from typing import NamedTuple

from bot.limiter.quota import VALID_SECONDS, Asked, Chat, Granted

PATIENCE_SECONDS = 0.1
"""How long a reply waits for the database: then it goes out, and is counted later."""
AGAIN_SECONDS = 0.05
"""A reply that is to wait longer asks again halfway: what reminders do not need comes back at any time."""
RETRY_SECONDS = 0.5
"""How often a database that is away is told what Telegram has limited."""
MOST_QUESTIONS = 3
"""So often at most a reminder asks for a permit that others take, or that is no longer valid when it comes."""
LONGEST_SECONDS = 1.5
"""A longer wait for room is a pause."""
Ask = Callable[[Asked], Awaitable[Granted | None]]
"""Asks the database; None if it cannot be asked."""


class Permit(NamedTuple):
    """A reminder may leave from and until then; ``number`` is that of the grant."""

    since: float
    until: float
    number: int


class Shared:
    """Asks for all that wants to leave within some milliseconds at once. ``monotonic`` gives seconds."""

    def __init__(self, ask: Ask, monotonic: Callable[[], float], sleep: Callable[[float], Awaitable[None]]) -> None:
        self._ask = ask
        self._monotonic = monotonic
        self._sleep = sleep
        self._replies: list[tuple[Chat, asyncio.Future[float]]] = []
        self._reminders: list[tuple[int, asyncio.Future[tuple[int, float]]]] = []
        self._unasked: list[Chat] = []
        self._over = Counter[int]()
        self._left: list[float] = []
        self._limited: dict[int, float] = {}
        self._permits = deque[Permit]()
        self._asking: asyncio.Task[None] | None = None
        self._asked_at = 0.0

    async def reply(self, chat: Chat) -> None:
        """Wait until a reply may leave, but not for the database."""
        while (wait := await self._asked_for_reply(chat)) > 0:
            await self._sleep(max(wait / 2, min(wait, AGAIN_SECONDS)))

    async def reminder(self) -> float:
        """0 if a reminder may leave now, or else how many seconds to wait."""
        for _ in range(MOST_QUESTIONS):
            if await self._take():
                return 0.0
            number, wait = await self._ask_for_reminders(1)
            if not number:
                return max(wait, AGAIN_SECONDS)
        return 0.0 if await self._take() else AGAIN_SECONDS

    async def ready(self) -> None:
        """Wait for the moment from which the next reminder may leave, if it has its permit."""
        while self._permits and (wait := self._permits[0].since - self._monotonic()) > 0:
            await self._sleep(wait)

    async def reminders(self, most: int) -> int:
        """Wait until reminders may leave within some milliseconds; returns how many, 0 in a pause of the bot."""
        number, wait = await self._ask_for_reminders(most)
        if not number and wait <= LONGEST_SECONDS:
            await self._sleep(wait)
            number, _ = await self._ask_for_reminders(most)
        return number

    def give_back(self, number: int) -> None:
        """So much of what was granted to reminders is not needed: it is others'."""
        self._over.update(self._permits.pop().number for _ in range(min(number, len(self._permits))))
        self._ask_soon()

    def limit(self, chat_id: int, seconds: float) -> None:
        """Tell the others that Telegram has limited a chat."""
        self._limited[chat_id] = seconds
        self._ask_soon()

    async def _take(self) -> bool:
        """Take a permit that is still valid, to leave at once; others may take those that came with the same answer."""
        await self.ready()
        now = self._monotonic()
        while self._permits:
            permit = self._permits.popleft()
            self._over[permit.number] += 1
            if permit.until >= now:
                self._left.append(now)
                return True
        return False

    async def _asked_for_reply(self, chat: Chat) -> float:
        future: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        if not (self._is_asking and self._monotonic() - self._asked_at > PATIENCE_SECONDS):
            self._replies.append((chat, future))
            self._ask_soon()
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE_SECONDS):
                    return await future
        self._unasked.append(chat)
        return 0.0

    async def _ask_for_reminders(self, most: int) -> tuple[int, float]:
        future: asyncio.Future[tuple[int, float]] = asyncio.get_running_loop().create_future()
        self._reminders.append((most, future))
        self._ask_soon()
        return await future

    @property
    def _is_asking(self) -> bool:
        return self._asking is not None and not self._asking.done()

    def _ask_soon(self) -> None:
        if not self._is_asking:
            self._asked_at = self._monotonic()  # or those who come in the same moment would believe it to hang
            self._asking = asyncio.create_task(self._ask_all())

    async def _ask_all(self) -> None:
        """One question at a time: what comes up meanwhile is the next one's."""
        while self._replies or self._reminders or self._unasked or self._over or self._limited:
            replies = [each for each in self._replies if not each[1].done()]
            reminders, self._replies, self._reminders = self._reminders, [], []
            asked = self._asked([chat for chat, _ in replies], sum(most for most, _ in reminders))
            granted = await self._ask(asked)
            if granted is None:  # what has left counts as long as what may still leave
                self._unasked += [*asked.unasked, *asked.replies]
                self._limited = {**asked.limited, **self._limited}
                _tell_replies(replies, [0.0] * len(replies))
                _tell_reminders(reminders, 0, 1.0)
                if self._limited:  # this process has a pause, and would not ask: but the others must know
                    await self._sleep(RETRY_SECONDS)
                elif not (self._replies or self._reminders):  # or who came meanwhile would wait for ever
                    return
                continue
            _tell_replies(replies, granted.replies)
            self._permit(granted)
            _tell_reminders(reminders, len(granted.reminders), max(granted.wait, granted.pause))

    def _asked(self, replies: Sequence[Chat], reminders: int) -> Asked:
        """All there is to ask and to tell; it is told once."""
        self._asked_at = self._monotonic()
        left = Counter(int(1000 * (self._asked_at - at)) for at in self._left)
        asked = Asked(replies, reminders, self._unasked, self._over, left, self._limited)
        self._unasked, self._over, self._left, self._limited = [], Counter(), [], {}
        return asked

    def _permit(self, granted: Granted) -> None:
        now, until = self._monotonic(), self._asked_at + VALID_SECONDS + granted.queued
        self._permits.extend(Permit(now + wait, until, granted.number) for wait in granted.reminders)


def _tell_reminders(
    reminders: Iterable[tuple[int, asyncio.Future[tuple[int, float]]]], number: int, wait: float
) -> None:
    for most, future in reminders:
        share = min(most, number)
        number -= share
        if not future.done():
            future.set_result((share, wait))


def _tell_replies(replies: Iterable[tuple[Chat, asyncio.Future[float]]], waits: Iterable[float]) -> None:
    for (_, future), wait in zip(replies, waits, strict=True):
        if not future.done():
            future.set_result(wait)
