from typing import Any

import pytest

from simulator import Person, Simulator
from tests.support.bot_api_client import Client
from tests.support.pictures import png


async def test_a_copy_is_the_bots_own(bot: Client, simulator: Simulator, anna: Person) -> None:
    original = simulator.phone.say(anna, "see /help")
    copy = await bot("copyMessage", chat_id=anna.id, from_chat_id=anna.id, message_id=original.id)
    assert copy == {"message_id": original.id + 1}
    message = simulator.judge.received(anna.id)[0].message
    assert (message["text"], message["entities"]) == (original.body["text"], original.body["entities"])
    assert message["from"]["is_bot"]


CONTACT = {"contact": {"phone_number": "+46", "first_name": "Bo"}}
VOICE = {"voice": {"file_id": "a", "file_unique_id": "b", "duration": 3}}
VENUE = {
    "venue": {"location": {"latitude": 1.0, "longitude": 2.0}, "title": "a", "address": "b"},
    "location": {"latitude": 1.0, "longitude": 2.0},
}
DICE = {"dice": {"emoji": "🎲", "value": 3}}


@pytest.mark.parametrize("content", [CONTACT, VOICE, VENUE, DICE], ids=["contact", "voice", "venue", "dice"])
@pytest.mark.parametrize("method", ["copyMessage", "forwardMessage"])
async def test_content_of_every_kind_arrives(
    bot: Client, simulator: Simulator, anna: Person, method: str, content: dict[str, Any]
) -> None:
    original = simulator.phone.send(anna, content)
    await bot(method, chat_id=anna.id, from_chat_id=anna.id, message_id=original.id)
    message = simulator.judge.received(anna.id)[0].message
    assert {name: message[name] for name in content} == content


@pytest.mark.parametrize(("method", "done"), [("copyMessage", "copied"), ("forwardMessage", "forwarded")])
async def test_a_service_message_cannot_be_copied(
    bot: Client, simulator: Simulator, anna: Person, method: str, done: str
) -> None:
    original = simulator.phone.send(anna, {"new_chat_title": "a"})
    refusal = await bot.refusal(method, chat_id=anna.id, from_chat_id=anna.id, message_id=original.id)
    assert refusal == f"Bad Request: the message can't be {done}"


async def test_a_copy_may_have_another_caption(bot: Client, simulator: Simulator, anna: Person) -> None:
    original = await bot.with_files("sendPhoto", {"photo": png(9, 9)}, chat_id=anna.id, caption="old")
    place = {"from_chat_id": anna.id, "message_id": original["message_id"]}
    await bot("copyMessage", chat_id=anna.id, **place)
    await bot("copyMessage", chat_id=anna.id, **place, caption="new")
    assert simulator.judge.texts(anna.id) == ["old", "old", "new"]


async def test_forwarding_says_where_from(bot: Client, simulator: Simulator, anna: Person) -> None:
    original = simulator.phone.say(anna, "hej")
    message = await bot("forwardMessage", chat_id=anna.id, from_chat_id=anna.id, message_id=original.id)
    assert message["forward_origin"] == {"type": "user", "date": original.body["date"], "sender_user": anna.user()}
    refusal = await bot.refusal("editMessageText", chat_id=anna.id, message_id=message["message_id"], text="a")
    assert refusal == "Bad Request: message can't be edited"


async def test_a_forward_that_is_forwarded_keeps_its_origin(bot: Client, simulator: Simulator, anna: Person) -> None:
    original = simulator.phone.say(anna, "hej")
    forward = await bot("forwardMessage", chat_id=anna.id, from_chat_id=anna.id, message_id=original.id)
    again = await bot("forwardMessage", chat_id=anna.id, from_chat_id=anna.id, message_id=forward["message_id"])
    assert again["forward_origin"] == forward["forward_origin"]
    copy = await bot("copyMessage", chat_id=anna.id, from_chat_id=anna.id, message_id=forward["message_id"])
    assert "forward_origin" not in simulator.world.chats[anna.id].messages[copy["message_id"]].body


async def test_several_messages_at_once(bot: Client, simulator: Simulator, anna: Person) -> None:
    bo = simulator.add_person("Bo", started=True)
    one, two = simulator.phone.say(anna, "one"), simulator.phone.say(anna, "two")
    place = {"chat_id": bo.id, "from_chat_id": anna.id}
    forwarded = await bot("forwardMessages", message_ids=[one.id, two.id, 99], **place)
    copied = await bot("copyMessages", message_ids=[str(one.id), str(two.id)], **place)
    messages = simulator.world.chats[bo.id].messages
    assert simulator.judge.texts(bo.id) == ["one", "two", "one", "two"]
    assert list(messages) == [answer["message_id"] for answer in forwarded + copied]
    assert ["forward_origin" in message.body for message in messages.values()] == [True, True, False, False]


async def test_captions_are_left_out_on_request(bot: Client, simulator: Simulator, anna: Person) -> None:
    original = await bot.with_files("sendPhoto", {"photo": png(9, 9)}, chat_id=anna.id, caption="old")
    place = {"chat_id": anna.id, "from_chat_id": anna.id}
    await bot("copyMessages", message_ids=[original["message_id"]], remove_caption=True, **place)
    copy = simulator.judge.received(anna.id)[-1].message
    assert copy["photo"] == original["photo"]
    assert "caption" not in copy


@pytest.mark.parametrize(
    ("message_ids", "description"),
    [([2, 1], "message identifiers must be in a strictly increasing order"), ([98, 99], "messages can't be forwarded")],
)
async def test_several_messages_that_are_refused(
    bot: Client, anna: Person, message_ids: list[int], description: str
) -> None:
    place = {"chat_id": anna.id, "from_chat_id": anna.id}
    assert await bot.refusal("forwardMessages", message_ids=message_ids, **place) == f"Bad Request: {description}"


async def test_forwarding_from_a_channel(bot: Client, simulator: Simulator, anna: Person) -> None:
    channel = simulator.phone.new_group(anna, "News", kind="channel")
    post = simulator.phone.post(channel, "news")
    message = await bot("forwardMessage", chat_id=anna.id, from_chat_id=channel.id, message_id=post.id)
    assert message["forward_origin"]["type"] == "channel"
    assert message["forward_origin"]["message_id"] == post.id


@pytest.mark.parametrize(
    ("method", "description"),
    [("copyMessage", "message to copy not found"), ("forwardMessage", "message to forward not found")],
)
async def test_refusals(bot: Client, anna: Person, method: str, description: str) -> None:
    place = {"chat_id": anna.id, "message_id": 99}
    assert await bot.refusal(method, from_chat_id=anna.id, **place) == f"Bad Request: {description}"
    assert await bot.refusal(method, **place) == 'Bad Request: parameter "from_chat_id" is required'


async def test_protected_messages_are_not_forwarded(bot: Client, anna: Person) -> None:
    message = await bot("sendMessage", chat_id=anna.id, text="a", protect_content=True)
    place = {"from_chat_id": anna.id, "message_id": message["message_id"]}
    refusal = await bot.refusal("forwardMessage", chat_id=anna.id, **place)
    assert refusal == "Bad Request: message has protected content and can't be forwarded"
    assert await bot("copyMessage", chat_id=anna.id, **place)
