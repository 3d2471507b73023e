from typing import Any

import pytest

from simulator import Person, Simulator
from tests.support.bot_api_client import Client


async def test_a_chat(bot: Client, anna: Person) -> None:
    chat = await bot("getChat", chat_id=anna.id)
    assert (chat["id"], chat["type"], chat["first_name"]) == (anna.id, "private", "Anna")
    assert "pinned_message" not in chat


async def test_a_chat_shows_what_is_pinned(bot: Client, anna: Person) -> None:
    message = await bot("sendMessage", chat_id=anna.id, text="steps")
    await bot("pinChatMessage", chat_id=anna.id, message_id=message["message_id"])
    assert (await bot("getChat", chat_id=anna.id))["pinned_message"] == message


@pytest.mark.parametrize("chat", ["5", "@somebody", "x", "1000099"])
async def test_chats_nobody_knows(bot: Client, chat: str) -> None:
    for method in ("getChat", "sendMessage"):
        refused = await bot.refused(method, chat_id=chat, text="a")
        assert (refused.status, refused.description) == (400, "Bad Request: chat not found")


async def test_no_chat(bot: Client) -> None:
    assert await bot.refusal("sendMessage", text="a") == "Bad Request: chat_id is empty"


async def test_members(bot: Client, simulator: Simulator, anna: Person) -> None:
    bo = simulator.add_person("Bo")
    group = simulator.phone.new_group(anna, "Family")
    found = {
        who: (await bot("getChatMember", chat_id=group.id, user_id=who))["status"]
        for who in (anna.id, bo.id, simulator.world.profile.id)
    }
    assert list(found.values()) == ["administrator", "left", "member"]
    assert (await bot("getChatMember", chat_id=anna.id, user_id=anna.id))["user"] == anna.user()


@pytest.mark.parametrize(("user", "description"), [(0, "invalid user_id specified"), (5, "user not found")])
async def test_members_nobody_knows(bot: Client, anna: Person, user: int, description: str) -> None:
    refusal = await bot.refusal("getChatMember", chat_id=anna.id, user_id=user)
    assert refusal == f"Bad Request: {description}"


async def test_reacting(bot: Client, simulator: Simulator, anna: Person) -> None:
    message = simulator.phone.say(anna, "thanks")
    place = {"chat_id": anna.id, "message_id": message.id}
    assert await bot("setMessageReaction", **place, reaction=[{"type": "emoji", "emoji": "👍"}]) is True
    assert message.on_phone()["local"]["reactions"] == ["👍"]
    await bot("setMessageReaction", **place)
    assert message.on_phone()["local"]["reactions"] == []


@pytest.mark.parametrize(
    ("reaction", "description"),
    [
        ("{", "can't parse reaction types JSON object"),
        ({}, "expected an Array of ReactionType"),
        (["👍"], "can't parse ReactionType: expected an Object"),
        ([{"type": "paid"}], "can't parse ReactionType: invalid reaction type specified"),
        ([{"type": "emoji", "emoji": "🦵"}], "REACTION_INVALID"),
        ([{"type": "custom_emoji", "custom_emoji_id": "5"}], "REACTION_INVALID"),
        ([{"type": "emoji", "emoji": "👍"}, {"type": "emoji", "emoji": "👎"}], "REACTIONS_TOO_MANY"),
    ],
)
async def test_reactions_that_are_refused(
    bot: Client, simulator: Simulator, anna: Person, reaction: Any, description: str
) -> None:
    message = simulator.phone.say(anna, "hej")
    refusal = await bot.refusal("setMessageReaction", chat_id=anna.id, message_id=message.id, reaction=reaction)
    assert refusal == f"Bad Request: {description}"


async def test_reacting_to_nothing(bot: Client, anna: Person) -> None:
    refusal = await bot.refusal("setMessageReaction", chat_id=anna.id, message_id=99)
    assert refusal == "Bad Request: message to react not found"
