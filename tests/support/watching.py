"""A bot whose every request is seen, and which does not really wait before it tries again."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from bot.content.telegram_html import visible
from bot.messages.limits import Limiter
from bot.run import run
from bot.store.people import Person
from bot.store.plans import Plan
from bot.updates.polling import Poller
from handlers import help as help_topic
from handlers import settings as settings_topic
from simulator import Fault, Request, Simulator
from simulator.bot_api.parameters import Parameters
from tests.support import running_bot
from tests.support.conversation import Conversation, Json, words
from tests.support.running_bot import PATIENCE_SECONDS

HELP = visible(help_topic.commands(running_bot.content()["en"]).text)
_NOBODY = Plan(Person(0), {}, datetime(2026, 1, 1, tzinfo=timezone.utc))
BARRIERS = {visible(settings_topic.overview(running_bot.content()["en"], each).text) for each in (None, _NOBODY)}
"""The settings of someone who has chosen nothing: in a group, and alone with the bot."""
POLL = "getupdates"


@dataclass(frozen=True)
class Asked:
    """One request that reached Telegram, and when."""

    method: str
    chat: int
    at: datetime
    parameters: Parameters


class Requests:
    """Every request that reaches Telegram whole, in order, from the moment this is made."""

    def __init__(self, simulator: Simulator) -> None:
        self._clock = simulator.clock
        self._seen: list[Asked] = []
        self._more = asyncio.Event()
        simulator.faults.add(Fault(times=None, when=self._note))

    def _note(self, request: Request) -> bool:
        self._seen.append(Asked(request.method, request.chat, self._clock(), request.parameters))
        self._more.set()
        return False

    def of(self, *methods: str, chat: int | None = None) -> list[Asked]:
        """Those of these methods (none named: all but the polls), for one chat or for any."""
        return [
            each
            for each in self._seen
            if (each.method in {one.lower() for one in methods} if methods else each.method != POLL)
            and chat in {None, each.chat}
        ]

    async def until(self, condition: Callable[[], object]) -> None:
        """Return as soon as ``condition`` holds; looked at now and after each request."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not condition():
                self._more.clear()
                await self._more.wait()

    async def next(self, method: str) -> None:
        """Return as soon as there is one more of this method."""
        before = len(self.of(method))
        await self.until(lambda: len(self.of(method)) > before)

    async def stored(self, simulator: Simulator) -> None:
        """Return as soon as the bot has confirmed every update that Telegram had for it."""
        await self.until(lambda: len(simulator.updates) == 0)


class Naps:
    """The pauses of the sender: noted, and passed by skipping Telegram's clock.

    ``meanwhile`` is what happens during a pause; it is given the number of the pause, from 1.
    """

    def __init__(self, simulator: Simulator) -> None:
        self._clock = simulator.clock
        self.seconds: list[float] = []
        self.meanwhile: Callable[[int], Awaitable[object]] | None = None

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        if self.meanwhile:
            await self.meanwhile(len(self.seconds))
        self._clock.skip(timedelta(seconds=seconds))


@asynccontextmanager
async def serving(
    simulator: Simulator, folder: Path, limiter: Limiter | None = None, **given: Any
) -> AsyncIterator[Poller]:
    """The whole bot until the end of the block, where it must end by itself; its poller can be asked how it is."""
    ended = asyncio.Event()
    chosen = running_bot.settings(simulator, folder, **given)
    async with Poller(chosen.bot_url, simulator.clock) as poller:
        task = asyncio.create_task(run(chosen, simulator.clock, ended, poller, limiter=limiter))
        try:
            yield poller
            assert not task.done(), "nothing that Telegram does ends the bot"
        finally:
            ended.set()
            async with asyncio.timeout(PATIENCE_SECONDS):
                await task


async def all_of(talk: Conversation, text: str = "/help") -> list[Json]:
    """Say something and then ask for the settings: all that came before those, as a chat is served in order."""
    before = talk.simulator.judge.total
    talk.simulator.phone.say(talk.person, text, talk.chat)
    return await up_to_barrier(talk, before)


async def up_to_barrier(talk: Conversation, before: int) -> list[Json]:
    """Ask for the settings, and wait for them: all that came since ``before`` without them, edits too."""
    judge = talk.simulator.judge
    talk.simulator.phone.say(talk.person, "/settings", talk.chat)

    def came() -> list[Json]:
        return [each.message for each in judge.received(talk.chat.id, after=before, edits=True)]

    await judge.until(lambda _: any(words(each) in BARRIERS for each in came()), PATIENCE_SECONDS)
    return [each for each in came() if words(each) not in BARRIERS]


def rows(folder: Path, query: str, *values: Any) -> list[Any]:
    """What stands in the bot's database."""
    with closing(sqlite3.connect(folder / "charley.db", timeout=PATIENCE_SECONDS)) as connection:
        return connection.execute(query, values).fetchall()


async def until(condition: Callable[[], object], every: float = 0.005) -> None:
    """Let everything else go on until ``condition`` holds, which is looked at every so many seconds."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():
            await breath(every)


async def breath(seconds: float) -> None:
    """Let everything else go on for a while."""
    never = asyncio.get_running_loop().create_future()
    await asyncio.wait([never], timeout=seconds)


async def ends(folder: Path) -> dict[str, int]:
    """How many updates ended how ("done", "dead"), as soon as all have."""
    await until(lambda: not rows(folder, "SELECT 1 FROM inbox WHERE state NOT IN ('done', 'dead')"))
    return dict(rows(folder, "SELECT state, count(*) FROM inbox GROUP BY state"))


def asks_for(text: str) -> Callable[[Request], bool]:
    """Whether a request would show ``text`` (as a person sees it): a reply to one message, whatever else goes on."""

    def strikes(request: Request) -> bool:
        said = request.parameters.text("text") or request.parameters.text("caption")
        return bool(said) and visible(said) == text

    return strikes
