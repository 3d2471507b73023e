import asyncio
from typing import Any

import orjson
import pytest

from simulator import Person, Simulator
from simulator.phone_web.actions import PhoneActions
from tests.support.bot_api_client import Client
from tests.support.waiting import until


@pytest.fixture
def actions(simulator: Simulator) -> PhoneActions:
    return PhoneActions(simulator.world, simulator.phone)


def test_a_new_person(actions: PhoneActions) -> None:
    person = actions.add_person({"name": "Åsa", "language": "sv", "time_zone": "America/New_York"})
    assert (person["name"], person["language"], person["time_zone"]) == ("Åsa", "sv", "America/New_York")
    assert person["started"] is False
    assert actions.add_person({})["name"]


async def test_a_person_with_a_username(actions: PhoneActions, bot: Client) -> None:
    eva = actions.add_person({"name": "Eva", "last_name": "Falk", "username": "eva_falk", "started": True})
    chat = await bot("getChat", chat_id=eva["id"])
    assert (chat["first_name"], chat["last_name"], chat["username"]) == ("Eva", "Falk", "eva_falk")


async def test_writing(actions: PhoneActions, anna: Person) -> None:
    text = await actions.act(anna, "messages", {"text": "/start"})
    place = await actions.act(anna, "messages", {"location": [1, 2]})
    contact = await actions.act(anna, "messages", {"own_contact": True})
    odd = await actions.act(anna, "messages", {"message": {"dice": {"emoji": "🎲", "value": 6}}})
    assert text["entities"][0]["type"] == "bot_command"
    assert place["location"] == {"latitude": 1.0, "longitude": 2.0}
    assert contact["contact"]["user_id"] == anna.id
    assert odd["dice"]["value"] == 6
    assert all(message["local"]["mine"] for message in (text, place, odd))


async def test_pressing(actions: PhoneActions, bot: Client, simulator: Simulator, anna: Person) -> None:
    message = await bot("sendMessage", chat_id=anna.id, text="a")
    press = asyncio.create_task(actions.act(anna, "presses", {"message_id": message["message_id"], "data": "x"}))
    await until(lambda: len(simulator.updates))
    query = orjson.loads(next(iter(simulator.updates)).encoded)["callback_query"]
    await bot("answerCallbackQuery", callback_query_id=query["id"])
    assert (await press)["answered"] is True


async def test_reacting(actions: PhoneActions, simulator: Simulator, anna: Person) -> None:
    message = simulator.phone.say(anna, "a")
    await actions.act(anna, "reactions", {"message_id": message.id, "emoji": "👍"})
    assert message.reactions[anna.id] == ["👍"]


async def test_a_group(actions: PhoneActions, bot: Client, simulator: Simulator, anna: Person) -> None:
    bo = simulator.add_person("Bo")
    group = actions.add_group({"title": "Calves", "members": [anna.id, bo.id]})
    command = await actions.act(bo, "messages", {"text": "/cramp@charley_bot", "chat": group["id"]})
    asked = await bot("sendMessage", chat_id=group["id"], text="Which leg?")
    await actions.act(bo, "reactions", {"message_id": asked["message_id"], "emoji": "👍", "chat": group["id"]})
    answer = {"text": "left", "reply_to": asked["message_id"], "chat": group["id"]}
    answered = await actions.act(anna, "messages", answer)
    place = await actions.act(anna, "messages", {"location": [1, 2], "chat": group["id"]})
    assert (group["type"], await bot("getChatMemberCount", chat_id=group["id"])) == ("group", 3)
    assert (command["chat"], answered["chat"], place["chat"]) == (group, group, group)
    updates = [orjson.loads(update.encoded) for update in simulator.updates]
    assert [update["message"]["text"] for update in updates if "message" in update] == ["/cramp@charley_bot", "left"]


async def test_nobody_acts_in_a_group_that_they_are_not_in(
    actions: PhoneActions, simulator: Simulator, anna: Person
) -> None:
    group = actions.add_group({"title": "Calves", "members": [anna.id]})
    with pytest.raises(KeyError):
        await actions.act(simulator.add_person("Bo"), "messages", {"text": "a", "chat": group["id"]})


def test_a_group_that_cannot_be(actions: PhoneActions, anna: Person) -> None:
    with pytest.raises(ValueError, match="at least one member"):
        actions.add_group({"title": "Calves", "members": []})
    with pytest.raises(ValueError, match="unknown kind of group: club"):
        actions.add_group({"title": "Calves", "members": [anna.id], "kind": "club"})


def test_changing_a_person(actions: PhoneActions, anna: Person) -> None:
    change = {"language": "sv", "time_zone": "Asia/Tokyo", "location": [1, 2], "blocked": True}
    changed = actions.change_person(anna, change)
    assert {name: changed[name] for name in change} == change
    assert actions.change_person(anna, {"blocked": False})["blocked"] is False


def test_an_unknown_time_zone_changes_nothing(actions: PhoneActions, anna: Person) -> None:
    with pytest.raises(KeyError):
        actions.change_person(anna, {"time_zone": "Mars/Olympus"})
    assert anna.time_zone == "Europe/Stockholm"


@pytest.mark.parametrize(
    ("body", "now"),
    [
        ({"seconds": 90}, "2026-11-01T20:01:30+00:00"),
        ({"until": "21:30"}, "2026-11-01T20:30:00+00:00"),
        ({"until": "21:00"}, "2026-11-02T20:00:00+00:00"),
        ({"until": "03:15"}, "2026-11-02T02:15:00+00:00"),
    ],
)
def test_skipping(actions: PhoneActions, anna: Person, body: dict[str, Any], now: str) -> None:
    """It is 21:00 in Stockholm."""
    assert actions.skip({"person": anna.id} | body) == {"now": now}


async def test_inline_mode(actions: PhoneActions, bot: Client, simulator: Simulator, anna: Person) -> None:
    asking = asyncio.create_task(actions.act(anna, "inline_queries", {"query": "calf"}))
    await until(lambda: len(simulator.updates))
    query = orjson.loads(next(iter(simulator.updates)).encoded)["inline_query"]
    result = {"type": "article", "id": "calf", "title": "Calf", "input_message_content": {"message_text": "Toes up"}}
    await bot("answerInlineQuery", inline_query_id=query["id"], results=[result])
    shown = await asking
    assert (query["query"], shown["results"]) == ("calf", [result])
    sent = await actions.act(anna, "inline_results", {"query_id": shown["query_id"], "result_id": "calf"})
    assert (sent["text"], sent["local"]["mine"]) == ("Toes up", True)
