"""One person's phone on the chat page, used as a person uses it: by the texts on it."""

import re

from playwright.async_api import Locator, Page, expect

from handlers import cramp


def counted(words: cramp.Words) -> re.Pattern[str]:
    """Return a pattern for the first count of "Hold with me": five seconds, or more on a slow machine."""
    before, after = words.counting_out.split("{seconds}")
    return re.compile(rf"{re.escape(before)}([5-9]|[1-9]\d+){re.escape(after[:4])}")


class Phone:
    """The phone of the person with this name."""

    def __init__(self, page: Page, name: str) -> None:
        self.root = page.locator(".phone", has=page.locator(".owner", has_text=name))
        self.field = self.root.locator("textarea")
        self.messages = self.root.locator(".message")
        self.last = self.messages.last
        self.keys = self.root.locator(".keys .button")
        self.toast = self.root.locator(".toast")
        self.commands = self.root.get_by_role("option")

    def button(self, name: str) -> Locator:
        """Return the newest button with this name."""
        return self.root.get_by_role("button", name=name, exact=True).last

    def message(self, text: str) -> Locator:
        """Return the newest message that contains this text."""
        return self.messages.filter(has_text=text).last

    async def start(self) -> None:
        """Press the start button of an empty chat, and wait for the bot."""
        await self.root.locator(".start").click()
        await expect(self.root.locator(".theirs .button").first).to_be_visible()

    async def say(self, text: str) -> None:
        """Send a text, and wait until it is in the chat."""
        count = await self.root.locator(".mine").count()
        await self.field.fill(text)
        await self.field.press("Enter")
        await expect(self.root.locator(".mine")).to_have_count(count + 1)

    async def press(self, name: str) -> None:
        """Press a button, and wait until it is no longer busy."""
        await self.button(name).click()
        await expect(self.root.locator("[aria-busy=true]")).to_have_count(0)

    async def set(self, field: str, value: str) -> None:
        """Change a setting of the person: ``language`` or ``time_zone``."""
        await self.root.locator(".person-open").click()
        await self.root.locator(f".person-panel [name={field}]").select_option(value)
        await self.root.locator(f".person-panel [name={field}]").press("Escape")
