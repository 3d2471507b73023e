"""A browser, a Telegram with two people, the real bot or a bare one, and the page that shows it all.

Everything here runs in one event loop, as the browser is the same for all tests.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from simulator import Person, Simulator, SkippableClock
from tests.browser.chromium import CHROMIUM, chromium, visit
from tests.browser.phone import Phone
from tests.support.bot_api_client import Client
from tests.support.running_bot import running
from tests.support.waiting import PATIENCE_SECONDS

AFTERNOON = datetime(2026, 11, 1, 14, 7, tzinfo=UTC)
Open: TypeAlias = Callable[..., Awaitable[Page]]

shared_loop = pytest_asyncio.fixture(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine (Debian: apt-get install chromium-headless-shell)")
    expect.set_options(timeout=PATIENCE_SECONDS * 1000)
    async with chromium() as started:
        yield started


@shared_loop
async def simulator() -> AsyncIterator[Simulator]:
    """A Telegram whose clock starts at the same afternoon for every test, and then runs."""
    ahead = AFTERNOON - datetime.now(UTC)
    async with Simulator(clock=SkippableClock(lambda: datetime.now(UTC) + ahead), brake=0.0).serve() as served:
        yield served


@shared_loop
async def anna(simulator: Simulator) -> Person:
    return simulator.add_person("Anna", time_zone="Europe/London")


@shared_loop
async def bjorn(simulator: Simulator) -> Person:
    return simulator.add_person("Björn", language="sv", time_zone="Europe/Stockholm")


@shared_loop
async def bot(simulator: Simulator, anna: Person) -> AsyncIterator[Client]:
    """A bot that does what the test says; Anna has written to it before."""
    anna.started = True
    async with Client(simulator) as client:
        yield client


@shared_loop
async def charley(simulator: Simulator, tmp_path: Path) -> AsyncIterator[None]:
    """The real bot, which has told its commands."""
    with simulator.world.events.listening() as events:
        async with running(simulator, tmp_path):
            async with asyncio.timeout(PATIENCE_SECONDS):
                while "sv" not in simulator.world.profile.names:
                    await events.get()
            yield


@shared_loop
async def open_page(browser: Browser, simulator: Simulator) -> AsyncIterator[Open]:
    """Opens the page, with options of a browser context; nothing may have gone wrong on it at the end."""
    async with AsyncExitStack() as stack:
        every: list[str] = []

        async def opened(**options: Any) -> Page:
            nonlocal every
            page, every = await stack.enter_async_context(visit(browser, simulator.url, **options))
            return page

        yield opened
        assert every == []


@shared_loop
async def page(open_page: Open, anna: Person, bjorn: Person) -> Page:
    """The page with Anna (English) and Björn (Swedish) side by side."""
    assert anna.name != bjorn.name
    return await open_page()


@pytest.fixture
def annas(page: Page) -> Phone:
    return Phone(page, "Anna")


@pytest.fixture
def bjorns(page: Page) -> Phone:
    return Phone(page, "Björn")
