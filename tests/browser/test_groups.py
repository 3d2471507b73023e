"""A group on the chat page: two people and the real bot."""

import pytest
from playwright.async_api import Page, expect

from handlers import cramp
from tests.browser.chromium import keep_picture
from tests.browser.phone import Phone
from tests.support.running_bot import content

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.usefixtures("charley")]

ENGLISH, SWEDISH = content()["en"], content()["sv"]
BOT = ENGLISH.profile.name


async def test_two_people_use_the_bot_in_a_group(page: Page, annas: Phone, bjorns: Phone) -> None:
    await annas.start()
    await bjorns.start()
    await annas.root.locator(".person-open").click()
    await annas.press("New group with everybody")
    await expect(annas.root.locator("h2")).to_have_text("Group")
    await expect(annas.root.locator(".activity")).to_have_text(f"Anna, Björn, {BOT}")
    await annas.say("Does anybody have a cramp?")  # nobody spoke to the bot

    await expect(bjorns.root.locator(".chats .unread")).to_have_text("Group")
    await bjorns.press("Group")
    await expect(bjorns.last.locator(".author")).to_have_text("Anna")
    await bjorns.field.press_sequentially("/kr")
    await bjorns.field.press("Enter")
    await expect(bjorns.last).to_contain_text("1.")
    command = annas.messages.nth(1)
    await expect(command).to_contain_text("/kramp@charley_bot")
    await expect(command.locator(".author")).to_have_text("Björn")
    await expect(annas.messages).to_have_count(3)

    await annas.last.hover()
    await annas.last.get_by_role("button", name="React or reply").click()
    await annas.last.get_by_role("button", name="Reply", exact=True).click()
    await annas.say("Thank you!")
    await expect(annas.last.locator(".answered b")).to_have_text(BOT)
    await bjorns.press(SWEDISH.words(cramp.Words).still_button)
    await expect(annas.messages).to_have_count(5)
    await expect(annas.last.locator(".author")).to_have_text(BOT)
    await keep_picture(page, "group")

    await annas.press(BOT)
    await expect(annas.message("Does anybody have a cramp?")).to_have_count(0)
    await expect(annas.keys).to_have_text([ENGLISH.words(cramp.Words).key])
