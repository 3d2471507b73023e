import asyncio
from typing import Any

import orjson
import pytest

from simulator import Person, Simulator
from simulator.phone import Phone
from simulator.state.files import Upload
from tests.support.bot_api_client import Client
from tests.support.pictures import png
from tests.support.waiting import until


def updates(simulator: Simulator) -> list[dict[str, Any]]:
    return [orjson.loads(update.encoded) for update in simulator.updates]


def kinds(simulator: Simulator) -> list[str]:
    return [next(name for name in update if name != "update_id") for update in updates(simulator)]


def test_writing(simulator: Simulator) -> None:
    bo = simulator.add_person("Bo", language="sv")
    message = simulator.phone.say(bo, "/start cramp")
    assert bo.started
    assert message.body["from"] == {"id": bo.id, "is_bot": False, "first_name": "Bo", "language_code": "sv"}
    assert message.body["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert updates(simulator)[0]["message"] == message.body


def test_sharing_ones_own_location_or_another(simulator: Simulator, anna: Person) -> None:
    simulator.phone.share_location(anna)
    simulator.phone.share_location(anna, (1.0, 2.0))
    places = [update["message"]["location"] for update in updates(simulator)]
    assert places == [{"latitude": 59.3333, "longitude": 18.05}, {"latitude": 1.0, "longitude": 2.0}]


def test_a_reply_holds_the_message_replied_to_without_its_own(simulator: Simulator, anna: Person) -> None:
    first = simulator.phone.say(anna, "one")
    second = simulator.phone.say(anna, "two", reply_to=first.id)
    third = simulator.phone.say(anna, "three", reply_to=second.id)
    assert second.body["reply_to_message"] == first.body
    assert third.body["reply_to_message"]["text"] == "two"
    assert "reply_to_message" not in third.body["reply_to_message"]
    with pytest.raises(KeyError):
        simulator.phone.say(anna, "four", reply_to=99)


async def test_sending_files(bot: Client, simulator: Simulator, anna: Person) -> None:
    simulator.phone.send_file(anna, "photo", Upload("leg.png", "image/png", png(400, 200)))
    simulator.phone.send_file(anna, "voice", Upload("a.ogg", "audio/ogg", b"OggS"))
    simulator.phone.send_file(anna, "document", Upload("a.txt", "text/plain", b"calf"))
    photo, voice, document = (update["message"] for update in updates(simulator))
    assert [(size["width"], size["height"]) for size in photo["photo"]] == [(90, 45), (320, 160), (400, 200)]
    assert voice["voice"]["mime_type"] == "audio/ogg"
    assert (await bot("getFile", file_id=document["document"]["file_id"]))["file_size"] == 4


@pytest.mark.parametrize(("kind", "complaint"), [("photo", "a.txt is not a picture"), ("song", "unknown kind of file")])
def test_a_file_that_cannot_be_sent(simulator: Simulator, anna: Person, kind: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        simulator.phone.send_file(anna, kind, Upload("a.txt", "text/plain", b"calf"))
    assert updates(simulator) == []


def test_sharing_ones_own_contact(simulator: Simulator) -> None:
    eva = simulator.add_person("Eva", last_name="Falk")
    simulator.phone.share_contact(eva)
    contact = updates(simulator)[0]["message"]["contact"]
    assert contact.pop("phone_number").startswith("467017406")
    assert contact == {"first_name": "Eva", "last_name": "Falk", "user_id": eva.id}


def test_messages_with_any_fields_are_sent_unchanged() -> None:
    simulator = Simulator()
    simulator.phone.send(simulator.add_person(), {"date": -1, "text": None, "forward_origin": {"type": "hidden_user"}})
    assert updates(simulator)[0]["message"]["date"] == -1


def test_editing_ones_own_message(simulator: Simulator, anna: Person) -> None:
    message = simulator.phone.say(anna, "/crmap")
    simulator.phone.edit(anna, message.id, "cramp")
    assert kinds(simulator) == ["message", "edited_message"]
    edited = updates(simulator)[1]["edited_message"]
    assert (edited["text"], edited["message_id"]) == ("cramp", message.id)
    assert "entities" not in edited
    assert message.edited


async def test_pressing_waits_for_the_answer(bot: Client, simulator: Simulator, anna: Person) -> None:
    message = await bot("sendMessage", chat_id=anna.id, text="a")
    press = asyncio.create_task(simulator.phone.press(anna, message["message_id"], "data"))
    await until(lambda: len(simulator.updates))
    query = updates(simulator)[0]["callback_query"]
    assert (query["from"], query["data"], query["message"]) == (anna.user(), "data", message)
    await bot("answerCallbackQuery", callback_query_id=query["id"], text="ok")
    assert await press == {"answered": True, "text": "ok", "show_alert": False, "url": None}


async def test_a_press_that_the_bot_does_not_answer(simulator: Simulator, anna: Person) -> None:
    phone = Phone(simulator.world, answer_within=0.01)
    assert await phone.press(anna, 99, "data") == {"answered": False, "text": None, "show_alert": False, "url": None}
    query = updates(simulator)[0]["callback_query"]
    chat = {"id": anna.id, "type": "private", "first_name": "Anna"}
    assert query["message"] == {"chat": chat, "message_id": 99, "date": 0}


def test_reactions_reach_bots_that_allow_them(simulator: Simulator, anna: Person) -> None:
    message = simulator.phone.say(anna, "hej")
    simulator.phone.react(anna, message.id, "👍")
    simulator.updates.allow(["message_reaction"])
    simulator.phone.react(anna, message.id, "🔥")
    simulator.phone.react(anna, message.id, "")
    assert kinds(simulator) == ["message", "message_reaction", "message_reaction"]
    changes = [
        (update["message_reaction"]["old_reaction"], update["message_reaction"]["new_reaction"])
        for update in updates(simulator)[1:]
    ]
    thumb, fire = [{"type": "emoji", "emoji": "👍"}], [{"type": "emoji", "emoji": "🔥"}]
    assert changes == [(thumb, fire), (fire, [])]
    with pytest.raises(KeyError):
        simulator.phone.react(anna, 99, "👍")


def test_blocking_and_unblocking(simulator: Simulator, anna: Person) -> None:
    simulator.phone.block(anna)
    simulator.phone.block(anna)
    with pytest.raises(ValueError, match="blocked"):
        simulator.phone.say(anna, "hej")
    simulator.phone.unblock(anna)
    changes = [update["my_chat_member"] for update in updates(simulator)]
    statuses = [(change["old_chat_member"]["status"], change["new_chat_member"]["status"]) for change in changes]
    assert statuses == [("member", "kicked"), ("kicked", "member")]
    assert changes[0]["chat"]["type"] == "private"


@pytest.mark.parametrize(
    ("text", "reaches"),
    [("/cramp", True), ("/cramp@charley_bot now", True), ("/cramp@other_bot", False), ("hello", False)],
)
def test_in_groups_bots_receive_commands_only(simulator: Simulator, anna: Person, text: str, reaches: bool) -> None:
    group = simulator.phone.new_group(anna, "Family")
    simulator.updates.clear()
    simulator.phone.say(anna, text, group)
    assert bool(len(simulator.updates)) is reaches


async def test_in_groups_bots_receive_replies_to_their_messages(
    bot: Client, simulator: Simulator, anna: Person
) -> None:
    group = simulator.phone.new_group(anna, "Family")
    question = await bot("sendMessage", chat_id=group.id, text="a")
    simulator.updates.clear()
    simulator.phone.send(anna, {"text": "b", "reply_to_message": question}, group)
    simulator.phone.send(anna, {"photo": []}, group)
    simulator.phone.send(anna, {"new_chat_title": "c"}, group)
    assert [update["message"].get("text") for update in updates(simulator)] == ["b", None]


def test_an_administrator_receives_everything_and_a_bot_that_left_nothing(simulator: Simulator, anna: Person) -> None:
    group = simulator.phone.new_group(anna, "Family")
    simulator.phone.set_bot_status(anna, group, "administrator")
    simulator.phone.say(anna, "a", group)
    simulator.phone.set_bot_status(anna, group, "kicked")
    simulator.phone.say(anna, "/b", group)
    assert kinds(simulator) == ["my_chat_member", "my_chat_member", "message", "my_chat_member"]


def test_a_group_that_becomes_a_supergroup(simulator: Simulator, anna: Person) -> None:
    group = simulator.phone.new_group(anna, "Family")
    simulator.updates.clear()
    supergroup = simulator.phone.migrate(group)
    first, second = [update["message"] for update in updates(simulator)]
    assert (first["chat"]["id"], first["migrate_to_chat_id"]) == (group.id, supergroup.id)
    assert (second["chat"]["id"], second["migrate_from_chat_id"]) == (supergroup.id, group.id)


def test_channel_posts(simulator: Simulator, anna: Person) -> None:
    channel = simulator.phone.new_group(anna, "News", kind="channel")
    simulator.phone.post(channel, "news")
    assert kinds(simulator) == ["my_chat_member", "channel_post"]
    assert "from" not in updates(simulator)[1]["channel_post"]
