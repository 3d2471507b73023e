"""Fixtures that many tests share: a Telegram, the bot that runs on it, people who talk to it; and how tests are run."""

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
from bot.store.engine import migrate, sqlite
from bot.updates import flood
from bot.updates.flood import BURST
from simulator import Simulator, SkippableClock
from tests.support import fault_coverage, postgresql, running_bot, shared_statements
from tests.support.conversation import Conversation
from tests.support.postgresql import Server

EVENING = datetime(2026, 11, 1, 20, 0, tzinfo=timezone.utc)
MEMORY_FOLDER, ENOUGH_BYTES = Path("/dev/shm"), 2**32

gc.disable()  # until everything is imported and collected, which makes hardly any garbage

settings.register_profile("no deadline", deadline=None)  # the machine may be slow, and busy with other tests
settings.load_profile("no deadline")


@pytest.fixture(autouse=True)
def no_flood_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let people send more than the bot would answer: most tests are not about that limit."""
    monkeypatch.setattr(flood, "BURST", 100_000)


@pytest.fixture(autouse=True)
def content_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the real content once for all bots, as to read it takes half the time of a start."""
    load = handlers.load_content
    monkeypatch.setattr(
        handlers, "load_content", lambda folder: running_bot.content() if folder == ROOT else load(folder)
    )


@pytest.fixture(autouse=True)
def statements_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all SQLite databases of this process share what SQLAlchemy has compiled. A bot has only one database."""
    create = migrate.create
    monkeypatch.setattr(sqlite, "create_engine", shared_statements.create_engine)
    monkeypatch.setattr(
        migrate,
        "create",
        lambda connection: (shared_statements.create if connection.dialect.name == "sqlite" else create)(connection),
    )


@pytest.fixture
def flood_limit(no_flood_limit: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the limit of what the bot answers to one person, in a test that is about it."""
    monkeypatch.setattr(flood, "BURST", BURST)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Start a PostgreSQL server, one for all tests of this process. Skip the test where none is installed."""
    reason = postgresql.missing()
    if reason:
        pytest.skip(reason)
    with postgresql.serve() as running:
        yield running


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    """Serve a Telegram whose clock stands still until a test skips it."""
    async with running_bot.telegram(clock=SkippableClock(lambda: EVENING)) as telegram:
        yield telegram


@pytest.fixture
async def bot(simulator: Simulator, tmp_path: Path) -> AsyncIterator[asyncio.Task[None]]:
    """Run the bot in this process."""
    async with running_bot.running(simulator, tmp_path) as task:
        yield task


@pytest.fixture(params=["en", "sv"])
def edition(request: pytest.FixtureRequest) -> Edition:
    """Run the test once for each language."""
    return running_bot.content()[request.param]


@pytest.fixture
def anna(simulator: Simulator, edition: Edition) -> Conversation:
    """Somebody whose Telegram is in the language of ``edition``."""
    return Conversation(simulator, simulator.add_person("Anna", language=edition.code))


def pytest_configure() -> None:
    """Keep temporary files in memory if there is room. Waiting for a disk takes a seventh longer, and proves nothing."""
    fits = os.access(MEMORY_FOLDER, os.W_OK) and shutil.disk_usage(MEMORY_FOLDER).free > ENOUGH_BYTES
    if fits and "TMPDIR" not in os.environ:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY_FOLDER)


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Run tests on the event loop that the bot runs on."""
    return {"uvloop": uvloop.new_event_loop}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start the longest tests first, and keep all browser tests in one process, so that they share one browser.

    pytest-xdist gives every worker an equal, contiguous share of the list. A worker that has finished takes tests from
    the end of another share. So tests at the front of a share start first, and are not moved.
    """
    campaigns = [item for item in items if item.get_closest_marker("campaign")]
    browser = [item for item in items if "browser" in item.path.parts]
    total, workers = len(items), int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    moved = {*campaigns, *browser}
    items[:] = [item for item in items if item not in moved]
    for number, group in enumerate((campaigns[::2], browser, campaigns[1::2])):
        start = number * total // workers
        items[start:start] = group


def pytest_collection_finish() -> None:
    """Exempt all modules and tests from garbage collection: to look through them again and again takes a tenth of the time."""
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
    gc.enable()


def pytest_xdist_auto_num_workers() -> int:
    """Return three workers for two processors, as many tests wait for a process, or for a second to pass."""
    return (os.cpu_count() or 2) * 3 // 2


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how many tests there were for each fault of the list in tests/support/fault_coverage.py."""
    names = {
        outcome: [report.nodeid for report in terminalreporter.stats.get(outcome, ())]
        for outcome in ("passed", "failed", "error")
    }
    passed, failed = names["passed"], names["failed"] + names["error"]
    if any(fault_coverage.faults_of(name) for name in passed + failed):
        terminalreporter.section("tests by fault")
        for line in fault_coverage.table(passed, failed):
            terminalreporter.line(line)
