from typing import Any

import pytest

from simulator import Chat, Person, Simulator
from simulator.state.topics import ICON_COLORS
from tests.support.bot_api_client import Client


@pytest.fixture
def forum(simulator: Simulator, anna: Person) -> Chat:
    """Make a forum in which the bot is an administrator."""
    chat = simulator.phone.new_group(anna, "Runners", kind="forum")
    simulator.phone.set_bot_status(anna, chat, "administrator")
    simulator.updates.clear()
    return chat


@pytest.fixture
async def topic(bot: Client, forum: Chat) -> dict[str, int]:
    """Make a topic, and return its chat_id and message_thread_id."""
    made = await bot("createForumTopic", chat_id=forum.id, name="Cramps")
    return {"chat_id": forum.id, "message_thread_id": made["message_thread_id"]}


async def test_a_topic_starts_with_a_message(bot: Client, forum: Chat) -> None:
    icon = (await bot("getForumTopicIconStickers"))[0]["custom_emoji_id"]
    looks = {"name": "Cramps", "icon_color": ICON_COLORS[1], "icon_custom_emoji_id": icon}
    made = await bot("createForumTopic", chat_id=forum.id, **looks)
    (update,) = await bot("getUpdates")
    assert made == looks | {"message_thread_id": update["message"]["message_id"]}
    assert update["message"]["forum_topic_created"] == looks
    assert update["message"]["chat"]["is_forum"] is True


async def test_messages_in_a_topic(bot: Client, simulator: Simulator, anna: Person, topic: dict[str, int]) -> None:
    message = await bot("sendMessage", text="a", **topic)
    assert (message["message_thread_id"], message["is_topic_message"]) == (topic["message_thread_id"], True)
    reply = await bot("sendMessage", text="b", chat_id=topic["chat_id"], reply_to_message_id=message["message_id"])
    assert reply["message_thread_id"] == topic["message_thread_id"]
    assert "message_thread_id" not in await bot("sendMessage", text="c", chat_id=topic["chat_id"])


@pytest.mark.parametrize("thread", [1, 99])
async def test_a_thread_that_does_not_exist(
    bot: Client, simulator: Simulator, anna: Person, forum: Chat, thread: int
) -> None:
    refusal = await bot.refusal("sendMessage", chat_id=forum.id, text="a", message_thread_id=thread)
    assert refusal == "Bad Request: message thread not found"
    group = simulator.phone.new_group(anna, "Family", kind="supergroup")
    assert "message_thread_id" not in await bot("sendMessage", chat_id=group.id, text="a", message_thread_id=thread)


async def test_editing_and_closing(bot: Client, topic: dict[str, int]) -> None:
    for method, more in (
        ("editForumTopic", {"name": "Legs"}),
        ("closeForumTopic", {}),
        ("reopenForumTopic", {}),
    ):
        assert await bot(method, **topic, **more) is True
        assert await bot.refusal(method, **topic, **more) == "Bad Request: TOPIC_NOT_MODIFIED"
    messages = [update["message"] for update in await bot("getUpdates")]
    assert [message["message_thread_id"] for message in messages] == [topic["message_thread_id"]] * 4
    assert messages[1]["forum_topic_edited"] == {"name": "Legs"}
    assert ["forum_topic_closed" in message for message in messages] == [False, False, True, False]


async def test_the_general_topic(bot: Client, forum: Chat) -> None:
    for method, more in (
        ("editGeneralForumTopic", {"name": "All"}),
        ("closeGeneralForumTopic", {}),
        ("hideGeneralForumTopic", {}),
        ("unhideGeneralForumTopic", {}),
        ("reopenGeneralForumTopic", {}),
    ):
        assert await bot(method, chat_id=forum.id, **more) is True
        assert await bot.refusal(method, chat_id=forum.id, **more) == "Bad Request: TOPIC_NOT_MODIFIED"
    await bot("hideGeneralForumTopic", chat_id=forum.id)
    assert await bot.refusal("closeGeneralForumTopic", chat_id=forum.id) == "Bad Request: TOPIC_NOT_MODIFIED"
    await bot("reopenGeneralForumTopic", chat_id=forum.id)
    assert await bot.refusal("unhideGeneralForumTopic", chat_id=forum.id) == "Bad Request: TOPIC_NOT_MODIFIED"


async def test_deleting_takes_the_messages_along(bot: Client, forum: Chat, topic: dict[str, int]) -> None:
    inside = await bot("sendMessage", text="a", **topic)
    outside = await bot("sendMessage", text="a", chat_id=forum.id)
    assert await bot("deleteForumTopic", **topic) is True
    assert forum.present(inside["message_id"]) is None
    assert forum.present(outside["message_id"])
    assert await bot.refusal("deleteForumTopic", **topic) == "Bad Request: TOPIC_ID_INVALID"


async def test_unpinning_in_one_topic_only(bot: Client, forum: Chat, topic: dict[str, int]) -> None:
    messages = await bot("sendMessage", text="a", **topic), await bot("sendMessage", text="a", chat_id=forum.id)
    for message in messages:
        await bot("pinChatMessage", chat_id=forum.id, message_id=message["message_id"])
    await bot("unpinAllForumTopicMessages", **topic)
    assert forum.pinned == [messages[1]["message_id"]]
    await bot("unpinAllGeneralForumTopicMessages", chat_id=forum.id)
    assert forum.pinned == []


@pytest.mark.parametrize(
    ("method", "more", "description"),
    [
        ("createForumTopic", {"name": " "}, "name must be non-empty"),
        ("createForumTopic", {"name": "a", "icon_color": 5}, "invalid icon color specified"),
        ("createForumTopic", {"name": "a", "icon_custom_emoji_id": "5"}, "DOCUMENT_INVALID"),
        ("closeForumTopic", {"message_thread_id": 0}, "invalid forum topic identifier specified"),
        ("closeForumTopic", {"message_thread_id": 99}, "TOPIC_ID_INVALID"),
    ],
)
async def test_refusals(bot: Client, forum: Chat, method: str, more: dict[str, Any], description: str) -> None:
    assert await bot.refusal(method, chat_id=forum.id, **more) == f"Bad Request: {description}"


@pytest.mark.parametrize(
    ("kind", "description"),
    [
        ("group", "the chat is not a forum"),
        ("supergroup", "the chat is not a supergroup forum"),
        ("forum", "not enough rights to create a topic"),
    ],
)
async def test_only_administrators_of_forums_make_topics(
    bot: Client, simulator: Simulator, anna: Person, kind: str, description: str
) -> None:
    chat = simulator.phone.new_group(anna, "Family", kind=kind)
    assert await bot.refusal("createForumTopic", chat_id=chat.id, name="a") == f"Bad Request: {description}"
