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


async def test_protected_messages_are_not_copied(bot: Client, anna: Person) -> None:
    message = await bot("sendMessage", chat_id=anna.id, text="a", protect_content=True)
    place = {"from_chat_id": anna.id, "message_id": message["message_id"]}
    refusal = await bot.refusal("forwardMessage", chat_id=anna.id, **place)
    assert refusal == "Bad Request: message has protected content and can't be forwarded"
