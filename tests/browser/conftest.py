"""Fixtures of the browser tests: a Telegram with two people, the real bot or a bare client, and the chat page.

All of these run in one event loop, as one browser is used for all tests.
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
    """Serve a Telegram whose clock starts on the same afternoon for every test, and then runs."""
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
    """A bot that the test controls. Anna has written to it before."""
    anna.started = True
    async with Client(simulator) as client:
        yield client


@shared_loop
async def charley(simulator: Simulator, tmp_path: Path) -> AsyncIterator[None]:
    """Run the real bot, and wait until it has set its commands and names."""
    with simulator.world.events.listening() as events:
        async with running(simulator, tmp_path):
            async with asyncio.timeout(PATIENCE_SECONDS):
                while "sv" not in simulator.world.profile.names:
                    await events.get()
            yield


@shared_loop
async def open_page(browser: Browser, simulator: Simulator) -> AsyncIterator[Open]:
    """Return a function that opens the page, with options of a browser context. Fail if there are errors on it."""
    async with AsyncExitStack() as stack:
        errors: list[str] = []

        async def opened(**options: Any) -> Page:
            nonlocal errors
            # Where a button is still moving, Playwright scrolls the chat to it, and the chat then stays scrolled up.
            still = {"reduced_motion": "reduce"} | options
            page, errors = await stack.enter_async_context(visit(browser, simulator.url, **still))
            return page

        yield opened
        assert errors == []


@shared_loop
async def page(open_page: Open, anna: Person, bjorn: Person) -> Page:
    """Open the page with Anna (English) and Björn (Swedish) side by side."""
    assert anna.name != bjorn.name
    return await open_page()


@pytest.fixture
def annas(page: Page) -> Phone:
    return Phone(page, "Anna")


@pytest.fixture
def bjorns(page: Page) -> Phone:
    return Phone(page, "Björn")
