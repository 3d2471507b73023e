"""Updates in: each is a row in the inbox before Telegram is told that it arrived, and is handled after that.

Order is kept within a chat; chats do not wait for each other. An update that cannot be handled is one dead row. What a
crash leaves is handled at the next start, and nothing takes effect twice. Only a call for relief does not wait for the
database when that is slow or away.
"""

import asyncio
import contextlib
import logging
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from datetime import datetime
from typing import Any

from bot import json
from bot.allowance import Allowance
from bot.arrival import Arrival, Raw, arrival, encoded, is_update
from bot.errors import StoreError
from bot.store import Store, inbox, people
from bot.store.people import Person

MOST_AT_ONCE = 128
MOST_IN_HAND = 2000
"""No more updates are fetched while so many wait here: they are safer with Telegram."""
PATIENCE_SECONDS = 0.25
"""How long a call for relief waits for the database."""
STORED_SECONDS = 3.0
"""How long anything else does, before more is asked for: there may be a call for relief in it."""
RETRY_SECONDS = 1.0
MOST_IN_CHAT = 100
"""No more of one chat wait here; what comes then is passed over, as if it had never been said."""
AT_ONCE, PER_SECOND = 40, 1.0
"""How much one person may ask for: more than anybody does who reads what comes back, even by quick presses."""
RELIEF_AT_ONCE, RELIEF_PER_SECOND = 100, 2.0
log = logging.getLogger(__name__)


