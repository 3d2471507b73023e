"""The limiter decides when a message may leave, so that Telegram's limits hold in every second.

There are three lanes. A reply waits until it may leave, in the order of the requests, and never for a reminder. Relief
is a reply that waits for nothing else in its chat. A reminder does not wait in the limiter: its caller learns how many
seconds to wait, so that nothing queues behind it.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import NamedTuple

from bot.messages.chat_limits import ChatLimit, ChatLimits, Lane
from bot.messages.rates import SECOND, Rates
from bot.messages.window import Window

HOLD_SECONDS = 5.0
"""Maximum wait for an earlier send to the same chat: relief must not depend on an edit that hangs."""
LONGEST_WAIT_SECONDS = 60.0
"""Maximum wait of a reply for the end of a pause. A reply that would have to wait longer is not sent."""
STORM_SECONDS = 10.0
"""Two chats limited within this time mean that Telegram limits the whole bot."""
AHEAD_SECONDS = 0.015
"""Reminders are claimed this long before they may leave. A claim takes about that long."""
SHORTEST_WAIT_SECONDS = 0.001
"""The shortest sleep. A sleep may end slightly too early, and without a minimum the loop around it would spin."""
CLAIMS_PER_SECOND = 100
"""Upper limit of claims per second: claiming reminders one by one would keep the database busy."""
BATCHES_PER_SECOND = 25
"""A claim takes at most a second's reminders divided by this, so that the reminders leave evenly."""
CATCH_UP_SECONDS = 0.1
"""A delay of up to this long is made up for by leaving earlier. Making up for a longer one would be a burst."""


class Departure(NamedTuple):
    """When a message left (``at``, monotonic). If ``wait`` is not 0, it has not left; it may in ``wait`` seconds."""

    at: float = 0.0
    wait: float = 0.0


@dataclass
class Slots:
    """Room for ``number`` reminders that may be claimed now; ``is_trial`` if one is to test Telegram in an outage."""

    number: int
    wait_for_departure: Callable[[], Awaitable[None]]
    is_trial: bool = False
    used: int = 0

    async def ready(self) -> None:
        """Use one slot, and wait the few milliseconds until its reminder may leave."""
        self.used += 1
        await self.wait_for_departure()


