"""When a message may leave.

Two lanes go through here. People who wait for a reply go first: each waits until it may leave, in the order of asking,
and never for a reminder. A reminder does not wait at all: it is told how long, so that nothing stands behind it.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import NamedTuple

from bot.messages.limits.chats import Chat, Chats
from bot.messages.limits.rates import AHEAD_SECONDS, SECOND, SHORTEST_WAIT_SECONDS, STORM_SECONDS, Rates
from bot.messages.limits.shared import Ask, Shared
from bot.messages.limits.window import Window

TURN_SECONDS = 5.0
"""How long a reply waits for what was sent to its chat before and is not answered: relief does not hang on a count."""
LONGEST_WAIT_SECONDS = 60.0
"""A reply that would have to wait longer for the end of a pause is not sent."""
BATCHES = 100
"""So many times a second reminders are claimed at most: one by one would keep the database busy."""
FEWEST_BATCHES = 3
"""A batch is no more than a third of what may leave in a second."""
FLOW = 1.25
"""Within a second, reminders leave so much faster than over many: it makes up for what is held up."""


class Departure(NamedTuple):
    """Leave, ``at`` that moment; or, if ``wait`` is not 0, do not: it would take so many seconds more."""

    at: float = 0.0
    wait: float = 0.0


class Limiter:
    """Keeps ``rates``, and the pauses that Telegram asks for.

    ``monotonic`` gives seconds, ``sleep`` takes them; tests give their own. ``ask`` asks what all processes of the bot
    share, where there may be others.
    """

    def __init__(
        self,
        rates: Rates,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        ask: Ask | None = None,
    ) -> None:
        self.monotonic = monotonic
        self._rates = rates
        self._sleep = sleep
        self._shared = Shared(ask, monotonic, sleep) if ask else None
        self._all = Window(SECOND)
        self._edits = Window(SECOND)
        self._chats = Chats(rates)
        self._replies = asyncio.Lock()  # gives its turns in the order of asking
        self._limited: dict[int, tuple[float, float]] = {}
        self._paused_until = float("-inf")
        self._reminders_from = self._flow_at = monotonic() + rates.settling_seconds
        self._flow = FLOW * rates.reminders_per_second
        self._most = rates.per_second if ask else rates.reminders_per_second  # what is shared leaves replies their part

    @asynccontextmanager
    async def turn(self, chat_id: int) -> AsyncIterator[None]:
        """A reply's turn in its chat: until the end of the block nothing else is sent there, however often it takes."""
        chat = self._chat(chat_id)
        chat.wanted += 1
        is_its = False
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(TURN_SECONDS):
                    is_its = await chat.turn.acquire()
            yield
        finally:
            if is_its:
                chat.turn.release()
            chat.wanted -= 1

    async def reply(self, chat_id: int, *, new: bool) -> Departure:
        """Wait until a reply may leave, and count it: a ``new`` message, or a change of one that is there."""
        while True:
            wait = self._held(chat_id, new=new)
            if wait > LONGEST_WAIT_SECONDS:
                return Departure(wait=wait)
            if wait > 0:
                await self._wait(wait)
                continue
            if self._shared:
                await self._shared.reply(chat_id if new else None)
            async with self._replies:
                while (wait := self._all.free_in(self._rates.per_second, self.monotonic())) > 0:
                    await self._wait(wait)
                if self._held(chat_id, new=new) <= 0:
                    return self._leave(chat_id, new=new)

    @asynccontextmanager
    async def unasked(self, chat_id: int, *, new: bool, urgent: bool = False) -> AsyncIterator[Departure]:
        """The turn of what nobody waits for, if it may leave now.

        What is ``urgent`` helps in pain: it may use what is kept for replies, and waits for its turn in its chat.
        """
        if self._chat(chat_id).turn.locked() and not urgent:
            yield Departure(wait=SECOND)
            return
        most = self._rates.per_second if urgent else self._most
        async with self.turn(chat_id):
            wait = max(self._held(chat_id, new=new), self._full_for(most, urgent))
            if wait <= 0 and self._shared:
                shared = self._shared.reply_once(chat_id if new else None) if urgent else self._shared.reminder()
                wait = await shared or max(self._held(chat_id, new=new), self._full_for(most, urgent))
            yield Departure(wait=wait) if wait > 0 else self._leave(chat_id, new=new)

    async def room(self, most: int) -> int:
        """Wait until reminders may be claimed; returns how many, ``most`` at the most, 0 if none may soon.

        They may leave when they are ``ready``. Reminders flow, and do not all leave as a second begins: a reply that
        comes when the second is full would have to wait for the rest of it.
        """
        await asyncio.sleep(0)  # those for which there was room before leave first
        limit = self._rates.reminders_per_second
        most = min(most, 1 + limit // FEWEST_BATCHES)
        least = min(most, 1 + limit // BATCHES)
        while (now := self.monotonic()) >= self._paused_until:
            wait = max(self._full_for(self._most - least + 1) - AHEAD_SECONDS, self._flow_at - now)
            if wait <= 0:
                room = await self._shared.room(least, most) if self._shared else self._free(most, now)
                self._flow_at = now + room / self._flow
                return room
            await self._wait(wait)
        return 0

    async def ready(self) -> None:
        """Wait until one more reminder may leave, but for a moment only; what is not free by then is put off."""
        if self._shared:
            await self._shared.ready()
            return
        until = self.monotonic() + AHEAD_SECONDS
        while 0 < (wait := self._full_for(self._rates.reminders_per_second)) <= until - self.monotonic():
            await self._wait(wait)

    def give_back(self, number: int) -> None:
        """So much of the room there was is not needed."""
        self._flow_at -= number / self._flow
        if self._shared:
            self._shared.give_back(number)

    def take_back(self, chat_id: int, departure: Departure) -> None:
        """Do not count a message in its chat that was surely not made; it stays counted over all."""
        self._chat(chat_id).take_back(departure.at)

    def pause(self, chat_id: int, seconds: float) -> None:
        """Telegram says that too much is sent to a chat: nothing goes there for so long.

        If it says so of two chats within ten seconds it means the bot: no reminder leaves until the longer pause ends.
        """
        now = self.monotonic()
        recent = {number: each for number, each in self._limited.items() if now - each[0] < STORM_SECONDS}
        self._limited = {**recent, chat_id: (now, max(now + seconds, recent.get(chat_id, (now, now))[1]))}
        longest = max(until for _, until in self._limited.values())
        for number in self._limited:
            chat = self._chat(number)
            chat.paused_until = max(chat.paused_until, longest)
        if self._shared:
            self._shared.limit(chat_id, seconds)
        if len(self._limited) > 1:
            self._paused_until = max(self._paused_until, longest)

    def _free(self, most: int, now: float) -> int:
        return min(most, self._most - self._all.used(now) + self._all.freed_by(now + AHEAD_SECONDS))

    def _leave(self, chat_id: int, *, new: bool) -> Departure:
        now = self.monotonic()
        self._all.note(now)
        if new:
            self._chat(chat_id).note(now)
        else:
            self._edits.note(now)
        return Departure(now)

    def _held(self, chat_id: int, *, new: bool) -> float:
        """Seconds until the chat is free, or, as no edit can be paid for, until one more is free of charge."""
        now = self.monotonic()
        edits = 0.0 if new else self._edits.free_in(self._rates.edits_per_second, now)
        return max(self._chat(chat_id).free_in(now, new=new), edits)

    def _full_for(self, most: int, urgent: bool = False) -> float:
        """Seconds until one that nobody waits for may leave, where ``most`` may in a second over all chats."""
        now = self.monotonic()
        full = self._all.free_in(most, now)
        if urgent:
            return full
        behind = SHORTEST_WAIT_SECONDS if self._replies.locked() else 0.0
        return max(full, behind, self._reminders_from - now, self._paused_until - now)

    def _chat(self, chat_id: int) -> Chat:
        return self._chats.get(chat_id, self.monotonic())

    async def _wait(self, seconds: float) -> None:
        await self._sleep(max(seconds, SHORTEST_WAIT_SECONDS))