class Receiver:
    """Takes updates in hand, and hands each to ``handle``.

    ``is_urgent`` tells a call for relief from the raw update; ``clock`` gives aware UTC.
    """

    def __init__(
        self,
        store: Store,
        handle: Callable[[Arrival], Awaitable[None]],
        is_urgent: Callable[[Raw], bool],
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._handle = handle
        self._is_urgent = is_urgent
        self._clock = clock
        self._in_hand: dict[int, Arrival] = {}
        self._unstored: set[int] = set()
        """Calls for relief that did not wait for the database: not to be confirmed before they are stored or ended."""

        self._senders: Counter[int] = Counter()
        self._for_others = Allowance(AT_ONCE, PER_SECOND)
        self._for_relief = Allowance(RELIEF_AT_ONCE, RELIEF_PER_SECOND)
        self.passed_over = 0
        """How many updates were too much, and are kept nowhere."""

        self._changed: dict[int, Person] = {}
        """What handlers have made of people since the updates that are still in hand were read."""

        self._lanes: dict[int, deque[Arrival]] = {}
        self._ended: list[tuple[int, str]] = []
        self._slots = asyncio.Semaphore(MOST_AT_ONCE)
        self._room = asyncio.Event()
        self._room.set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def accept(self, updates: Iterable[Any]) -> None:
        """Store updates and take them in hand. Raises ``StoreError`` if they are not stored: then they come again.

        A database that takes longer goes on with it, while whoever called may already come with more.
        """
        arrivals = self._new(updates)
        if not arrivals:
            return
        storing = self._start(self._store_and_take(arrivals))
        if urgent := [each for each in arrivals if each.is_urgent]:
            await asyncio.wait([storing], timeout=PATIENCE_SECONDS)
            if not storing.done() or storing.exception():
                self._unstored |= {each.number for each in urgent}
                self._take(urgent)
        await asyncio.wait([storing], timeout=STORED_SECONDS)
        if not storing.done():
            raise StoreError("the database does not answer")
        storing.result()

    def _new(self, updates: Iterable[Any]) -> list[Arrival]:
        """What is not in hand yet, or not stored, once each, and not too much."""
        found = {raw["update_id"]: raw for raw in updates if is_update(raw)}
        new = [number for number in found if number not in self._in_hand or number in self._unstored]
        asked: Counter[tuple[int, bool]] = Counter()
        return [each for each in (self._arrival(found[number]) for number in new) if self._admit(each, asked)]

    def _arrival(self, raw: Raw) -> Arrival:
        each = arrival(raw)
        each.is_urgent = self._is_urgent(raw)
        return each

    def _allowance(self, each: Arrival) -> Allowance:
        return self._for_relief if each.is_urgent else self._for_others

    def _admit(self, each: Arrival, asked: Counter[tuple[int, bool]]) -> bool:
        """Whether to take one, after those ``asked`` that come with it: the first that is too much is told so."""
        key, allowance = (each.sender_id, each.is_urgent), self._allowance(each)
        asked[key] += 1
        if allowance.left(each.sender_id) < asked[key] and each.number not in self._in_hand:
            each.is_too_much = not each.is_urgent and allowance.refuse(each.sender_id)
        elif each.is_urgent or len(self._lanes.get(each.chat_id, ())) + asked[key] <= MOST_IN_CHAT:
            return True
        self.passed_over += not each.is_too_much
        return each.is_too_much

    async def _store_and_take(self, arrivals: list[Arrival]) -> None:
        new, known = await self._store.write(lambda connection: self._add(connection, arrivals))
        self._unstored -= {each.number for each in arrivals}
        for each in arrivals:
            each.person = known.get(each.sender_id)
        self._take(each for each in arrivals if each.number in new)

    def _add(self, connection: Any, arrivals: list[Arrival]) -> tuple[set[int], dict[int, Person]]:
        new = inbox.add(connection, [(each.number, encoded(each.raw)) for each in arrivals], self._clock())
        return new, people.load(connection, [each.sender_id for each in arrivals])

    async def resume(self) -> None:
        """Take in hand what an earlier run left."""
        left = await self._store.read(inbox.unfinished)
        arrivals = [self._arrival(json.loads(raw)) for _, raw in left]
        known = await self._store.read(lambda connection: people.load(connection, [a.sender_id for a in arrivals]))
        for each in arrivals:
            each.person = known.get(each.sender_id)
        self._take(arrivals)

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

    def _take(self, arrivals: Iterable[Arrival]) -> None:
        for each in arrivals:
            if each.number in self._in_hand:
                continue
            self._in_hand[each.number] = each
            self._senders[each.sender_id] += 1
            self._allowance(each).spend(each.sender_id)
            lane = self._lanes.get(each.chat_id)
            if lane is None:
                self._lanes[each.chat_id] = deque([each])
                self._start(self._work(each.chat_id))
            else:
                lane.append(each)
        if len(self._in_hand) >= MOST_IN_HAND:
            self._room.clear()

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._forget)
        return task

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # whoever waits for it is told; that nobody does any more is no trouble

    async def _work(self, chat_id: int) -> None:
        """One chat's updates, in order, until none is left."""
        lane = self._lanes[chat_id]
        while lane:
            each = lane[0]
            async with contextlib.nullcontext() if each.is_urgent else self._slots:
                state = await self._outcome(each)
            lane.popleft()
            self._end(each.number, state)
        del self._lanes[chat_id]

    async def _outcome(self, each: Arrival) -> str:
        each.person = self._changed.get(each.sender_id, each.person)
        before = each.person
        try:
            await self._handle(each)
        except Exception:
            log.exception("an update could not be handled; it is kept as dead")
            return "dead"
        finally:
            if each.person is not before and each.person is not None:
                self._changed[each.sender_id] = each.person
        return "done"

    def _end(self, number: int, state: str) -> None:
        self._ended.append((number, state))
        if len(self._ended) == 1:
            self._start(self._record())

    async def _record(self) -> None:
        """Store how updates ended, all that have by the time the database gets to it."""
        ended: list[tuple[int, str]] = []
        while self._ended:
            try:
                ended = await self._store.write(self._finish)
            except StoreError:
                await asyncio.sleep(RETRY_SECONDS)
                continue
            del self._ended[: len(ended)]
            for number, _ in ended:
                self._let_go(number)
            if len(self._in_hand) < MOST_IN_HAND:
                self._room.set()

    def _let_go(self, number: int) -> None:
        sender = self._in_hand.pop(number).sender_id
        self._unstored.discard(number)
        self._senders[sender] -= 1
        if not self._senders[sender]:
            del self._senders[sender]
            self._changed.pop(sender, None)

    def _finish(self, connection: Any) -> list[tuple[int, str]]:
        ended = self._ended[:]
        inbox.finish(connection, ended, self._clock())
        return ended
