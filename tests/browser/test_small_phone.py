"""On a small phone everything that helps is in sight, and no label is cut. The screenshots are for people to look at."""

import re
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from bot.content import Edition
from handlers import cramp
from simulator import Person, Simulator
from tests.browser.chromium import keep_picture
from tests.browser.conftest import Open
from tests.browser.phone import Phone, counted
from tests.support.running_bot import content

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.usefixtures("charley")]

PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
SHORT_PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 640}, "has_touch": True}
SKY_PIXELS = 40
"""The part of a picture's empty sky that may be out of sight, because of the word "edited"."""
IS_AT_THE_END = """message => {
    const scroller = message.closest(".scroller");
    return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 2;
}"""
PIXELS_OUT_OF_SIGHT = """message => message.closest(".scroller").getBoundingClientRect().top
    - message.querySelector(".balloon").getBoundingClientRect().top"""
CUT_LABELS = """message => [...message.querySelectorAll(".label")]
    .filter((label) => label.scrollWidth > label.clientWidth).map((label) => label.textContent)"""
IS_IN_SIGHT = """(message, number) => {
    const sight = message.closest(".scroller").getBoundingClientRect(), range = document.createRange();
    const texts = document.createTreeWalker(message.querySelector(".words"), NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        for (const match of texts.currentNode.data.matchAll(new RegExp(`\\\\b${number}\\\\b`, "g"))) {
            range.setStart(texts.currentNode, match.index);
            range.setEnd(texts.currentNode, match.index + number.length);
            const line = range.getBoundingClientRect();
            if (line.top >= sight.top && line.bottom <= sight.bottom) return true;
        }
    }
    return false;
}"""


@pytest_asyncio.fixture(loop_scope="session", params=list(content()))
async def edition(request: pytest.FixtureRequest) -> Edition:
    return content()[request.param]


@pytest_asyncio.fixture(loop_scope="session")
async def phone(open_page: Open, anna: Person, edition: Edition) -> Phone:
    return await in_pain(anna, edition, await open_page(**PHONE))


@pytest_asyncio.fixture(loop_scope="session")
async def short_phone(open_page: Open, anna: Person, edition: Edition) -> Phone:
    return await in_pain(anna, edition, await open_page(**SHORT_PHONE))


async def in_pain(anna: Person, edition: Edition, page: Page) -> Phone:
    """Return Anna's phone with the steps for a cramp on it."""
    anna.language = edition.code
    phone = Phone(page, anna.name)
    await phone.start()
    await phone.keys.first.tap()
    await expect(phone.button(edition.words(cramp.Words).hold_button)).to_be_visible()
    await phone.last.locator(".picture").evaluate("picture => picture.decode()")
    return phone


async def look(phone: Phone, edition: Edition, name: str) -> Locator:
    """Keep a screenshot of the newest message, fail if a label is cut, and return the message."""
    message = phone.last
    await expect(message.locator(".buttons")).to_be_in_viewport()
    await message.page.wait_for_function(IS_AT_THE_END, arg=await message.element_handle())
    await keep_picture(phone.root.page, f"relief-{name}-{edition.code}")
    assert await message.evaluate(CUT_LABELS) == []
    return message


async def test_the_steps_of_each_muscle_are_seen_at_once(phone: Phone, edition: Edition) -> None:
    words = edition.words(cramp.Words)
    assert await (await look(phone, edition, "calf")).evaluate(PIXELS_OUT_OF_SIGHT) <= 0
    for muscle in ("foot", "thigh", "hamstring"):
        await phone.press(words.other_button)
        await expect(phone.button(words.calf_button)).to_be_visible()
        assert await (await look(phone, edition, f"other-than-{muscle}")).evaluate(PIXELS_OUT_OF_SIGHT) < SKY_PIXELS
        await phone.press(getattr(words, f"{muscle}_button"))
        await expect(phone.button(words.hold_button)).to_be_visible()
        assert await (await look(phone, edition, muscle)).evaluate(PIXELS_OUT_OF_SIGHT) < SKY_PIXELS


async def test_the_count_is_seen_at_once(phone: Phone, edition: Edition) -> None:
    words = edition.words(cramp.Words)
    await phone.press(words.hold_button)
    await expect(phone.last.locator("strong").first).to_have_text(counted(words))
    assert await (await look(phone, edition, "count")).evaluate(PIXELS_OUT_OF_SIGHT) <= 0


async def test_the_number_to_call_is_in_sight_on_every_danger_screen(short_phone: Phone, edition: Edition) -> None:
    words, phone = edition.words(cramp.Words), short_phone
    presses = {"still": words.still_button, "danger": words.danger_button, "signs": words.signs_button}
    for name, label in presses.items():
        await phone.press(label)
        await expect(phone.last).to_contain_text(next(iter(getattr(words, name).body.values())).text[-20:])
        assert await (await look(phone, edition, name)).evaluate(IS_IN_SIGHT, "112")
    texts = {
        "emergency": ("chest hurts, can't breathe", words.only_cramp_button),
        "today": ("my leg is swollen and red", words.back_button),
    }
    for name, (text, lead_back) in texts.items():
        await phone.say(text)
        await expect(phone.button(lead_back)).to_be_in_viewport()
        await expect(phone.last).not_to_contain_text(text)
        assert await (await look(phone, edition, name)).evaluate(IS_IN_SIGHT, "112")


async def test_the_good_night_and_the_check_have_no_label_cut(
    phone: Phone, edition: Edition, simulator: Simulator
) -> None:
    words = edition.words(cramp.Words)
    await phone.press(words.eased_button)
    await expect(phone.button(words.why_button)).to_be_visible()
    await look(phone, edition, "good-night")
    await phone.press(words.pin_button)
    await expect(phone.message(words.pinned)).to_be_visible()
    await look(phone, edition, "pinned")
    await phone.say(f"/{edition.commands['cramp'].name}")
    await expect(phone.button(words.hold_button)).to_be_visible()
    simulator.clock.skip(cramp.CHECK_AFTER)
    first_words = re.sub(r"<.*", "", words.check.body["ten"].text.removeprefix("<b>"))
    await expect(phone.last).to_contain_text(first_words)
    message = await look(phone, edition, "check")
    await expect(message.get_by_text(first_words)).to_be_in_viewport(ratio=1)
