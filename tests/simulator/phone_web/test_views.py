from typing import Any

import pytest

from simulator import Person, Simulator
from simulator.phone_web.views import PhoneViews
from tests.support.bot_api_client import Client


@pytest.fixture
def views(simulator: Simulator) -> PhoneViews:
    return PhoneViews(simulator.world)


async def test_the_overview(bot: Client, views: PhoneViews, anna: Person) -> None:
    await bot("setMyDescription", description="Relief")
    await bot("setMyShortDescription", short_description="For cramps")
    assert views.overview() == {
        "bot": {"name": "Charley", "username": "charley_bot", "description": "Relief", "about": "For cramps"},
        "now": "2026-11-01T20:00:00+00:00",
        "people": [anna.as_json()],
        "groups": [],
    }


def test_an_empty_chat(views: PhoneViews, anna: Person) -> None:
    empty: dict[str, Any] = {"name": "Charley", "messages": [], "pinned": None, "commands": [], "description": ""}
    empty["members"] = ["Anna"]
    assert views.chat_of(anna, {}) == empty | {"reply_keyboard": None, "forced_reply": None, "typing": False}


async def test_a_chat_as_its_person_sees_it(bot: Client, simulator: Simulator, views: PhoneViews) -> None:
    person = simulator.add_person("Åsa", language="sv")
    simulator.phone.say(person, "/start")
    command = {"command": "kramp", "description": "Nu gör det ont"}
    keyboard = {"keyboard": [["Kramp"]]}
    await bot("setMyCommands", commands=[command], language_code="sv")
    await bot("setMyName", name="Karl", language_code="sv")
    await bot("setMyDescription", description="Lindring", language_code="sv")
    message = await bot("sendMessage", chat_id=person.id, text="a", reply_markup=keyboard)
    await bot("pinChatMessage", chat_id=person.id, message_id=message["message_id"])
    await bot("sendChatAction", chat_id=person.id, action="typing")
    chat = views.chat_of(person, {})
    assert [message["local"]["mine"] for message in chat["messages"]] == [True, False]
    assert chat["pinned"] == message["message_id"]
    assert chat["commands"] == [command]
    assert (chat["name"], chat["description"]) == ("Karl", "Lindring")
    assert chat["reply_keyboard"] == keyboard
    assert chat["typing"] is True


async def test_a_group_as_one_of_its_members_sees_it(
    bot: Client, simulator: Simulator, views: PhoneViews, anna: Person
) -> None:
    bo, cy = simulator.add_person("Bo"), simulator.add_person("Cy")
    group = simulator.phone.new_group(anna, "Calves", [bo])
    command = {"command": "cramp", "description": "It hurts now"}
    await bot("setMyCommands", commands=[command], scope={"type": "all_group_chats"})
    simulator.phone.say(bo, "/cramp", group)
    assert views.overview()["groups"] == [{"id": group.id, "title": "Calves", "members": [anna.id, bo.id]}]
    chat = views.chat_of(anna, {"chat": str(group.id)})
    assert (chat["name"], chat["members"], chat["commands"]) == ("Calves", ["Anna", "Bo"], [command])
    assert [message["text"] for message in chat["messages"]] == ["/cramp"]
    with pytest.raises(KeyError):
        views.chat_of(cy, {"chat": str(group.id)})


async def test_what_was_received(bot: Client, simulator: Simulator, views: PhoneViews, anna: Person) -> None:
    bo = simulator.add_person(started=True)
    message = await bot("sendMessage", chat_id=anna.id, text="a")
    await bot("editMessageText", chat_id=anna.id, message_id=message["message_id"], text="b")
    await bot("sendMessage", chat_id=bo.id, text="c")

    def texts(**query: str) -> list[str]:
        return [delivery["message"]["text"] for delivery in views.received(query)["received"]]

    assert texts() == ["a", "c"]
    assert texts(person=str(anna.id)) == ["a"]
    assert texts(edits="1") == ["a", "b", "c"]
    assert texts(after="1") == ["c"]
    assert views.received({})["total"] == 3
