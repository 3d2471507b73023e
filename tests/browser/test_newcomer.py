"""A newcomer uses the real bot in a browser. All texts are compared with the content."""

import re

import pytest
from playwright.async_api import Page, expect

from bot.content import Edition, Screen
from handlers import cramp, settings, start
from simulator import Person, Simulator
from tests.browser.chromium import keep_picture
from tests.browser.phone import Phone, counted
from tests.support.running_bot import content

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.usefixtures("charley")]

ENGLISH, SWEDISH = content()["en"], content()["sv"]
RELIEF = ENGLISH.words(cramp.Words)


def first_line(screen: Screen) -> str:
    """Return the first paragraph of a screen without markup."""
    return re.sub(r"</?\w+>", "", next(iter(screen.body.values())).text).strip()


async def test_an_empty_chat_shows_what_the_bot_does(page: Page, annas: Phone, bjorns: Phone) -> None:
    await expect(annas.root.locator(".description")).to_have_text(ENGLISH.profile.description)
    await expect(bjorns.root.locator(".description")).to_have_text(SWEDISH.profile.description)
    await expect(annas.field).to_be_hidden()
    await keep_picture(page, "empty")


async def test_start_shows_the_greeting_and_the_key(annas: Phone) -> None:
    await annas.start()
    await expect(annas.message(ENGLISH.words(start.Words).offer)).to_be_visible()
    await expect(annas.keys).to_have_text([RELIEF.key])
    await expect(annas.field).to_be_focused()


async def test_the_key_shows_relief_with_a_picture(page: Page, annas: Phone) -> None:
    await annas.start()
    await annas.keys.first.click()
    picture = annas.last.get_by_role("img", name="Picture for the text below")
    await expect(picture).to_be_visible()
    await picture.evaluate("picture => picture.decode()")
    await expect(annas.last).to_contain_text(first_line(RELIEF.relief))
    await keep_picture(page, "relief")


@pytest.mark.parametrize("muscle", ["foot", "thigh", "hamstring"])
async def test_relief_for_another_muscle_replaces_the_message(annas: Phone, muscle: str) -> None:
    await annas.start()
    await annas.say("/cramp")
    await annas.press(RELIEF.other_button)
    await annas.press(getattr(RELIEF, f"{muscle}_button"))
    await expect(annas.last).to_contain_text(first_line(getattr(RELIEF, muscle)))
    await expect(annas.last.locator(".edited")).to_be_visible()
    await annas.press(RELIEF.other_button)
    await annas.press(RELIEF.calf_button)
    await expect(annas.last).to_contain_text(first_line(RELIEF.relief))


async def test_hold_with_me_counts(annas: Phone) -> None:
    await annas.start()
    await annas.say("/cramp")
    await annas.press(RELIEF.hold_button)
    await expect(annas.last).to_contain_text(RELIEF.counting_in.format(seconds=0))
    await expect(annas.last).to_contain_text(counted(RELIEF))


async def test_the_buttons_for_easing_still_hurting_and_danger_work(annas: Phone) -> None:
    await annas.start()
    await annas.say("/cramp")
    await annas.press(RELIEF.still_button)
    await expect(annas.last).to_contain_text(first_line(RELIEF.still))
    await annas.press(RELIEF.eased_button)
    await expect(annas.last).to_contain_text(first_line(RELIEF.eased))
    await annas.press(RELIEF.again_button)
    await annas.press(RELIEF.danger_button)
    await expect(annas.last).to_contain_text(first_line(RELIEF.danger).splitlines()[0])


async def test_pinned_steps_stay_at_the_top(annas: Phone) -> None:
    await annas.start()
    await annas.say("/cramp")
    await annas.press(RELIEF.eased_button)
    await annas.press(RELIEF.pin_button)
    await expect(annas.message(RELIEF.pinned)).to_be_visible()
    await expect(annas.button(RELIEF.pin_button)).to_have_count(0)
    await expect(annas.root.locator(".pinned")).to_contain_text(first_line(RELIEF.relief))
    steps = annas.message(first_line(RELIEF.relief))
    await annas.root.locator(".pinned").click()
    await expect(steps).to_be_focused()


