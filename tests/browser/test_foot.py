"""The lower part of a phone: the bot's keys, sharing a location, and other kinds of messages."""

from typing import Any

import pytest
from playwright.async_api import expect

from simulator import Person, Simulator
from tests.browser.conftest import Open
from tests.browser.phone import Phone
from tests.support.bot_api_client import Client
from tests.support.pictures import png

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def write(bot: Client, person: Person, text: str, **more: Any) -> None:
    await bot("sendMessage", chat_id=person.id, text=text, **more)


async def test_keys_are_shown_hidden_and_removed(bot: Client, annas: Phone, anna: Person) -> None:
    keys = {"keyboard": [["Yes", {"text": "No", "style": "danger"}]], "input_field_placeholder": "Yes or no?"}
    await write(bot, anna, "choose", reply_markup=keys)
    await expect(annas.keys).to_have_text(["Yes", "No"])
    await expect(annas.field).to_have_attribute("placeholder", "Yes or no?")
    await annas.press("Show or hide the bot's keyboard")
    await expect(annas.keys.first).to_be_hidden()
    await annas.press("Show or hide the bot's keyboard")
    await annas.keys.first.click()
    await expect(annas.root.locator(".mine")).to_contain_text("Yes")
    await write(bot, anna, "thanks", reply_markup={"remove_keyboard": True})
    await expect(annas.keys).to_have_count(0)


async def test_a_key_can_share_the_persons_location(bot: Client, open_page: Open, anna: Person) -> None:
    anna.location = (1.5, 2.25)
    annas = Phone(await open_page(), "Anna")
    keys = {"keyboard": [[{"text": "I am here", "request_location": True}]]}
    await write(bot, anna, "where?", reply_markup=keys)
    await annas.keys.first.click()
    await expect(annas.root.locator(".mine .place")).to_contain_text("1.5000, 2.2500")


async def test_a_bot_that_asks_for_a_reply_gets_one(
    simulator: Simulator, bot: Client, annas: Phone, anna: Person
) -> None:
    force = {"force_reply": True, "input_field_placeholder": "In minutes"}
    question = await bot("sendMessage", chat_id=anna.id, text="How long?", reply_markup=force)
    await expect(annas.field).to_have_attribute("placeholder", "In minutes")
    await expect(annas.root.locator(".replying")).to_contain_text("How long?")
    await annas.say("ten")
    await expect(annas.root.locator(".replying")).to_be_hidden()
    await annas.say("or eleven")
    ten, eleven = list(simulator.world.chats[anna.id].messages.values())[-2:]
    assert ten.body["reply_to_message"] == question
    assert "reply_to_message" not in eleven.body


async def test_the_contact_pages_and_files(bot: Client, annas: Phone, anna: Person) -> None:
    contact = {"text": "My number", "request_contact": True}
    page = {"text": "Form", "web_app": {"url": "https://example.org/form"}}
    await write(bot, anna, "who?", reply_markup={"keyboard": [[contact, page, {"text": "Vote", "request_poll": {}}]]})
    link = annas.root.get_by_role("link", name="Form (opens a page)")
    await expect(link).to_have_attribute("href", "https://example.org/form")
    await expect(annas.button("Vote")).to_be_disabled()
    await annas.button("My number").click()
    await expect(annas.root.locator(".mine")).to_contain_text(f"Anna{anna.phone_number}")
    files = annas.root.locator("[type=file]")
    await files.set_input_files({"name": "leg.png", "mimeType": "image/png", "buffer": png(40, 20)})
    await expect(annas.last.locator("img.picture")).to_have_attribute("width", "40")
    await files.set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"calf"})
    await expect(annas.last.locator(".file")).to_contain_text("a.txt")


async def test_a_known_city_and_any_coordinates_can_be_shared(
    simulator: Simulator, bot: Client, annas: Phone, anna: Person
) -> None:
    await write(bot, anna, "where?")
    await annas.press("Share a location")
    await annas.press("Kiruna")
    await expect(annas.root.locator(".mine .place").last).to_contain_text("Kiruna67.8558, 20.2253")
    await annas.press("Share a location")
    await annas.root.get_by_label("Latitude").fill("-33,87")
    await annas.root.get_by_label("Longitude").fill("151.2")
    await annas.press("Share")
    await expect(annas.root.locator(".mine .place").last).to_contain_text("-33.8700, 151.2000")
    sent = list(simulator.world.chats[anna.id].messages.values())[-1]
    assert sent.body["location"] == {"latitude": -33.87, "longitude": 151.2}


async def test_an_impossible_place_is_not_sent(bot: Client, annas: Phone, anna: Person) -> None:
    await write(bot, anna, "where?")
    await annas.press("Share a location")
    await annas.root.get_by_label("Latitude").fill("91")
    await annas.root.get_by_label("Longitude").fill("0")
    await annas.press("Share")
    await expect(annas.root.locator("[name=latitude]:invalid")).to_have_count(1)
    await expect(annas.root.locator(".mine")).to_have_count(0)


async def test_messages_of_other_kinds_are_shown(simulator: Simulator, bot: Client, annas: Phone, anna: Person) -> None:
    await write(bot, anna, "hello")
    simulator.phone.send(anna, {"sticker": {"emoji": "🦵"}})
    await expect(annas.last).to_contain_text("A message that this chat cannot show")
    simulator.phone.send(anna, {"text": "and", "reply_to_message": {"from": {"id": 1}, "text": "hello"}})
    await expect(annas.last.locator(".answered")).to_contain_text("hello")
