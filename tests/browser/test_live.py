"""The page is kept up to date without polling, also after a lost connection."""

import pytest
from playwright.async_api import Page, Request, expect

from simulator import Person, Simulator
from tests.browser.phone import Phone
from tests.support.bot_api_client import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_messages_arrive_without_a_request(bot: Client, page: Page, annas: Phone, anna: Person) -> None:
    requests: list[str] = []

    def note(request: Request) -> None:
        requests.append(request.url)

    page.on("request", note)
    markup = {"inline_keyboard": [[{"text": "go", "callback_data": "x"}]]}
    for number in range(5):
        await bot("sendMessage", chat_id=anna.id, text=f"message {number}", reply_markup=markup)
    await expect(annas.last).to_contain_text("message 4")
    assert requests == []


async def test_messages_that_arrived_while_disconnected_are_loaded(
    simulator: Simulator, bot: Client, page: Page, annas: Phone, anna: Person
) -> None:
    await bot("sendMessage", chat_id=anna.id, text="before")
    await expect(annas.last).to_contain_text("before")
    simulator.world.events.close()
    await expect(page.get_by_text("Connecting…")).to_be_visible()
    await bot("sendMessage", chat_id=anna.id, text="meanwhile")
    await expect(annas.last).to_contain_text("meanwhile")
    await expect(page.get_by_text("Connecting…")).to_be_hidden()
    await expect(annas.messages).to_have_count(2)


async def test_the_bots_name_and_menu_are_taken_over(bot: Client, annas: Phone, bjorns: Phone) -> None:
    await bot("setMyName", name="Carl")
    await bot("setMyName", name="Kalle", language_code="sv")
    await bot("setMyCommands", commands=[{"command": "hej", "description": "Hälsa"}], language_code="sv")
    await expect(annas.root.locator("h2")).to_have_text("Carl")
    await expect(bjorns.root.locator("h2")).to_have_text("Kalle")
    await bjorns.root.locator(".start").click()
    await bjorns.press("Meny")
    await expect(bjorns.commands).to_have_text(["/hejHälsa"])


async def test_who_reads_further_up_is_not_moved(bot: Client, annas: Phone, anna: Person) -> None:
    for number in range(30):
        await bot("sendMessage", chat_id=anna.id, text=f"message {number}")
    await expect(annas.last).to_contain_text("message 29")
    await expect(annas.last).to_be_in_viewport()
    await annas.message("message 0").scroll_into_view_if_needed()
    await bot("sendMessage", chat_id=anna.id, text="newest")
    jump = annas.root.get_by_role("button", name="Go to the newest message")
    await expect(jump).to_have_text("1")
    await expect(annas.message("newest")).not_to_be_in_viewport()
    await jump.click()
    await expect(annas.message("newest")).to_be_in_viewport()
    await expect(jump).to_be_hidden()


async def test_the_clock_is_skipped_ahead(simulator: Simulator, page: Page, annas: Phone, bjorns: Phone) -> None:
    await expect(annas.root.locator(".local-time")).to_have_text("London 14:07")
    await expect(bjorns.root.locator(".local-time")).to_have_text("Stockholm 15:07")
    await page.get_by_role("button", name="Skip ahead one hour").click()
    await expect(annas.root.locator(".local-time")).to_have_text("London 15:07")
    await page.get_by_role("button", name="Skip ahead to 21:30").click()
    await expect(annas.root.locator(".local-time")).to_have_text("London 21:30")
    await expect(page.locator("#announcements")).to_have_text("It is now 21:30 for Anna.")
    await bjorns.root.locator(".start").focus()
    await page.get_by_label("Hoppa till", exact=True).fill("07:15")
    await page.get_by_role("button", name="Hoppa till den tiden").click()
    await expect(bjorns.root.locator(".local-time")).to_have_text("Stockholm 07:15")
    await page.get_by_role("button", name="Hoppa fram ett dygn").click()
    await expect(page.locator(".clock-shown small")).to_have_text("tisdag 3 november, Stockholm")
    assert simulator.clock().day == 3


async def test_days_are_told_apart(bot: Client, page: Page, annas: Phone, anna: Person) -> None:
    await bot("sendMessage", chat_id=anna.id, text="one")
    await expect(annas.root.locator(".day")).to_have_text(["Today"])
    await page.get_by_role("button", name="Skip ahead one day").click()
    await expect(annas.root.locator(".day")).to_have_text(["Yesterday"])
    await bot("sendMessage", chat_id=anna.id, text="two")
    await expect(annas.root.locator(".day")).to_have_text(["Yesterday", "Today"])


async def test_a_first_visitor_of_an_empty_chat_is_added(simulator: Simulator, open_page: object) -> None:
    page: Page = await open_page(locale="sv-SE", timezone_id="Europe/Helsinki")  # type: ignore[operator]
    await expect(page.locator(".phone")).to_have_count(1)
    await expect(page.get_by_role("button", name="Starta", exact=True)).to_be_visible()
    (person,) = simulator.world.people.values()
    assert (person.language, person.time_zone) == ("sv", "Europe/Helsinki")
