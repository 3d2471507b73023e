"""What the tests of the bot, its handlers and its scheduler share: a Telegram, the bot on it, and people who talk."""

import asyncio
import gc
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest
import uvloop
from hypothesis import settings

import handlers
from bot.config import ROOT
from bot.content import Edition
from bot.updates import flood
from bot.updates.flood import AT_ONCE
from simulator import Simulator, SkippableClock
from tests.support import fault_coverage, postgresql, running_bot
from tests.support.conversation import Conversation
from tests.support.postgresql import Server

EVENING = datetime(2026, 11, 1, 20, 0, tzinfo=timezone.utc)
IN_MEMORY, ENOUGH_BYTES = Path("/dev/shm"), 2**32

settings.register_profile("patient", deadline=None)  # a test knows no time, and a machine may be slow
settings.load_profile("patient")


@pytest.fixture(autouse=True)
def tireless(monkeypatch: pytest.MonkeyPatch) -> None:
    """In tests, people ask for more than anybody can read."""
    monkeypatch.setattr(flood, "AT_ONCE", 100_000)


@pytest.fixture(autouse=True)
def well_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real content is read once for all bots: that is half the time of a start."""
    load = handlers.load_content
    monkeypatch.setattr(
        handlers, "load_content", lambda folder: running_bot.content() if folder == ROOT else load(folder)
    )


@pytest.fixture
def human(tireless: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """But not in this one."""
    monkeypatch.setattr(flood, "AT_ONCE", AT_ONCE)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server, where one can be started."""
    reason = postgresql.missing()
    if reason:
        pytest.skip(reason)
    with postgresql.serve() as running:
        yield running


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    """A Telegram whose clock stands still until it is skipped."""
    async with running_bot.telegram(clock=SkippableClock(lambda: EVENING)) as telegram:
        yield telegram


@pytest.fixture
async def bot(simulator: Simulator, tmp_path: Path) -> AsyncIterator[asyncio.Task[None]]:
    """The bot, running."""
    async with running_bot.running(simulator, tmp_path) as task:
        yield task


@pytest.fixture(params=["en", "sv"])
def edition(request: pytest.FixtureRequest) -> Edition:
    """What the bot says, in each language in turn."""
    return running_bot.content()[request.param]


@pytest.fixture
def anna(simulator: Simulator, edition: Edition) -> Conversation:
    """Somebody whose Telegram is in the language in turn."""
    return Conversation(simulator, simulator.add_person("Anna", language=edition.code))


def pytest_configure() -> None:
    """Files stand in memory where there is room: no test cuts the power, and to wait for a disk takes a seventh longer."""
    fits = os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free > ENOUGH_BYTES
    if fits and "TMPDIR" not in os.environ:
        os.environ["TMPDIR"] = tempfile.tempdir = str(IN_MEMORY)


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The event loop that the bot runs on."""
    return {"uvloop": uvloop.new_event_loop}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, and one browser does for all: a worker begins with its share from the front.

    What others take from it, when they have nothing left, is from the end.
    """
    campaigns = [each for each in items if each.get_closest_marker("campaign")]
    browsing = [each for each in items if "browser" in each.path.parts]
    total, workers = len(items), int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    placed = {*campaigns, *browsing}
    items[:] = [each for each in items if each not in placed]
    for number, group in enumerate((campaigns[::2], browsing, campaigns[1::2])):
        start = number * total // workers
        items[start:start] = group


def pytest_collection_finish() -> None:
    """What is there now stays: it is not looked through for garbage again and again, which takes a tenth of the time."""
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


def pytest_xdist_auto_num_workers() -> int:
    """Half as many again as there are processors: many a test waits for a process, or for a second to pass."""
    return (os.cpu_count() or 2) * 3 // 2


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many tests there were for each fault, whichever process ran them."""
    names = {
        outcome: [each.nodeid for each in terminalreporter.stats.get(outcome, ())]
        for outcome in ("passed", "failed", "error")
    }
    passed, failed = names["passed"], names["failed"] + names["error"]
    if any(fault_coverage.faults_of(name) for name in passed + failed):
        terminalreporter.section("tests by fault")
        for line in fault_coverage.table(passed, failed):
            terminalreporter.line(line)
