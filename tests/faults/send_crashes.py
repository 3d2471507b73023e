"""One row of the outbox, one fault, and a process that dies at a point of its way: the next one finds only its files.

A crash is a picture of the files as they are at that moment: whatever the process would still have written is not in
it, and nothing has been closed. What had left whole for Telegram gets there.
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
from bot.messages.pictures import Pictures
from bot.messages.rates import UNLIMITED
from bot.messages.sender import Sender
from bot.messages.transport import NO_FILES, READ_SECONDS, Transport
from bot.parsing import lenient_json
from bot.store import Connection, Store
from bot.store.due_rows import URGENT
from bot.store.engine.store import Work
from bot.store.outbox import Claim
from bot.store.tables import OPEN_OUTBOX
from bot.store.tables import outbox as rows
from handlers.cramp import CHECK
from scheduler.delivery import Delivery
from simulator import Fault, Simulator, SkippableClock
from tests.support import running_bot
from tests.support.reminders import MUST_ARRIVE, insistent

T = TypeVar("T")
CUTS = ("unclaimed", "claimed", "left", "noted", "answered", "recorded")
"""Where a process dies: before its claim is stored; after that, before a byte has left; when the last byte has left,
before that is noted; when that is noted; when the answer is there, before its record is stored; after that. (That an edit
has left is noted by nobody: there "noted" is just a little later than "left".)"""
PRESUMED, MUST, EDIT = "water", MUST_ARRIVE, CHECK
"""A reminder that rather is presumed to have arrived; one that must arrive; an edit of something that is there."""
SENDING = {"sendMessage", "editMessageText"}
PATIENCE = timedelta(seconds=61)
"""From one look to the next: longer than anything waits before it is tried again."""
LOOKS = 8
IMPATIENT_SECONDS = 0.3
"""How long an answer that never comes is waited for."""


class KilledError(Exception):
    """A transaction is broken off, as its process is no more."""


@dataclass(frozen=True)
class Trouble:
    """What goes wrong with the first try, or, of what is ``lasting``, with each.

    ``unheard``: nobody listens where it is sent to. ``moved``: the chat is a group that has another number now.
    """

    fault: Fault = field(default_factory=Fault)
    lasting: bool = False
    unheard: bool = False
    moved: bool = False

    def strike(self, simulator: Simulator) -> None:
        """Put it in force."""
        if not (self.unheard or self.moved):
            simulator.faults.add(replace(self.fault, methods=SENDING, times=None if self.lasting else 1))


@dataclass
class Death:
    """Where a process dies, if at all, and where the files are that it leaves."""

    point: str | None
    file: Path
    heir: Path
    is_answered: bool = False
    has_come: bool = False
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def reach(self, point: str) -> bool:
        """Come to a point; whether the process is dead by then."""
        if point == self.point and not self.has_come:
            self.has_come = True
            picture(self.file, self.heir)
        return self.has_come

    async def meet(self, point: str) -> None:
        """Come to a point, and go on from there only if alive."""
        if self.reach(point):
            self.over.set()
            await asyncio.Future()


def picture(file: Path, heir: Path) -> None:
    """Copy a database and its journals as they are: what is only in memory is not there."""
    heir.parent.mkdir()
    for suffix in ("", "-wal", ".left", ".answered"):
        if (there := Path(f"{file}{suffix}")).exists():
            shutil.copyfile(there, f"{heir}{suffix}")


class Wire(Transport):
    """HTTP to Telegram, by a process that may die of it. ``tries`` counts what was begun to be sent."""

    def __init__(self, death: Death, trouble: Trouble) -> None:
        super().__init__()
        self.tries = 0
        self._death = death
        self._is_unheard = trouble.unheard
        self._most_seconds = IMPATIENT_SECONDS if trouble.fault.hold else READ_SECONDS

    async def call(
        self,
        url: str,
        parameters: Mapping[str, Any],
        files: Mapping[str, bytes] = NO_FILES,
        seconds: float = READ_SECONDS,
        left: Callable[[], None] | None = None,
    ) -> Any:
        await self._death.meet("claimed")
        self.tries += 1
        try:
            result = await super().call(
                self._there(url), parameters, files, min(seconds, self._most_seconds), partial(self._gone, left)
            )
        except TelegramError:
            await self._answered()
            raise
        await self._answered()
        return result

    def _there(self, url: str) -> str:
        is_unheard, self._is_unheard = self._is_unheard, False
        return str(URL(url).with_port(running_bot.free_port())) if is_unheard else url

    def _gone(self, left: Callable[[], None] | None) -> None:
        if not self._death.reach("left"):
            if left:
                left()
            self._death.reach("noted")

    async def _answered(self) -> None:
        self._death.is_answered = True
        await self._death.meet("answered")


class Records(Store):
    """The database of a process that may die of what it stores."""

    death: Death

    async def write(self, work: Work[T], *, patient: bool = False, last: bool = False) -> T:
        try:
            result = await super().write(partial(self._carry_out, work), patient=patient, last=last)
        except KilledError:
            await self.death.meet("unclaimed")
            raise
        if patient and self.death.is_answered:  # what is patient is how something ended
            await self.death.meet("recorded")
        return result

    def _carry_out(self, work: Work[T], connection: Connection) -> T:
        result = work(connection)
        if isinstance(result, Claim) and result.due and self.death.reach("unclaimed"):
            raise KilledError
        return result


@dataclass(frozen=True)
class Ended:
    """What became of a row (a deleted one was forgotten), how often its message came, and what that took."""

    state: str
    copies: int
    tries: int
    attempts: int | None

    def __str__(self) -> str:
        return f"{self.state} {self.copies}/{self.tries}"


@dataclass
class Stories:
    """Rows of one kind, each of which meets the same trouble, and the death of the process that first has it in hand."""

    simulator: Simulator
    folder: Path
    empty: Path
    kind: str
    trouble: Trouble

    async def told(self, cut: str) -> Ended:
        """How it ends if the first process dies there, and another one goes on."""
        first, heir = self.folder / cut / "charley.db", self.folder / f"after {cut}" / "charley.db"
        picture(self.empty, first)
        await self._put_off(first)
        before, tries, trouble = self.simulator.judge.total, 0, self.trouble
        self.trouble.strike(self.simulator)
        for death in (Death(cut, first, heir), Death(None, heir, heir)):
            async with living(self.simulator, death, trouble) as (services, wire, delivery):
                await _delivered(services, delivery, death)
                row = await services.store.read(lambda connection: connection.execute(rows.select()).one_or_none())
            assert death.has_come == (death.point is not None), f"nobody dies {cut}"
            tries += wire.tries
            trouble = replace(trouble, unheard=trouble.unheard and not tries)
        self.simulator.faults.clear()
        copies = self.simulator.judge.total - before
        return Ended(row.state, copies, tries, row.attempts) if row else Ended("forgotten", copies, tries, None)

    async def _put_off(self, file: Path) -> None:
        """Of what is to be sent later all is there: the row, and the message if that is to be edited."""
        simulator, person = self.simulator, self.simulator.add_person(started=True)
        chat = simulator.phone.new_group(person, "Walk") if self.trouble.moved else simulator.world.chats[person.id]
        row = {"chat_id": chat.id, "kind": self.kind, "due_at": simulator.clock(), "silent": True}
        if self.kind == EDIT:
            shown = {"screen": "relief", "language": "en", "since": simulator.clock().timestamp()}
            number = await _said(simulator, chat.id)
            row |= {"message_id": number, "pictured": False, "data": lenient_json.dumps(shown).decode(), "lane": URGENT}
        database = create_engine(f"sqlite:///{file}")
        with database.begin() as connection:
            connection.execute(insert(rows).values(row))
        database.dispose()
        if self.trouble.moved:
            simulator.phone.migrate(chat)


async def _said(simulator: Simulator, chat_id: int) -> int:
    """The number of a message that is to be edited."""
    transport = Transport()
    await transport.initialize()
    url = f"{simulator.url}/bot{simulator.token}/sendMessage"
    message = await transport.call(url, {"chat_id": chat_id, "text": "Steps"})
    await transport.shutdown()
    return int(message["message_id"])


@asynccontextmanager
async def living(
    simulator: Simulator, death: Death, trouble: Trouble
) -> AsyncIterator[tuple[Services, Wire, Delivery]]:
    """A process, as far as it delivers; the clock of all is the simulator's."""
    settings = running_bot.settings(simulator, death.file.parent)
    monotonic, wire = running_bot.monotonic(simulator.clock), Wire(death, trouble)
    sender = Sender(Gateway(wire, settings.bot_url, Limiter(UNLIMITED, monotonic)), Pictures({}, {}, lambda *_: None))
    async with Records.open(settings.database_url.get_secret_value()) as store:
        assert isinstance(store, Records)
        store.death = death
        services = Services(settings, insistent(running_bot.content()), store, sender, simulator.clock)
        await wire.initialize()
        try:
            yield (
                services,
                wire,
                Delivery(services, sender.push, sender._gateway.reserve, handlers.later(), 1, monotonic=monotonic),
            )
        finally:
            await wire.shutdown()


async def _delivered(services: Services, delivery: Delivery, death: Death) -> None:
    """Deliver until nothing is open, or until the process dies."""
    for _ in range(LOOKS):
        ticking, dying = asyncio.create_task(delivery.tick()), asyncio.create_task(death.over.wait())
        await asyncio.wait({ticking, dying}, return_when=asyncio.FIRST_COMPLETED)
        tasks = [ticking, dying, *delivery._sending] if death.over.is_set() else [dying]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if death.over.is_set():
            return
        await ticking
        if not await services.store.read(lambda connection: connection.execute(rows.select().where(OPEN_OUTBOX)).all()):
            return
        assert isinstance(services.clock, SkippableClock)
        services.clock.skip(PATIENCE)
    raise AssertionError("it never ends")
