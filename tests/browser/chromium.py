"""Chromium, kept to this machine, and the pages it shows: everything that goes wrong on them is noted."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, ConsoleMessage, Page, Request, async_playwright

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
"""The first has no window to draw: it takes a third less of the processor."""

PICTURES = Path(__file__).parent.parent.parent / "build" / "screenshots"
"""Where tests leave what they saw."""

_ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser until the end of the block."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*_ARGUMENTS])
        try:
            yield browser
        finally:
            await browser.close()


_free: dict[tuple[Browser, str], list[tuple[Page, list[str]]]] = {}
"""Pages that nobody uses: to open another takes the processor ten times as long as to go elsewhere with one."""


@asynccontextmanager
async def visit(browser: Browser, url: str, **options: Any) -> AsyncIterator[tuple[Page, list[str]]]:
    """The chat page at ``url``, ready to be used, and a list that grows with everything that goes wrong on it."""
    free = _free.setdefault((browser, str(options)), [])
    page, troubles = free.pop() if free else await _opened(browser, options)
    troubles.clear()
    try:
        await page.goto(url)
        await page.locator("body[data-ready]").wait_for()
        yield page, troubles
        await page.evaluate("localStorage.clear()")
        await page.goto("about:blank")
    except BaseException:
        await page.context.close()
        raise
    free.append((page, troubles))


async def _opened(browser: Browser, options: dict[str, Any]) -> tuple[Page, list[str]]:
    context = await browser.new_context(**{"viewport": {"width": 1400, "height": 900}, **options})
    page, troubles = await context.new_page(), list[str]()
    _watch(page, troubles)
    return page, troubles


def _watch(page: Page, troubles: list[str]) -> None:
    def on_request(request: Request) -> None:
        if urlsplit(request.url).hostname != "127.0.0.1":
            troubles.append(f"a request to {request.url}")

    def on_console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            troubles.append(message.text)

    page.on("request", on_request)
    page.on("console", on_console)
    page.on("pageerror", lambda error: troubles.append(str(error)))


async def keep_picture(page: Page, name: str) -> None:
    """Leave a screenshot for whoever wants to see it."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")