async def test_the_language_can_be_changed_to_swedish(annas: Phone) -> None:
    await annas.start()
    await annas.say("/language")
    await annas.press(SWEDISH.language)
    await expect(annas.last).to_contain_text(SWEDISH.words(settings.Words).chosen.format(language=SWEDISH.language))
    await expect(annas.keys).to_have_text([SWEDISH.words(cramp.Words).key])
    await annas.keys.first.click()
    await expect(annas.last).to_contain_text(first_line(SWEDISH.words(cramp.Words).relief))


@pytest.mark.parametrize(("language", "edition"), [("en", ENGLISH), ("sv", SWEDISH)])
async def test_the_command_menu_is_the_one_of_the_content(
    page: Page, annas: Phone, language: str, edition: Edition
) -> None:
    await annas.start()
    await annas.set("language", language)
    await annas.field.press_sequentially("/")
    expected = [f"/{command.name}{command.menu}" for command in edition.commands.values()]
    await expect(annas.commands).to_have_text(expected)
    await keep_picture(page, f"commands-{language}")
    name = edition.commands["prevent"].name
    await annas.field.press_sequentially(name[:3])
    await annas.field.press("Enter")
    await expect(annas.message(f"/{name}")).to_be_visible()
    await expect(annas.last).to_contain_text(str(edition.pages["prevent"].title))


async def test_the_person_changes_the_language_of_the_phone(annas: Phone) -> None:
    await annas.start()
    await annas.set("language", "sv")
    await expect(annas.root).to_have_attribute("lang", "sv")
    await expect(annas.field).to_have_attribute("placeholder", "Meddelande")
    await expect(annas.root.locator("h2")).to_have_text(SWEDISH.profile.name)
    await annas.say("/kramp")
    await expect(annas.last).to_contain_text(first_line(SWEDISH.words(cramp.Words).relief))


async def test_the_bot_can_be_blocked_and_unblocked(annas: Phone, anna: Person) -> None:
    await annas.start()
    await annas.root.locator(".person-open").click()
    await annas.press("Block the bot")
    await expect(annas.root.locator(".activity")).to_have_text("blocked")
    await expect(annas.field).to_be_hidden()
    assert anna.blocked
    await annas.press("Unblock")
    await expect(annas.field).to_be_focused()
    await annas.say("/cramp")
    await expect(annas.last).to_contain_text(first_line(RELIEF.relief))


async def test_two_people_have_separate_chats(annas: Phone, bjorns: Phone) -> None:
    await annas.start()
    await bjorns.start()
    await annas.say("/cramp")
    await expect(annas.last).to_contain_text(first_line(RELIEF.relief))
    await expect(bjorns.keys).to_have_text([SWEDISH.words(cramp.Words).key])
    await expect(bjorns.messages.filter(has_text="/cramp")).to_have_count(0)


async def test_a_person_can_be_added(page: Page, simulator: Simulator, annas: Phone) -> None:
    await annas.field.or_(annas.root.locator(".start")).first.focus()
    await page.get_by_role("button", name="Add a person").click()
    await page.get_by_role("textbox", name="Name").fill("Cilla")
    await page.get_by_role("dialog").get_by_label("Language").select_option("sv")
    await page.get_by_role("dialog").get_by_label("Time zone").select_option("Asia/Tokyo")
    await page.get_by_role("button", name="Add", exact=True).click()
    cilla = Phone(page, "Cilla")
    await expect(cilla.root.locator(".start")).to_be_focused()
    await expect(cilla.root.locator(".local-time")).to_have_text("Tokyo 23:07")
    await cilla.start()
    assert [person.name for person in simulator.world.people.values()] == ["Anna", "Björn", "Cilla"]


async def test_everything_works_with_the_keyboard_alone(page: Page, annas: Phone) -> None:
    while not await annas.root.locator(".start").evaluate("button => button === document.activeElement"):
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(annas.field).to_be_focused()
    await page.keyboard.type("/cr")
    await expect(annas.commands).to_have_count(1)
    await page.keyboard.press("Enter")
    await expect(annas.button(RELIEF.hold_button)).to_be_visible()
    while not await annas.button(RELIEF.other_button).evaluate("button => button === document.activeElement"):
        await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Space")
    await expect(annas.button(RELIEF.foot_button)).to_be_visible()
    assert await annas.last.evaluate("message => message.contains(document.activeElement)")
    await expect(page.locator("#announcements")).to_contain_text("changed a message")