class Limiter:
    """Keeps messages and edits within ``rates``, and observes the pauses that Telegram asks for.

    ``monotonic`` returns seconds and ``sleep`` takes seconds; tests pass their own.
    """

    def __init__(
        self,
        rates: Rates,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.monotonic = monotonic
        self.rates = rates
        self._sleep = sleep
        self._departures = Window(SECOND)
        self._edits = Window(SECOND)
        self._chats = ChatLimits(rates)
        # Both locks are fair: they are acquired in the order of the requests.
        self._replies = asyncio.Lock()
        self._reserving = asyncio.Lock()
        self._limited_chats: dict[int, tuple[float, float]] = {}
        self._paused_until = float("-inf")
        self._settled_at = self._next_claim_at = monotonic() + rates.settling_seconds
        self._reminders_per_second = rates.reminders_per_second / SECOND

    @asynccontextmanager
    async def hold_chat(self, chat_id: int, *, urgent: bool = False) -> AsyncIterator[None]:
        """Hold the chat for one reply: until the end of the block, nothing but relief is sent to it.

        An ``urgent`` reply is relief. It does not hold the chat, and does not wait for another reply that does.
        """
        if urgent:
            yield
            return
        chat = self._chat(chat_id)
        chat.users += 1
        is_held = False
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(HOLD_SECONDS):
                    is_held = await chat.lock.acquire()
            yield
        finally:
            if is_held:
                chat.lock.release()
            chat.users -= 1

    async def reply(self, chat_id: int, *, new: bool, urgent: bool = False) -> Departure:
        """Wait until a reply may leave, and count it. ``new`` is false for a change of an existing message.

        An ``urgent`` reply goes before others in its chat, and waits for the end of any pause.
        """
        if not urgent:
            return await self._reply(chat_id, new=new, lane=Lane.REPLY)
        chat = self._chat(chat_id)
        chat.calls += 1
        try:
            return await self._reply(chat_id, new=new, lane=Lane.RELIEF)
        finally:
            chat.calls -= 1

    async def _reply(self, chat_id: int, *, new: bool, lane: Lane) -> Departure:
        while True:
            wait = self._chat_busy_for(chat_id, new=new, lane=lane)
            if wait > LONGEST_WAIT_SECONDS and lane is not Lane.RELIEF:
                return Departure(wait=wait)
            if wait > 0:
                await self._wait(min(wait, LONGEST_WAIT_SECONDS))
                continue
            async with self._replies:
                limit = self.rates.departures_per_second
                while (wait := self._departures.free_in(limit, self.monotonic())) > 0:
                    await self._wait(wait)
                if self._chat_busy_for(chat_id, new=new, lane=lane) <= 0:  # a pause may have begun meanwhile
                    return self._count_departure(chat_id, new=new)

    @asynccontextmanager
    async def push(self, chat_id: int, *, new: bool, urgent: bool = False) -> AsyncIterator[Departure]:
        """Hold the chat for a message that nobody waits for, if it may leave now.

        An ``urgent`` message helps somebody in pain: it may use the share of the rate that is kept for replies, and
        waits for its turn in the chat.
        """
        if self._chat(chat_id).lock.locked() and not urgent:
            yield Departure(wait=SECOND)
            return
        async with self.hold_chat(chat_id):
            # An edit that nobody waits for leaves some of the chat's edits to presses, even if it is urgent.
            lane = Lane.RELIEF if urgent and new else Lane.REMINDER
            free_in = self._departures.free_in(self.rates.departures_per_second, self.monotonic())
            room = free_in if urgent else self._reminder_wait()
            wait = max(self._chat_busy_for(chat_id, new=new, lane=lane), room)
            yield Departure(wait=wait) if wait > 0 else self._count_departure(chat_id, new=new)

    @asynccontextmanager
    async def reserve(self, most: int) -> AsyncIterator[Slots]:
        """Wait until reminders may be claimed, and reserve slots for up to ``most`` of them during the block.

        There are no slots while Telegram pauses the whole bot. Reminders leave evenly: if a second's whole share left
        when the second begins, a reply would have to wait for the rest of the second. If two callers wait, they take
        turns.
        """
        async with self._reserving:
            slots = Slots(await self._claimable_number(most), self._until_departure)
        try:
            yield slots
        finally:
            self._next_claim_at -= max(slots.number - slots.used, 0) / self._reminders_per_second

    def forget_departure(self, chat_id: int, departure: Departure) -> None:
        """Stop counting in its chat a message that was certainly not created. Over all chats it still counts."""
        self._chat(chat_id).remove(departure.at)

    def pause(self, chat_id: int, seconds: float) -> None:
        """Send nothing to a chat for ``seconds``, because Telegram refused a message with "too many requests".

        Two such chats within ten seconds mean that Telegram limits the whole bot. Then no reminder leaves until the
        longer pause ends.
        """
        now = self.monotonic()
        recent = {chat: limit for chat, limit in self._limited_chats.items() if now - limit[0] < STORM_SECONDS}
        _, earlier_end = recent.get(chat_id, (now, now))
        self._limited_chats = {**recent, chat_id: (now, max(now + seconds, earlier_end))}
        longest = max(until for _, until in self._limited_chats.values())
        for limited_chat in map(self._chat, self._limited_chats):
            limited_chat.paused_until = max(limited_chat.paused_until, longest)
        if len(self._limited_chats) > 1:
            self._paused_until = max(self._paused_until, longest)

    async def _claimable_number(self, most: int) -> int:
        await asyncio.sleep(0)  # let reminders that are already claimed leave first
        limit = self.rates.reminders_per_second
        most = min(most, max(1, limit // BATCHES_PER_SECOND))
        least = min(most, max(1, limit // CLAIMS_PER_SECOND))
        while most and (now := self.monotonic()) >= self._paused_until:
            wait = max(self._reminder_wait(limit - least + 1) - AHEAD_SECONDS, self._next_claim_at - now)
            if wait <= 0:
                free = limit - self._departures.used(now) + self._departures.freed_by(now + AHEAD_SECONDS)
                claimable = min(most, free)
                started_at = max(self._next_claim_at, now - CATCH_UP_SECONDS)
                self._next_claim_at = started_at + claimable / self._reminders_per_second
                return claimable
            await self._wait(wait)
        return 0

    async def _until_departure(self) -> None:
        """Wait until one more reminder may leave. One that would wait longer than ``AHEAD_SECONDS`` is put off."""
        until = self.monotonic() + AHEAD_SECONDS
        while 0 < (wait := self._reminder_wait()) <= until - self.monotonic():
            await self._wait(wait)

    def note_earlier(self, number: int) -> None:
        """Count ``number`` messages that left before this limiter existed, as if they left now."""
        for _ in range(number):
            self._departures.add(self.monotonic())

    def _count_departure(self, chat_id: int, *, new: bool) -> Departure:
        now = self.monotonic()
        self._departures.add(now)
        self._chat(chat_id).add(now, new=new)
        if not new:
            self._edits.add(now)
        return Departure(now)

    def _chat_busy_for(self, chat_id: int, *, new: bool, lane: Lane) -> float:
        """Return the seconds until the chat is free and, for an edit, until the free rate of edits has room for it."""
        now = self.monotonic()
        edits = 0.0 if new else self._edits.free_in(self.rates.edits_per_second, now)
        return max(self._chat(chat_id).free_in(now, new=new, lane=lane), edits)

    def _reminder_wait(self, limit: int | None = None) -> float:
        """Return the seconds until a reminder may leave, under ``limit`` messages per second over all chats."""
        now = self.monotonic()
        full = self._departures.free_in(limit or self.rates.reminders_per_second, now)
        behind_replies = SHORTEST_WAIT_SECONDS if self._replies.locked() else 0.0
        return max(full, behind_replies, self._settled_at - now, self._paused_until - now)

    def _chat(self, chat_id: int) -> ChatLimit:
        return self._chats.get(chat_id, self.monotonic())

    async def _wait(self, seconds: float) -> None:
        await self._sleep(max(seconds, SHORTEST_WAIT_SECONDS))
