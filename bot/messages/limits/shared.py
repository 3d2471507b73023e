"""One process's share of what all processes of the bot may send together."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from uuid import uuid4

from bot.messages.limits.held import Held
from bot.messages.limits.permits import SPAN
from bot.messages.limits.quota import LEASE_SECONDS, RENEW_SECONDS, Asked, ChatId, Granted
from bot.messages.limits.rates import AHEAD_SECONDS, SHORTEST_WAIT_SECONDS

PATIENCE_SECONDS = 0.1
"""How long a reply waits for the database: then it goes out, and is counted later."""
AGAIN_SECONDS = 0.05
"""A reply that is to wait longer asks again halfway: what reminders do not need comes back at any time."""
RETRY_SECONDS = 0.5
"""How often a database that is away is told what Telegram has limited."""
MOST_QUESTIONS = 3
"""So often at most a reminder asks for a permit that others take, or that is no longer valid when it comes."""
AWAY_SECONDS = 1.0
"""How long no permits are asked for from a database that is away."""
LONGEST_SECONDS = 1.5
"""So long at most it is waited for room."""
AT_ONCE = 4
"""So many times what can be claimed at once is asked for together: who begins needs those of a whole second."""
Ask = Callable[[Asked], Awaitable[Granted | None]]
"""Asks the database; None if it cannot be asked."""


class Shared:
    """Asks for all that wants to leave within some milliseconds at once. ``monotonic`` gives seconds."""

    def __init__(self, ask: Ask, monotonic: Callable[[], float], sleep: Callable[[float], Awaitable[None]]) -> None:
        self._ask = ask
        self._monotonic = monotonic
        self._sleep = sleep
        self._process = uuid4().hex
        self._replies: list[tuple[ChatId, asyncio.Future[float]]] = []
        self._reminders: list[tuple[int, asyncio.Future[tuple[int, float]]]] = []
        self._unasked: list[ChatId] = []
        self._limited: dict[int, float] = {}
        self._held = Held()
        self._more_at = 0.0
        self._wanted: asyncio.Future[tuple[int, float]] | None = None  # what room waits for
        self._asking: asyncio.Task[None] | None = None
        self._asked_at = 0.0

    async def reply(self, chat: ChatId) -> None:
        """Wait until a reply may leave, but not for the database."""
        while (wait := await self.reply_once(chat)) > 0:
            await self._sleep(max(wait / 2, min(wait, AGAIN_SECONDS)))

    async def reply_once(self, chat: ChatId) -> float:
        """0 if a reply may leave now, or else how many seconds to wait; but it does not wait for the database."""
        future: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        if not (self._is_asking and self._monotonic() - self._asked_at > PATIENCE_SECONDS):
            self._replies.append((chat, future))
            self._ask_soon()
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE_SECONDS):
                    return await future
        self._unasked.append(chat)
        return 0.0

    async def reminder(self) -> float:
        """0 if a reminder may leave now, or else how many seconds to wait."""
        for _ in range(MOST_QUESTIONS):
            if await self._take():
                return 0.0
            number, wait = await self._want(1)
            if not number:
                return max(wait, AGAIN_SECONDS)
        return 0.0 if await self._take() else AGAIN_SECONDS

    async def ready(self) -> None:
        """Wait for the moment from which the next reminder may leave, if it is near."""
        while 0 < (wait := self._held.wait(self._monotonic())) <= AHEAD_SECONDS:
            await self._sleep(wait)

    async def room(self, least: int, most: int) -> int:
        """Wait until ``least`` reminders, or all that may, can be claimed to leave in a moment.

        Returns how many, ``most`` at the most; 0 if none may soon, as in a pause of the bot.
        """
        until = self._monotonic() + LONGEST_SECONDS
        while (now := self._monotonic()) < until:
            self._held.lapse(now)
            near = self._held.near(now)
            if not self._is_wanting and self._is_due(near < most, now):
                self._wanted = self._want(max(AT_ONCE * most - near, 0))
            if near and self._held.near_at(least) <= now:
                self._held.claim(min(near, most))
                return min(near, most)
            if (next_at := self._next(least)) > until and not self._is_wanting:
                break
            await self._answer_or(min(next_at, until))
        return 0

    def give_back(self, number: int) -> None:
        """So many of those that could be claimed are not needed: they are others', and what was to come."""
        self._held.give_claimed(number)
        if self._held.returned:
            self._ask_soon()

    def limit(self, chat_id: int, seconds: float) -> None:
        """Tell the others that Telegram has limited a chat."""
        self._limited[chat_id] = seconds
        self._ask_soon()

    async def _take(self) -> bool:
        await self.ready()
        return self._held.take(self._monotonic())

    def _is_due(self, is_short: bool, now: float) -> bool:
        """Whether to ask for more, or to say that this process still needs what it has."""
        return now >= self._renew_at or (is_short and now >= self._more_at)

    @property
    def _is_wanting(self) -> bool:
        return self._wanted is not None and not self._wanted.done()

    @property
    def _renew_at(self) -> float:
        return self._asked_at + RENEW_SECONDS if self._held else float("inf")

    def _next(self, least: int) -> float:
        """When there may be something to do for who waits for room, if no answer comes before."""
        near_at = self._held.near_at(least) if self._held else float("inf")
        return near_at if self._is_wanting else min(near_at, self._more_at, self._renew_at)

    async def _answer_or(self, at: float) -> None:
        """Wait until then, or for what was asked."""
        wait = max(at - self._monotonic(), SHORTEST_WAIT_SECONDS)
        if self._wanted and self._is_wanting:
            await asyncio.wait([self._wanted], timeout=wait)
        else:
            await self._sleep(wait)

    def _want(self, most: int) -> asyncio.Future[tuple[int, float]]:
        """Ask for so many more permits; the answer is how many there are, and the seconds until there may be more."""
        future: asyncio.Future[tuple[int, float]] = asyncio.get_running_loop().create_future()
        self._reminders.append((most, future))
        self._ask_soon()
        return future

    @property
    def _is_asking(self) -> bool:
        return self._asking is not None and not self._asking.done()

    def _ask_soon(self) -> None:
        if not self._is_asking:
            self._asked_at = self._monotonic()  # or those who come in the same moment would believe it to hang
            self._asking = asyncio.create_task(self._ask_all())

    async def _ask_all(self) -> None:
        """One question at a time: what comes up meanwhile is the next one's."""
        while self._replies or self._reminders or self._unasked or self._held.returned or self._limited:
            replies = [each for each in self._replies if not each[1].done()]
            reminders, self._replies, self._reminders = self._reminders, [], []
            asked = self._asked([chat for chat, _ in replies], sum(most for most, _ in reminders))
            granted = await self._ask(asked)
            if granted:
                self._take_in(asked, granted)
                _tell(replies, granted.replies)
                _tell_reminders(reminders, len(granted.reminders), max(granted.wait, granted.pause))
                continue
            self._be_without(asked)
            _tell(replies, [0.0] * len(replies))
            _tell_reminders(reminders, 0, AWAY_SECONDS)
            if self._limited:  # this process has a pause, and would not ask: but the others must know
                await self._sleep(RETRY_SECONDS)
            elif not (self._replies or self._reminders):  # or who came meanwhile would wait for ever
                return

    def _asked(self, replies: Sequence[ChatId], reminders: int) -> Asked:
        """All there is to ask and to tell; it is told once."""
        self._asked_at = self._monotonic()
        returned = Counter(min(int(1000 * (self._asked_at - at)), SPAN) for at in self._held.tell())
        asked = Asked(replies, reminders, self._unasked, self._process, len(self._held), returned, self._limited)
        self._unasked, self._limited = [], {}
        return asked

    def _be_without(self, asked: Asked) -> None:
        """Nothing is known of what was asked: what was held is lost, and replies leave and are counted later."""
        self._held.drop()
        self._more_at = self._monotonic() + AWAY_SECONDS
        self._unasked += [*asked.unasked, *asked.replies]
        self._limited = {**asked.limited, **self._limited}

    def _take_in(self, asked: Asked, granted: Granted) -> None:
        now = self._monotonic()
        if granted.keeps < asked.keeps or granted.pause:
            self._held.drop()
        self._held.add(now + wait for wait in granted.reminders)
        self._held.renew(self._asked_at + granted.queued + LEASE_SECONDS)
        self._held.give(granted.needed)
        self._more_at = now + max(granted.wait, granted.pause)


def _tell_reminders(
    reminders: Iterable[tuple[int, asyncio.Future[tuple[int, float]]]], number: int, wait: float
) -> None:
    for most, future in reminders:
        share = min(most, number)
        number -= share
        if not future.done():
            future.set_result((share, wait))


def _tell(replies: Iterable[tuple[ChatId, asyncio.Future[float]]], waits: Iterable[float]) -> None:
    for (_, future), wait in zip(replies, waits, strict=True):
        if not future.done():
            future.set_result(wait)
