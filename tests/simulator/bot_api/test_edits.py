from typing import Any

import pytest

from simulator import Person, Simulator
from tests.support.bot_api_client import Client

BUTTON = {"inline_keyboard": [[{"text": "a", "callback_data": "a"}]]}


@pytest.fixture
async def text(bot: Client, anna: Person) -> dict[str, Any]:
    """Send a text and return its chat_id and message_id."""
    message = await bot("sendMessage", chat_id=anna.id, text="old", reply_markup=BUTTON)
    return {"chat_id": anna.id, "message_id": message["message_id"]}


async def test_an_edit_without_keyboard_removes_it(bot: Client, text: dict[str, Any]) -> None:
    assert "reply_markup" not in await bot("editMessageText", **text, text="new")


async def test_the_judge_keeps_both_versions(bot: Client, simulator: Simulator, text: dict[str, Any]) -> None:
    await bot("editMessageText", **text, text="new")
    received = simulator.judge.received(text["chat_id"], edits=True)
    assert [delivery.message["text"] for delivery in received] == ["old", "new"]


async def test_an_edit_without_a_message_id(bot: Client) -> None:
    assert await bot.refusal("editMessageText", text="a") == "Bad Request: message identifier is not specified"


async def test_what_people_wrote_cannot_be_edited(bot: Client, simulator: Simulator, anna: Person) -> None:
    theirs = simulator.phone.say(anna, "mine").id
    refusal = await bot.refusal("editMessageText", chat_id=anna.id, message_id=theirs, text="a")
    assert refusal == "Bad Request: message can't be edited"
