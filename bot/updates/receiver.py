"""Updates in: each is a row in the inbox before its arrival is confirmed to Telegram, and is handled after that.

Updates of one chat are handled in order; chats do not wait for each other. An update that cannot be handled is one dead
row. The next start handles the updates that a crash left, and no effect happens twice. Only a call for relief waits
neither for a database that is slow or unavailable, nor for other updates of its chat.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from bot.counters import count
from bot.errors import StoreError, UnavailableError
from bot.parsing import lenient_json
from bot.store import Connection, Store, inactivity, inbox, people
from bot.store.people import Person
from bot.store.tables import InboxState
from bot.updates.chat_queues import ChatQueues
from bot.updates.flood import FloodControl
from bot.updates.handling import FinishedUpdates, Handle, handle_to_end
from bot.updates.inbound_update import Answer, Attempt, Raw, encode, is_update, read_update
from bot.updates.polling import AnswersAhead

T = TypeVar("T")
MOST_UNFINISHED = 2000
"""No more updates are fetched while this many wait, because they are safer at Telegram."""
RELIEF_WAIT_SECONDS = 0.25
"""How long a call for relief waits for the database."""
STORE_WAIT_SECONDS = 3.0
"""How long the storing of other updates may delay the next fetch, which may bring a call for relief."""
ADOPT_SECONDS = 10.0
"""The interval at which the receiver looks for unfinished updates that this process does not handle."""


@dataclass(frozen=True)
class NewUpdates:
    """What the database knows of some updates: the ids of those that must be handled, and the stored senders."""

    ids: set[int]
    senders: dict[int, Person]


class Receiver:
    """Takes updates on and gives each to ``handle``.

    ``find_answer`` returns the answer to a call for relief, and None for any other raw update; ``clock`` returns the
    time in UTC. ``answers_ahead`` are those of the head start, as in ``Poller``.
    """

    def __init__(
        self,
        store: Store,
        handle: Handle,
        find_answer: Callable[[Raw], Answer | None],
        clock: Callable[[], datetime],
        answers_ahead: AnswersAhead | None = None,
    ) -> None:
        self._store = store
        self._handle = handle
        self._find_answer = find_answer
        self._clock = clock
        self._answers_ahead = {} if answers_ahead is None else answers_ahead
        self._unfinished: dict[int, Attempt] = {}
        self._unstored: set[int] = set()
        """Calls for relief that were taken on before they were stored. They are not confirmed until stored or ended."""

        self._by_sender: Counter[int] = Counter()
        self._changed_people: dict[int, Person] = {}
        """People whom handlers have changed while further updates from them were waiting."""

        self._finished = FinishedUpdates(store, clock, self._answers_ahead.keys())
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._queues = ChatQueues(self._handle_and_finish, self._start_task)
        self.flood = FloodControl()

    async def accept(self, updates: Iterable[Any]) -> None:
        """Store updates and take them on.

        Raises:
            StoreError: the updates are not stored, so Telegram must send them again. A slow database may still store
                them, and the caller may call again with more updates in the meantime.

        """
        attempts = self._admit(updates)
        if not attempts:
            return
        self._queues.mark_overtaken(attempts)
        storing = self._start_task(self._store_and_take_on(attempts))
        urgent = [
            attempt for attempt in attempts if attempt.update.is_urgent and attempt.update.id not in self._unfinished
        ]
        if urgent:
            await self._take_on_urgent(urgent, storing)
        await asyncio.wait([storing], timeout=STORE_WAIT_SECONDS)
        if not storing.done() or _has_failed(storing):
            count("updates_unstored", times=len(attempts))
        if not storing.done():
            raise UnavailableError("the database does not answer")
        storing.result()

    async def adopt(self) -> None:
        """Take on the unfinished updates in the database that this process does not handle yet.

        A crash left them. Raises ``StoreError``.
        """

        def read_unfinished(connection: Connection) -> tuple[list[Attempt], NewUpdates]:
            self._finished.store_noted(connection)
            attempts = [
                self._new_attempt(lenient_json.loads(raw))
                for id_, raw in inbox.unfinished(connection)
                if id_ not in self._unfinished
            ]
            ids = {attempt.update.id for attempt in attempts}
            return attempts, NewUpdates(ids, _known_senders(connection, attempts))

        attempts, new = await self._store.write(read_unfinished)
        self._finished.noted_before.clear()
        self._queues.mark_overtaken(attempts)
        self._take_on(attempts, new)

    async def keep_adopting(self) -> None:
        """Call ``adopt`` every ten seconds until cancelled.

        The process that was active before this one may have stored one more update at its last moment.
        """
        while True:
            await asyncio.sleep(ADOPT_SECONDS)
            with contextlib.suppress(StoreError):
                await self.adopt()

    @property
    def has_room(self) -> bool:
        """Whether the receiver has room for more updates."""
        return self._has_room.is_set()

    async def wait_for_room(self) -> None:
        """Wait until there is room for more updates."""
        await self._has_room.wait()

    async def drain(self, seconds: float) -> None:
        """Wait up to ``seconds`` for the updates taken on to be finished. The next start handles the rest."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._tasks:
                    await asyncio.wait(self._tasks)
        for task in self._tasks:
            task.cancel()

    def _admit(self, updates: Iterable[Any]) -> list[Attempt]:
        """Return an attempt for each update that is new here or not stored yet, if flood control admits it."""
        raws = {raw["update_id"]: raw for raw in updates if is_update(raw)}
        wanted = [raw for id_, raw in raws.items() if id_ not in self._unfinished or id_ in self._unstored]
        attempts = [self._new_attempt(raw) for raw in wanted]
        waiting = {chat: self._queues.waiting(chat) for chat in {attempt.update.chat_id for attempt in attempts}}
        return self.flood.admit(attempts, waiting)

    def _new_attempt(self, raw: Raw) -> Attempt:
        update = read_update(raw, self._find_answer(raw))
        return Attempt(update, answer_ahead=self._answers_ahead.get(update.id))

    async def _store_and_take_on(self, attempts: list[Attempt]) -> None:
        rows, now = [(attempt.update.id, encode(attempt.update.raw)) for attempt in attempts], self._clock()

        def store(connection: Connection) -> NewUpdates:
            # An update that was stored before and has ended need not be handled. Calls are mostly under way already.
            waiting = [attempt for attempt in attempts if attempt.update.id not in self._unfinished]
            return NewUpdates(inbox.add(connection, rows, now), _known_senders(connection, waiting))

        new = await self._store.write(store, alone=True)  # the next updates are fetched only after that
        self._unstored -= {attempt.update.id for attempt in attempts}
        self._take_on(attempts, new)

    async def _take_on_urgent(self, urgent: list[Attempt], storing: asyncio.Task[None]) -> None:
        """Take on calls for relief as soon as the database says that they are new, or has not answered for a moment.

        While the calls are being stored, they are also looked up: a read is faster than a write, which may wait for
        others.
        """
        ids = {attempt.update.id for attempt in urgent}

        def find_unstored(connection: Connection) -> NewUpdates:
            return NewUpdates(ids - inbox.stored_ids(connection, ids), _known_senders(connection, urgent))

        reading = self._start_task(self._store.quick_read(find_unstored))
        await asyncio.wait([storing, reading], timeout=RELIEF_WAIT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if _has_failed(reading):
            await asyncio.wait([storing], timeout=RELIEF_WAIT_SECONDS)
        if storing.done() and not _has_failed(storing):
            return
        is_known = reading.done() and not _has_failed(reading)
        new = reading.result() if is_known else NewUpdates(ids, {})
        self._unstored |= new.ids
        self._take_on(urgent, new)

    def _take_on(self, attempts: Iterable[Attempt], new: NewUpdates) -> None:
        if unnoted := inactivity.unnoted(new.senders.values(), now := self._clock()):  # once a month for each person
            note = partial(inactivity.note_heard, chat_ids=unnoted, now=now)
            self._start_task(self._store.write(note, patient=True))  # if it fails, the person's next update repeats it
        for attempt in attempts:
            update = attempt.update
            if update.id in self._unfinished or update.id not in new.ids:
                continue
            attempt.person = new.senders.get(update.sender_id)
            self._unfinished[update.id] = attempt
            self._by_sender[update.sender_id] += 1
            self.flood.spend(attempt)
            self._queues.put(attempt)
        if len(self._unfinished) >= MOST_UNFINISHED:
            self._has_room.clear()

    async def _handle_and_finish(self, attempt: Attempt) -> None:
        sender_id = attempt.update.sender_id
        attempt.note_answered = partial(self._note_answered, attempt)
        attempt.person = before = self._changed_people.get(sender_id, attempt.person)
        try:
            state = await handle_to_end(self._handle, attempt)
        finally:
            if attempt.person is not before and attempt.person is not None:
                self._changed_people[sender_id] = attempt.person
        if not attempt.is_answered:
            self._finish(attempt, state)

    def _finish(self, attempt: Attempt, state: InboxState) -> None:
        if self._finished.add(attempt.update.id, state):
            self._start_task(self._finished.store(self._release))

    def _note_answered(self, attempt: Attempt) -> None:
        attempt.is_answered = True
        self._finish(attempt, InboxState.DONE)

    def _release(self, update_id: int) -> None:
        sender_id = self._unfinished.pop(update_id).update.sender_id
        self._unstored.discard(update_id)
        self._by_sender[sender_id] -= 1
        if not self._by_sender[sender_id]:
            del self._by_sender[sender_id]
            self._changed_people.pop(sender_id, None)
        if len(self._unfinished) < MOST_UNFINISHED:
            self._has_room.set()

    def _start_task(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._task_ended)
        return task

    def _task_ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # asyncio would log an error that nobody has fetched; a waiting caller still gets it


def _known_senders(connection: Connection, attempts: Sequence[Attempt]) -> dict[int, Person]:
    return people.get_known(connection, [attempt.update.sender_id for attempt in attempts]) if attempts else {}


def _has_failed(task: asyncio.Task[Any]) -> bool:
    return task.done() and not task.cancelled() and task.exception() is not None
