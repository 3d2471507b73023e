"""Updates in: each is a row in the inbox before Telegram is told that it arrived, and is handled after that.

Order is kept within a chat; chats do not wait for each other. An update that cannot be handled is one dead row. What a
crash leaves is handled at the next start, or by another process, and nothing takes effect twice. Only a call for relief
does not wait for the database when that is slow or away, nor for another process.
"""

import asyncio
import contextlib
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Iterable
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from bot.errors import StoreError, UnavailableError
from bot.parsing import lenient_json
from bot.store import Connection, Store, inbox, people
from bot.updates import intake
from bot.updates.endings import Endings
from bot.updates.flood import Admission
from bot.updates.inbound import Arrival, Raw, arrival, is_update
from bot.updates.outcome import Handle, outcome

T = TypeVar("T")
MOST_AT_ONCE = 128
MOST_IN_HAND = 2000
"""No more updates are fetched while so many wait here: they are safer with Telegram."""
PATIENCE_SECONDS = 0.25
"""How long a call for relief waits for the database."""
STORED_SECONDS = 3.0
"""How long anything else does, before more is asked for: there may be a call for relief in it."""
OTHERS_SECONDS, LOOK_SECONDS = 45.0, 0.1
"""How long an update waits for an earlier one of its chat that another process has in hand, and how often it looks."""


