"""On a small phone, everything that helps is on the screen at once, without scrolling."""

from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from bot.content import Edition
from handlers import cramp
from simulator import Person
from tests.browser.chromium import keep_picture
from tests.browser.conftest import Open
from tests.browser.phone import Phone, counted
from tests.support.running_bot import content

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.usefixtures("charley")]

SMALL: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
SKY_PIXELS = 40
"""The part of a picture's empty sky that may be out of sight, because of the word "edited"."""
PIXELS_OUT_OF_SIGHT = """message => message.closest(".scroller").getBoundingClientRect().top
    - message.querySelector(".balloon").getBoundingClientRect().top"""
AT_THE_END = """message => {
    const scroller = message.closest(".scroller");
    return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 2;
}"""


@pytest_asyncio.fixture(loop_scope="session", params=list(content()))
async def edition(request: pytest.FixtureRequest) -> Edition:
    return content()[request.param]


@pytest_asyncio.fixture(loop_scope="session")
async def phone(open_page: Open, anna: Person, edition: Edition) -> Phone:
    anna.language = edition.code
    phone = Phone(await open_page(**SMALL), anna.name)
    await phone.start()
    await phone.keys.first.tap()
    await expect(phone.button(edition.words(cramp.Words).hold_button)).to_be_visible()
    await phone.last.locator(".picture").evaluate("picture => picture.decode()")
    return phone


async def pixels_out_of_sight(message: Locator) -> float:
    """Return how many pixels of the top of the newest message are out of sight, once the chat is scrolled to its end."""
    await message.page.wait_for_function(AT_THE_END, arg=await message.element_handle())
    return float(await message.evaluate(PIXELS_OUT_OF_SIGHT))


async def test_picture_steps_and_buttons_are_seen_at_once(phone: Phone, edition: Edition) -> None:
    await keep_picture(phone.root.page, f"small-relief-{edition.code}")
    assert await pixels_out_of_sight(phone.last) <= 0
    for label in await phone.last.locator(".button").all():
        await expect(label).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("muscle", ["foot", "thigh", "hamstring"])
async def test_the_steps_of_another_muscle_are_seen_at_once(phone: Phone, edition: Edition, muscle: str) -> None:
    words = edition.words(cramp.Words)
    await phone.press(words.other_button)
    assert await pixels_out_of_sight(phone.last) < SKY_PIXELS
    await phone.press(getattr(words, f"{muscle}_button"))
    await expect(phone.button(words.other_button)).to_be_visible()
    assert await pixels_out_of_sight(phone.last) < SKY_PIXELS


async def test_the_count_and_the_buttons_are_seen_at_once(phone: Phone, edition: Edition) -> None:
    words = edition.words(cramp.Words)
    await phone.press(words.hold_button)
    await expect(phone.last).to_contain_text(counted(words))
    await keep_picture(phone.root.page, f"small-held-{edition.code}")
    assert await pixels_out_of_sight(phone.last) <= 0
    await expect(phone.last.locator("strong").first).to_have_text(counted(words))
    await expect(phone.button(words.danger_button)).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("name", ["still", "danger"])
async def test_the_next_screen_is_seen_at_once(phone: Phone, edition: Edition, name: str) -> None:
    words = edition.words(cramp.Words)
    await phone.press(getattr(words, f"{name}_button"))
    await expect(phone.button(words.signs_button)).to_be_visible()
    await keep_picture(phone.root.page, f"small-{name}-{edition.code}")
    assert await pixels_out_of_sight(phone.last) <= 0
