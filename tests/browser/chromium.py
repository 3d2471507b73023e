"""Chromium, which may only talk to this machine, and the pages in it. Every error on them is recorded."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, ConsoleMessage, Page, Request, async_playwright

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
"""The headless shell has no window to draw, and takes a third less of the processor."""

PICTURES = Path(__file__).parent.parent.parent / "build" / "screenshots"
"""Where tests save screenshots."""

_ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Run a browser until the end of the block."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*_ARGUMENTS])
        try:
            yield browser
        finally:
            await browser.close()


_free: dict[tuple[Browser, str], list[tuple[Page, list[str]]]] = {}
"""Pages that are not in use. To open a page takes ten times as long as to go to another address in one."""


@asynccontextmanager
async def visit(browser: Browser, url: str, **options: Any) -> AsyncIterator[tuple[Page, list[str]]]:
    """Open the chat page at ``url``. Yield it, ready to be used, and the list of errors on it."""
    free = _free.setdefault((browser, str(options)), [])
    page, errors = free.pop() if free else await _opened(browser, options)
    errors.clear()
    try:
        await page.goto(url)
        await page.locator("body[data-ready]").wait_for()
        yield page, errors
        await page.evaluate("localStorage.clear()")
        await page.goto("about:blank")
    except BaseException:
        await page.context.close()
        raise
    free.append((page, errors))


async def _opened(browser: Browser, options: dict[str, Any]) -> tuple[Page, list[str]]:
    context = await browser.new_context(**{"viewport": {"width": 1400, "height": 900}, **options})
    page, errors = await context.new_page(), list[str]()
    _watch(page, errors)
    return page, errors


def _watch(page: Page, errors: list[str]) -> None:
    def on_request(request: Request) -> None:
        if urlsplit(request.url).hostname != "127.0.0.1":
            errors.append(f"a request to {request.url}")

    def on_console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            errors.append(message.text)

    page.on("request", on_request)
    page.on("console", on_console)
    page.on("pageerror", lambda error: errors.append(str(error)))


async def keep_picture(page: Page, name: str) -> None:
    """Save a screenshot for people to look at."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")
