from datetime import timedelta
from typing import Any

import pytest

from simulator import Person, Simulator
from tests.support.bot_api_client import Client


@pytest.fixture
async def text(bot: Client, anna: Person) -> dict[str, Any]:
    """Send a text and return its chat_id and message_id."""
    message = await bot("sendMessage", chat_id=anna.id, text="old")
    return {"chat_id": anna.id, "message_id": message["message_id"]}


@pytest.mark.parametrize(
    ("method", "more", "description"),
    [
        ("deleteMessage", {"message_id": 99}, "message to delete not found"),
        ("deleteMessage", {"message_id": 0}, "message identifier is not specified"),
        ("deleteMessage", {"chat_id": ""}, "chat identifier is not specified"),
        ("deleteMessages", {}, "message identifiers are not specified"),
    ],
)
async def test_refusals(bot: Client, text: dict[str, Any], method: str, more: dict[str, Any], description: str) -> None:
    assert await bot.refusal(method, **{**text, **more}) == f"Bad Request: {description}"


async def test_deleting(bot: Client, simulator: Simulator, text: dict[str, Any]) -> None:
    assert await bot("deleteMessage", **text) is True
    assert simulator.world.chats[text["chat_id"]].present(text["message_id"]) is None
    assert await bot.refusal("deleteMessage", **text) == "Bad Request: message to delete not found"
    assert await bot.refusal("editMessageText", **text, text="a") == "Bad Request: message to edit not found"


async def test_deleting_several_skips_missing_messages(
    bot: Client, simulator: Simulator, text: dict[str, Any], anna: Person
) -> None:
    theirs = simulator.phone.say(anna, "mine").id
    await bot("deleteMessages", chat_id=anna.id, message_ids=[text["message_id"], 99, theirs])
    assert all(message.deleted for message in simulator.world.chats[anna.id].messages.values())


async def test_a_message_older_than_two_days_cannot_be_deleted(
    bot: Client, simulator: Simulator, text: dict[str, Any]
) -> None:
    simulator.clock.skip(timedelta(hours=48, seconds=1))
    assert await bot.refusal("deleteMessage", **text) == "Bad Request: message can't be deleted"


async def test_only_administrators_delete_the_messages_of_others(
    bot: Client, simulator: Simulator, anna: Person
) -> None:
    group = simulator.phone.new_group(anna, "Family")
    message = {"chat_id": group.id, "message_id": simulator.phone.say(anna, "mine", group).id}
    assert await bot.refusal("deleteMessage", **message) == "Bad Request: message can't be deleted"
    simulator.phone.set_bot_status(anna, group, "administrator")
    assert await bot("deleteMessage", **message) is True
