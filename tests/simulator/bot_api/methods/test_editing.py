from datetime import timedelta
from typing import Any

import pytest

from simulator import Person, Simulator
from simulator.json_objects import unix_seconds
from tests.support.bot_api_client import Client
from tests.support.pictures import png

BUTTON = {"inline_keyboard": [[{"text": "a", "callback_data": "a"}]]}
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)


@pytest.fixture
async def text(bot: Client, anna: Person) -> dict[str, Any]:
    """Send a text and return its chat_id and message_id."""
    message = await bot("sendMessage", chat_id=anna.id, text="old", reply_markup=BUTTON)
    return {"chat_id": anna.id, "message_id": message["message_id"]}


@pytest.fixture
async def photo(bot: Client, anna: Person) -> dict[str, Any]:
    """Send a picture and return its chat_id and message_id."""
    message = await bot.with_files("sendPhoto", {"photo": png(9, 9)}, chat_id=anna.id, caption="old")
    return {"chat_id": anna.id, "message_id": message["message_id"]}


async def test_a_new_text(bot: Client, simulator: Simulator, text: dict[str, Any]) -> None:
    simulator.clock.skip(timedelta(minutes=1))
    edited = await bot("editMessageText", **text, text="<b>new</b>", parse_mode="HTML", reply_markup=BUTTON)
    assert edited["text"] == "new"
    assert edited["entities"] == [{"type": "bold", "offset": 0, "length": 3}]
    assert edited["reply_markup"] == BUTTON
    assert edited["edit_date"] == unix_seconds(simulator.clock()) == edited["date"] + 60
    assert simulator.world.chats[text["chat_id"]].messages[text["message_id"]].edited


async def test_an_edit_without_a_change_is_refused(bot: Client, text: dict[str, Any]) -> None:
    assert await bot.refusal("editMessageText", **text, text="old", reply_markup=BUTTON) == NOT_MODIFIED
    assert await bot.refusal("editMessageReplyMarkup", **text, reply_markup=BUTTON) == NOT_MODIFIED


async def test_a_new_keyboard(bot: Client, text: dict[str, Any]) -> None:
    edited = await bot("editMessageReplyMarkup", **text)
    assert edited["text"] == "old"
    assert "reply_markup" not in edited


async def test_a_new_caption(bot: Client, photo: dict[str, Any]) -> None:
    assert (await bot("editMessageCaption", **photo, caption="new"))["caption"] == "new"
    assert "caption" not in await bot("editMessageCaption", **photo)
    assert await bot.refusal("editMessageCaption", **photo) == NOT_MODIFIED


async def test_a_new_picture(bot: Client, photo: dict[str, Any]) -> None:
    media = {"type": "photo", "media": "attach://new", "caption": "<i>new</i>", "parse_mode": "HTML"}
    edited = await bot.with_files("editMessageMedia", {"new": png(40, 20)}, **photo, media=media)
    assert edited["photo"][-1]["width"] == 40
    assert edited["caption"] == "new"
    assert edited["caption_entities"] == [{"type": "italic", "offset": 0, "length": 3}]


async def test_a_text_can_become_a_picture(bot: Client, text: dict[str, Any]) -> None:
    media = {"type": "photo", "media": "attach://new"}
    edited = await bot.with_files("editMessageMedia", {"new": png(40, 20)}, **text, media=media)
    assert "text" not in edited
    assert edited["photo"]


@pytest.mark.parametrize(
    ("method", "more", "description"),
    [
        ("editMessageText", {"text": ""}, "message text is empty"),
        ("editMessageText", {"text": "a", "message_id": 99}, "message to edit not found"),
        ("editMessageText", {"text": "a", "chat_id": 5}, "chat not found"),
        ("editMessageText", {"text": "a", "chat_id": ""}, "chat_id is empty"),
        ("editMessageCaption", {"caption": "a"}, "there is no caption in the message to edit"),
        ("editMessageReplyMarkup", {"reply_markup": {"force_reply": True}}, "inline keyboard expected"),
    ],
)
async def test_refusals(bot: Client, text: dict[str, Any], method: str, more: dict[str, Any], description: str) -> None:
    assert await bot.refusal(method, **{**text, **more}) == f"Bad Request: {description}"


async def test_a_picture_has_no_text(bot: Client, photo: dict[str, Any]) -> None:
    refusal = await bot.refusal("editMessageText", **photo, text="a")
    assert refusal == "Bad Request: there is no text in the message to edit"
