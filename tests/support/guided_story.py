"""A run with the real scheduler, limiter, sender and database, on a loop whose time is virtual, and with a fake Telegram.

What happens to each edit is decided beforehand. What arrived is recorded here, not by the bot.
"""

import asyncio
from collections import deque
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from typing import Any

from telegram.error import RetryAfter

from bot import config
from bot.app import Services
from bot.config import ROOT, Settings
from bot.content import Edition, Routine
from bot.content.loading import Content
from bot.messages.gateway import Gateway
from bot.messages.limiter import Limiter
from bot.messages.rates import Rates
from bot.messages.sender import Draft, Sender
from bot.messages.transport import Transport, Unclear
from bot.messages.uploads import Uploads
from bot.store import Connection, Store, runs
from bot.store.people import Person
from bot.store.runs import Run
from bot.store.tables import Priority
from bot.stretching import progress
from bot.stretching.guide import Guide
from bot.stretching.progress import Screen
from bot.stretching.showing import show
from bot.stretching.timeline import Timeline, of_routine
from scheduler.guidance import Guidance
from tests.support.held import Hold, Seen
from tests.support.running_bot import content
from tests.support.virtual_time import now as loop_seconds
from tests.support.virtual_time import until
from tests.support.waiting import pause

EVENING = datetime(2026, 11, 1, 20, 30, tzinfo=timezone.utc)
CHAT, MESSAGE = 7, 70
FILES = {name: ROOT / "assets" / f"{name}.png" for name in ("foot-and-toes", "front-thigh")}


@dataclass(frozen=True)
class Fate:
    """What happens to one edit: it takes long, it is refused for some seconds, or its answer is lost."""

    delay: float = 0.1
    refused: int = 0
    is_unanswered: bool = False


@dataclass(frozen=True)
class Event:
    """A press of a button, or a process that dies and is away for some seconds, so many seconds after the one before."""

    name: str
    after: float
    away: float = 0.0


class Telegram(Transport):
    """Records when each edit arrived, and with which text."""

    def __init__(self, fates: Iterable[Fate]) -> None:
        super().__init__()
        self._fates = deque(fates)
        self.arrived: list[tuple[float, str]] = []

    async def call(self, url: str, parameters: Any, *_: Any, **__: Any) -> Any:
        is_probe = f"/bot{parameters['chat_id']}:" in url  # it goes to the bot itself
        if is_probe and not (self._fates and self._fates[0].is_unanswered):
            return {}
        fate = self._fates.popleft() if self._fates else Fate()
        if is_probe:
            raise Unclear("no answer")
        if fate.refused:
            raise RetryAfter(fate.refused)
        await pause(fate.delay / 2)
        words = parameters.get("text") or parameters.get("caption") or parameters["media"]["caption"]
        self.arrived.append((loop_seconds(), words))
        await pause(fate.delay / 2)
        if fate.is_unanswered:
            raise Unclear("no answer")
        return {"message_id": MESSAGE, "photo": [{"file_id": "photo"}]}


@dataclass
class Story:
    """One run of ``routine`` on ``store``, from its beginning until its message shows an end."""

    routine: Routine
    store: Store
    fates: list[Fate] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    skipped: set[Hold] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.timeline: Timeline = of_routine(self.routine)
        self.telegram = Telegram(self.fates)
        self.screens: list[Screen] = []
        self.guide = Guide(lambda *_: self.timeline, self.draw)
        self.settings = config.make(Settings, telegram_bot_token="123456:" + "x" * 35)
        self.start()

    def start(self) -> None:
        """Start a process: it knows nothing but what is in the database."""
        limiter = Limiter(Rates(), loop_seconds)
        gateway = Gateway(self.telegram, self.settings.bot_url, limiter)
        sender = Sender(gateway, Uploads(FILES, {}, lambda *_: None))
        self.services = Services(self.settings, Content(content()), self.store, sender, self.clock)
        self.guidance = Guidance(self.services, gateway.reserve, {"any": self.guide})
        self.tasks: set[asyncio.Task[None]] = set()
        self.is_up = True

    def clock(self) -> datetime:
        return EVENING + timedelta(seconds=loop_seconds() - 1000.0)

    async def draw(self, services: Services, edition: Edition, run: Run, screen: Screen, person: Person) -> Draft:
        """Draw a screen as its number, with another picture for each step."""
        self.screens.append(screen)
        first = screen.phases[0].phase.step if screen.phases else 0
        picture = [*FILES][first % 2] if screen.phases else None
        return Draft(str(len(self.screens) - 1), picture=picture)

    @property
    def seen(self) -> list[Seen]:
        """What the message showed, and from when on."""
        began = EVENING - timedelta(seconds=1000.0)
        return [Seen(began + timedelta(seconds=at), self.screens[int(words)]) for at, words in self.telegram.arrived]

    async def play(self) -> None:
        """Begin the run, and let time pass until the database knows no run any more."""
        begun = Run(CHAT, MESSAGE, "any", "any", "en", Priority.NORMAL, began_at=self.clock(), due_at=self.clock())
        await self.store.write(lambda connection: runs.begin(connection, begun))
        happening = asyncio.create_task(self.happen())
        ticking: asyncio.Task[None] | None = None
        while await self.find() or not happening.done():
            if self.is_up and (ticking is None or ticking.done()):
                ticking = self.begin(self.guidance.tick())
            await until(float(int(loop_seconds()) + 1))
            assert loop_seconds() < 20_000, "it never ends"
        await asyncio.gather(happening, return_exceptions=True)

    def begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self.tasks.add(task)
        return task

    async def find(self) -> Run | None:
        return await self.store.read(lambda connection: runs.find(connection, CHAT, MESSAGE))

    async def happen(self) -> None:
        """Let the events happen in their order."""
        for event in self.events:
            await pause(event.after)
            if event.name == "die":
                await self.die(event.away)
            else:
                await self.press(event.name)

    async def die(self, away: float) -> None:
        """Kill the process, with all that it is doing, and start another one later."""
        self.is_up = False
        doomed = [*self.tasks, *self.guidance._editing.values()]
        for task in doomed:
            task.cancel()
        await asyncio.gather(*doomed, return_exceptions=True)
        await pause(away)
        self.start()

    async def press(self, name: str) -> None:
        """Press a button, as the topic of stretching handles it."""
        now = self.clock()

        def effect(connection: Connection) -> Run | None:
            run = runs.find(connection, CHAT, MESSAGE)
            changed = self.changed(run, name, now) if run and run.is_active else run
            if changed is None or changed is run:
                return None
            return runs.change(connection, replace(changed, due_at=now + timedelta(seconds=1)))

        if run := await self.store.write(effect):
            self.begin(show(self.services, self.guide, run, Person(CHAT), 1))

    def changed(self, run: Run, name: str, now: datetime) -> Run:
        """Return the run after a press of this button, and note what is skipped."""
        match name:
            case "pause":
                return progress.pause(self.timeline, run, now)
            case "resume":
                return progress.resume(run, now)
            case "skip":
                first = self.timeline.lead(progress.current(self.timeline, run, now))
                left_out = self.timeline.phases[first : self.timeline.next_step(first)]
                self.skipped |= {(phase.step, phase.repetition) for phase in left_out}
                return progress.skip(self.timeline, run, now)
        return progress.stop(run, now)
