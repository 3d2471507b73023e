"""Deliver one row of the outbox while one fault strikes and the process dies at a given point. Another process goes on.

A crash is a copy of the files as they are at that moment. What the process would have written later is not in it, and
nothing has been closed. A request that had left completely still reaches Telegram.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import create_engine, insert
from telegram.error import TelegramError
from yarl import URL

import handlers
from bot.app import Services
from bot.messages.gateway import Gateway
from bot.messages.limiter import Limiter
from bot.messages.rates import UNLIMITED
from bot.messages.sender import Sender
from bot.messages.transport import NO_FILES, READ_SECONDS, Transport
from bot.messages.uploads import Uploads
from bot.parsing import lenient_json
from bot.store import Connection, Store
from bot.store.claiming import Claim
from bot.store.engine.bulk import Work
from bot.store.tables import OPEN_OUTBOX, Priority, RowType
from bot.store.tables import outbox as rows
from handlers.cramp import CHECK
from scheduler.delivery import Delivery
from simulator import Fault, Simulator, SkippableClock
from tests.support import running_bot
from tests.support.reminders import MUST_ARRIVE, insistent_content

T = TypeVar("T")
POINTS = ("unclaimed", "claimed", "left", "noted", "answered", "recorded")
"""Where a process dies, in this order: before its claim is stored; after that, before a byte has left; when the last byte
has left, before that is noted; when that is noted; when the answer is there, before its record is stored; after that.
Nobody notes that an edit has left. For an edit, "noted" is only a little later than "left"."""
PRESUMED, MUST, EDIT = "water", MUST_ARRIVE, CHECK
"""A reminder that is rather presumed to have arrived than sent twice, a reminder that must arrive, and an edit."""
SENDING = {"sendMessage", "editMessageText"}
BETWEEN_TICKS = timedelta(seconds=61)
"""Longer than anything waits before it is tried again."""
TICKS = 8
IMPATIENT_SECONDS = 0.3
"""How long the process waits for a response that never arrives."""


class KilledError(Exception):
    """The transaction ends here, because its process is dead."""


@dataclass(frozen=True)
class Trouble:
    """What goes wrong with the first try, or, if it is ``lasting``, with each try.

    ``unreached`` means that nobody listens at Telegram's address. ``moved`` means that the group has a new id.
    """

    fault: Fault = field(default_factory=Fault)
    lasting: bool = False
    unreached: bool = False
    moved: bool = False

    def strike(self, simulator: Simulator) -> None:
        """Let Telegram fail from now on."""
        if not (self.unreached or self.moved):
            simulator.faults.add(replace(self.fault, methods=SENDING, times=None if self.lasting else 1))


@dataclass
class Death:
    """The death of a process: at which point (None: it lives), its database, and where to copy that to."""

    point: str | None
    file: Path
    heir: Path
    is_answered: bool = False
    is_dead: bool = False
    died: asyncio.Event = field(default_factory=asyncio.Event)

    def reach(self, point: str) -> bool:
        """Note that the process has reached a point; return whether it is dead by then."""
        if point == self.point and not self.is_dead:
            self.is_dead = True
            copy_files(self.file, self.heir)
        return self.is_dead

    async def meet(self, point: str) -> None:
        """Do as ``reach``, but never return if the process is dead."""
        if self.reach(point):
            self.died.set()
            await asyncio.Future()


def copy_files(file: Path, heir: Path) -> None:
    """Copy a database and its sent logs as they are on the disk."""
    heir.parent.mkdir()
    for suffix in ("", "-wal", ".left", ".answered"):
        if (source := Path(f"{file}{suffix}")).exists():
            shutil.copyfile(source, f"{heir}{suffix}")


class MortalTransport(Transport):
    """The transport of a process that may die while it sends. ``tries`` counts the requests that were begun."""

    def __init__(self, death: Death, trouble: Trouble) -> None:
        super().__init__()
        self.tries = 0
        self._death = death
        self._is_unreached = trouble.unreached
        self._most_seconds = IMPATIENT_SECONDS if trouble.fault.hold else READ_SECONDS

    async def call(
        self,
        url: str,
        parameters: Mapping[str, Any],
        files: Mapping[str, bytes] = NO_FILES,
        seconds: float = READ_SECONDS,
        on_sent: Callable[[], None] | None = None,
    ) -> Any:
        if f"/bot{parameters['chat_id']}:" in url:  # a probe of Telegram, to the bot itself
            return await super().call(url, parameters, files, seconds, on_sent)
        await self._death.meet("claimed")
        self.tries += 1
        try:
            result = await super().call(
                self._address(url), parameters, files, min(seconds, self._most_seconds), partial(self._gone, on_sent)
            )
        except TelegramError:
            await self._answered()
            raise
        await self._answered()
        return result

    def _address(self, url: str) -> str:
        is_unreached, self._is_unreached = self._is_unreached, False
        return str(URL(url).with_port(running_bot.free_port())) if is_unreached else url

    def _gone(self, on_sent: Callable[[], None] | None) -> None:
        if not self._death.reach("left"):
            if on_sent:
                on_sent()
            self._death.reach("noted")

    async def _answered(self) -> None:
        self._death.is_answered = True
        await self._death.meet("answered")


class MortalStore(Store):
    """The store of a process that may die while it writes."""

    death: Death

    async def write(self, work: Work[T], *, patient: bool = False, last: bool = False, alone: bool = False) -> T:
        try:
            result = await super().write(partial(self._carry_out, work), patient=patient, last=last, alone=alone)
        except KilledError:
            await self.death.meet("unclaimed")
            raise
        if patient and self.death.is_answered:  # the patient writes record how a row ended
            await self.death.meet("recorded")
        return result

    def _carry_out(self, work: Work[T], connection: Connection) -> T:
        result = work(connection)
        if isinstance(result, Claim) and result.rows and self.death.reach("unclaimed"):
            raise KilledError
        return result


@dataclass(frozen=True)
class Outcome:
    """The final state of a row ("forgotten" if it was deleted), how often its message arrived, and the tries."""

    state: str
    copies: int
    tries: int
    attempts: int | None

    def __str__(self) -> str:
        return f"{self.state} {self.copies}/{self.tries}"


@dataclass
class CrashedDeliveries:
    """Deliveries of rows of one kind that meet the same trouble, by processes that die."""

    simulator: Simulator
    folder: Path
    empty: Path
    kind: str
    trouble: Trouble

    async def outcome(self, point: str) -> Outcome:
        """Deliver a row. The first process dies at this point, and another one goes on."""
        first, heir = self.folder / point / "charley.db", self.folder / f"after {point}" / "charley.db"
        copy_files(self.empty, first)
        await self._add_row(first)
        before, tries, trouble = self.simulator.judge.total, 0, self.trouble
        self.trouble.strike(self.simulator)
        for death in (Death(point, first, heir), Death(None, heir, heir)):
            async with living(self.simulator, death, trouble) as (services, transport, delivery):
                await _delivered(services, delivery, death)
                row = await services.store.read(lambda connection: connection.execute(rows.select()).one_or_none())
            assert death.is_dead == (death.point is not None), f"nobody dies {point}"
            tries += transport.tries
            trouble = replace(trouble, unreached=trouble.unreached and not tries)
        self.simulator.faults.clear()
        copies = self.simulator.judge.total - before
        return Outcome(row.state, copies, tries, row.attempts) if row else Outcome("forgotten", copies, tries, None)

    async def _add_row(self, file: Path) -> None:
        """Add the row, and the message that it is to edit, if it is an edit."""
        simulator, person = self.simulator, self.simulator.add_person(started=True)
        chat = simulator.phone.new_group(person, "Walk") if self.trouble.moved else simulator.world.chats[person.id]
        row = {"type": RowType.OCCURRENCE, "chat_id": chat.id, "kind": self.kind}
        row |= {"due_at": simulator.clock(), "silent": True}
        if self.kind == EDIT:
            shown = {"screen": "relief", "language": "en", "since": simulator.clock().timestamp()}
            number = await _send_message(simulator, chat.id)
            row |= {"type": RowType.EDIT, "message_id": number, "pictured": False, "priority": Priority.URGENT}
            row |= {"data": lenient_json.dumps(shown).decode()}
        database = create_engine(f"sqlite:///{file}")
        with database.begin() as connection:
            connection.execute(insert(rows).values(row))
        database.dispose()
        if self.trouble.moved:
            simulator.phone.migrate(chat)


async def _send_message(simulator: Simulator, chat_id: int) -> int:
    """Send a message that is to be edited; return its number."""
    transport = Transport()
    await transport.initialize()
    url = f"{simulator.url}/bot{simulator.token}/sendMessage"
    message = await transport.call(url, {"chat_id": chat_id, "text": "Steps"})
    await transport.shutdown()
    return int(message["message_id"])


@asynccontextmanager
async def living(
    simulator: Simulator, death: Death, trouble: Trouble
) -> AsyncIterator[tuple[Services, MortalTransport, Delivery]]:
    """Yield the parts of a process that delivers. The clock of all is the simulator's."""
    settings = running_bot.settings(simulator, death.file.parent)
    monotonic, transport = running_bot.monotonic(simulator.clock), MortalTransport(death, trouble)
    sender = Sender(
        Gateway(transport, settings.bot_url, Limiter(UNLIMITED, monotonic)), Uploads({}, {}, lambda *_: None)
    )
    async with MortalStore.open(settings.database_url.get_secret_value()) as store:
        assert isinstance(store, MortalStore)
        store.death = death
        services = Services(settings, insistent_content(), store, sender, simulator.clock)
        await transport.initialize()
        try:
            yield (
                services,
                transport,
                Delivery(services, sender.push, sender._gateway.reserve, handlers.deferred(), 1, monotonic=monotonic),
            )
        finally:
            await transport.shutdown()


async def _delivered(services: Services, delivery: Delivery, death: Death) -> None:
    """Deliver until nothing is open, or until the process dies."""
    for _ in range(TICKS):
        ticking, dying = asyncio.create_task(delivery.tick()), asyncio.create_task(death.died.wait())
        await asyncio.wait({ticking, dying}, return_when=asyncio.FIRST_COMPLETED)
        tasks = [ticking, dying, *delivery._sending] if death.died.is_set() else [dying]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if death.died.is_set():
            return
        await ticking
        if not await services.store.read(lambda connection: connection.execute(rows.select().where(OPEN_OUTBOX)).all()):
            return
        assert isinstance(services.clock, SkippableClock)
        services.clock.skip(BETWEEN_TICKS)
    raise AssertionError("the row is never finished")