class Receiver:
    """Takes updates in hand, and hands each to ``handle``.

    ``is_urgent`` tells a call for relief from the raw update; ``clock`` gives aware UTC.
    """

    def __init__(
        self, store: Store, handle: Handle, is_urgent: Callable[[Raw], bool], clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._handle = handle
        self._is_urgent = is_urgent
        self._clock = clock
        self._in_hand: dict[int, Arrival] = {}
        self._unstored: set[int] = set()
        """Calls for relief that did not wait for the database: not to be confirmed before they are stored or ended."""

        self._senders: Counter[int] = Counter()
        self.admission = Admission()
        self._changed: dict[int, people.Person] = {}
        """What handlers have made of people since the updates that are still in hand were read."""

        self._lanes: dict[int, deque[Arrival]] = {}
        self._endings = Endings(store, clock)
        self._slots = asyncio.Semaphore(MOST_AT_ONCE)
        self._room = asyncio.Event()
        self._room.set()
        self._tasks: set[asyncio.Task[Any]] = set()

    async def accept(self, updates: Iterable[Any]) -> None:
        """Store updates and take them in hand. Raises ``StoreError`` if they are not stored: then they come again.

        A database that takes longer goes on with it, while whoever called may already come with more.
        """
        arrivals = self._new(updates)
        if not arrivals:
            return
        storing = self._start(self._store_and_take(arrivals))
        if urgent := [each for each in arrivals if each.is_urgent and each.number not in self._in_hand]:
            await self._hurry(urgent, storing)
        await asyncio.wait([storing], timeout=STORED_SECONDS)
        if not storing.done():
            raise UnavailableError("the database does not answer")
        storing.result()

    def _new(self, updates: Iterable[Any]) -> list[Arrival]:
        """What is not in hand yet, or not stored, once each, and not too much."""
        found = {raw["update_id"]: raw for raw in updates if is_update(raw)}
        new = [number for number in found if number not in self._in_hand or number in self._unstored]
        arrivals = [self._arrival(found[number]) for number in new]
        waiting = {each.chat_id: len(self._lanes.get(each.chat_id, ())) for each in arrivals}
        return self.admission.admitted(arrivals, waiting)

    def _arrival(self, raw: Raw) -> Arrival:
        each = arrival(raw)
        each.is_urgent = self._is_urgent(raw)
        return each

    async def _store_and_take(self, arrivals: list[Arrival]) -> None:
        owner, is_alone = self._store.owner, self._store.is_alone
        keep = partial(intake.keep, arrivals=arrivals, now=self._clock(), owner=owner, is_alone=is_alone)
        found = await self._store.write(keep)
        self._unstored -= {each.number for each in arrivals}
        self._take(arrivals, found)

    async def _hurry(self, urgent: list[Arrival], storing: asyncio.Task[None]) -> None:
        """Take calls for relief in hand as soon as they are known to be new, or when that takes too long to learn.

        A look is over sooner than a write, which may have to wait for others.
        """
        looking = self._start(self._store.look(partial(intake.look_at, urgent=urgent)))
        await asyncio.wait([storing, looking], timeout=PATIENCE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if _failed(looking):
            await asyncio.wait([storing], timeout=PATIENCE_SECONDS)
        if storing.done() and not _failed(storing):
            return
        is_known = looking.done() and not _failed(looking)
        found = looking.result() if is_known else intake.Found({each.number for each in urgent}, {})
        self._unstored |= found.new
        self._take(urgent, found)

    async def adopt(self) -> None:
        """Take in hand what processes that are no more have left. Raises ``StoreError``."""
        left, found = await self._store.write(self._adopt)
        self._endings.left.clear()
        self._take(left, found)

    def _adopt(self, connection: Connection) -> tuple[list[Arrival], intake.Found]:
        self._endings.settle(connection)
        owner, is_alone = self._store.owner, self._store.is_alone
        arrivals = [self._arrival(lenient_json.loads(raw)) for _, raw in inbox.adopt(connection, owner)]
        return arrivals, intake.recognize(connection, arrivals, owner, is_alone=is_alone)

    @property
    def has_room(self) -> bool:
        """Whether more updates may come."""
        return self._room.is_set()

    async def room(self) -> None:
        """Wait until there is room for more updates."""
        await self._room.wait()

    async def drain(self, seconds: float) -> None:
        """Finish what is in hand for so long; the rest stays in the inbox for the next start."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._tasks:
                    await asyncio.wait(self._tasks)
        for task in self._tasks:
            task.cancel()

    def _take(self, arrivals: Iterable[Arrival], found: intake.Found) -> None:
        for each in arrivals:
            if each.number in self._in_hand or each.number not in found.new:
                continue
            each.person = found.senders.get(each.sender_id)
            each.is_behind = each.number in found.behind
            self._in_hand[each.number] = each
            self._senders[each.sender_id] += 1
            self.admission.spend(each)
            lane = self._lanes.get(each.chat_id)
            if lane is None:
                self._lanes[each.chat_id] = deque([each])
                self._start(self._work(each.chat_id))
            else:
                _queue(lane, each)
        if len(self._in_hand) >= MOST_IN_HAND:
            self._room.clear()

    def _start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._forget)
        return task

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # whoever waits for it is told; that nobody does any more is no trouble

    async def _work(self, chat_id: int) -> None:
        """One chat's updates, in order, until none is left."""
        lane = self._lanes[chat_id]
        while lane:
            await self._wait_for_others(lane[0])
            each = lane[0]
            if each.is_behind:
                continue
            async with contextlib.nullcontext() if each.is_urgent else self._slots:
                state = await self._outcome(each)
            lane.popleft()
            self._end(each.number, state)
        del self._lanes[chat_id]

    async def _wait_for_others(self, each: Arrival) -> None:
        """Until they have ended what came earlier in the same chat, or this one has taken that over; not for ever."""
        if not each.is_behind:
            return
        chats = {each.number: each.chat_id}
        with contextlib.suppress(TimeoutError, StoreError):
            async with asyncio.timeout(OTHERS_SECONDS):
                while await self._store.read(lambda each: inbox.behind(each, chats, self._store.owner)):  # noqa: ASYNC110
                    await asyncio.sleep(LOOK_SECONDS)  # nobody tells when it has ended
        each.is_behind = False

    async def _outcome(self, each: Arrival) -> str:
        each.person = self._changed.get(each.sender_id, each.person)
        before = each.person
        try:
            return await outcome(self._handle, each)
        finally:
            if each.person is not before and each.person is not None:
                self._changed[each.sender_id] = each.person

    def _end(self, number: int, state: str) -> None:
        if self._endings.note(number, state):
            self._start(self._endings.store(self._let_go))

    def _let_go(self, number: int) -> None:
        sender = self._in_hand.pop(number).sender_id
        self._unstored.discard(number)
        self._senders[sender] -= 1
        if not self._senders[sender]:
            del self._senders[sender]
            self._changed.pop(sender, None)
        if len(self._in_hand) < MOST_IN_HAND:
            self._room.set()


def _failed(task: asyncio.Task[Any]) -> bool:
    return task.done() and not task.cancelled() and task.exception() is not None


def _queue(lane: deque[Arrival], each: Arrival) -> None:
    """Put one where it belongs among those that have not begun; what was taken over from others may be the oldest."""
    place = len(lane)
    while place > (not lane[0].is_behind) and lane[place - 1].number > each.number:
        place -= 1
    lane.insert(place, each)
