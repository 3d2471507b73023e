"""A newcomer sets a reminder up and changes its time, on a small phone."""

from typing import Any

import pytest
from playwright.async_api import expect

from bot.content import Edition
from handlers import start
from handlers.reminders import confirmation, remind, reminder_kind, set_times, weekdays
from simulator import Person
from tests.browser.chromium import keep_picture
from tests.browser.conftest import Open
from tests.browser.phone import Phone
from tests.support.running_bot import content

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.usefixtures("charley")]

SMALL: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True}


@pytest.mark.parametrize("edition", content().values(), ids=content())
async def test_a_newcomer_sets_a_reminder_up_and_moves_it(open_page: Open, anna: Person, edition: Edition) -> None:
    kind, said = edition.reminders["stretch"], edition.words(remind.Words)
    anna.language = edition.code
    phone = Phone(await open_page(**SMALL), anna.name)

    async def keep(name: str) -> None:
        await keep_picture(phone.root.page, f"reminders-{edition.code}-{name}")

    await phone.start()
    await phone.press(edition.words(start.Words).remind_button)
    await keep("1-all-off")
    await phone.press(said.off_button.format(kind=kind.button))
    await keep("2-clock")
    assert await phone.last.locator(".button").count() > 8
    await expect(phone.last.locator(".button").first).to_be_in_viewport(ratio=1)
    await phone.press(str(await phone.last.locator(".button", has_text="London").first.text_content()))
    await expect(phone.last).to_contain_text(edition.words(reminder_kind.Words).turned_on.format(name=kind.name))
    await keep("3-right")
    await phone.press(edition.words(confirmation.Words).yes_button)
    await keep("4-kind")
    for label in await phone.last.locator(".button").all():
        await expect(label).to_be_in_viewport(ratio=1)

    await phone.press("21:30")
    await keep("5-change")
    await phone.press("21:15")
    replaced = edition.words(set_times.Words).replaced
    await expect(phone.last).to_contain_text(replaced.format(old="21:30", new="21:15"))
    await keep("6-changed")
    await phone.say("20.15")
    await expect(phone.last).to_contain_text(replaced.format(old="21:15", new="20:15"))
    await phone.say("22:30")
    await keep("7-refused")
    await phone.press(edition.words(set_times.Words).nearest_button.format(time="21:45"))
    await phone.press(edition.words(reminder_kind.Words).days_button)
    await keep("8-weekdays")
    await phone.press(edition.words(weekdays.Words).back_button)
    await phone.press(edition.words(reminder_kind.Words).back_button)
    await keep("9-all")
