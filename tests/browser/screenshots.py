"""Take the screenshots of the README: ``python -m tests.browser.screenshots`` writes them to ``docs/screenshots``."""

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, expect

from handlers import cramp
from simulator import Simulator
from tests.browser.chromium import CHROMIUM, chromium, visit
from tests.browser.phone import Phone
from tests.support.running_bot import content, running, telegram

FOLDER = Path(__file__).parent.parent.parent / "docs" / "screenshots"
WIDE: dict[str, Any] = {"viewport": {"width": 1400, "height": 1180}, "device_scale_factor": 1.5}
NARROW: dict[str, Any] = {"viewport": {"width": 360, "height": 640}, "device_scale_factor": 2, "has_touch": True}


async def main() -> None:
    """Play a night with a cramp, and take screenshots of it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        async with telegram() as simulator, running(simulator, Path(folder)), chromium() as browser:
            simulator.add_person("Anna", time_zone="Europe/London")
            simulator.add_person("Björn", language="sv", time_zone="Europe/Stockholm")
            await _play(browser, simulator)
            for name, options in {"chat": WIDE, "phone": NARROW}.items():
                for colours in ("light", "dark"):
                    await _take(browser, simulator, name, {**options, "color_scheme": colours})


async def _play(browser: Browser, simulator: Simulator) -> None:
    async with visit(browser, simulator.url, **WIDE) as (page, _):
        await page.get_by_label("Skip to", exact=True).fill("03:12")
        await page.get_by_role("button", name="Skip to this time").click()
        await expect(page.locator(".local-time").first).to_have_text("London 03:12")
        anna, bjorn = Phone(page, "Anna"), Phone(page, "Björn")
        for phone in (bjorn, anna):
            await phone.start()
            await expect(phone.keys.first).to_be_visible()
        await bjorn.say(f"/{content()['sv'].commands['night'].name}")
        await expect(bjorn.last.locator("strong").first).to_be_visible()
        await anna.keys.first.click()
        await expect(anna.button(content()["en"].words(cramp.Words).hold_button)).to_be_visible()


async def _take(browser: Browser, simulator: Simulator, name: str, options: dict[str, Any]) -> None:
    async with visit(browser, simulator.url, **options) as (page, _):
        await _wait_for_pictures(page)
        suffix = "-dark" if options["color_scheme"] == "dark" else ""
        await page.screenshot(path=FOLDER / f"{name}{suffix}.png", animations="disabled")


async def _wait_for_pictures(page: Page) -> None:
    await page.locator(".picture").first.evaluate("picture => picture.decode()")


if __name__ == "__main__":
    if CHROMIUM is None:
        sys.exit("there is no Chromium on this machine (Debian: apt-get install chromium-headless-shell)")
    asyncio.run(main())
