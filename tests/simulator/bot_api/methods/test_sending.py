from datetime import timedelta
from typing import Any

import pytest

from simulator import Person, Simulator
from simulator.json_objects import unix_seconds
from tests.support.bot_api_client import Client

LINK = {"inline_keyboard": [[{"text": "Done", "callback_data": "done"}]]}


async def test_a_message_as_telegram_gives_it_back(bot: Client, simulator: Simulator, anna: Person) -> None:
    message = await bot("sendMessage", chat_id=anna.id, text="<b>hej</b>", parse_mode="HTML", reply_markup=LINK)
    assert message == {
        "message_id": 1,
        "from": {"id": 1234567890, "is_bot": True, "first_name": "Charley", "username": "charley_bot"},
        "chat": {"id": anna.id, "type": "private", "first_name": "Anna"},
        "date": unix_seconds(simulator.clock()),
        "text": "hej",
        "entities": [{"type": "bold", "offset": 0, "length": 3}],
        "reply_markup": LINK,
    }


async def test_message_ids_are_shared_by_private_chats_and_groups(
    bot: Client, simulator: Simulator, anna: Person
) -> None:
    group = simulator.phone.new_group(anna, "Family")
    ids = [(await bot("sendMessage", chat_id=chat, text="a"))["message_id"] for chat in (anna.id, group.id, anna.id)]
    assert ids == [1, 2, 3]


async def test_supergroups_have_message_ids_of_their_own(bot: Client, simulator: Simulator, anna: Person) -> None:
    await bot("sendMessage", chat_id=anna.id, text="a")
    group = simulator.phone.new_group(anna, "Family", kind="supergroup")
    assert (await bot("sendMessage", chat_id=group.id, text="a"))["message_id"] == 1


async def test_the_date_is_the_simulators(bot: Client, simulator: Simulator, anna: Person) -> None:
    simulator.clock.skip(timedelta(days=3))
    message = await bot("sendMessage", chat_id=anna.id, text="a")
    assert message["date"] == unix_seconds(simulator.clock())


async def test_a_silent_message_is_marked_on_the_phone_only(bot: Client, simulator: Simulator, anna: Person) -> None:
    message = await bot("sendMessage", chat_id=anna.id, text="a", disable_notification=True)
    on_phone = simulator.world.chats[anna.id].messages[message["message_id"]].as_json()
    assert on_phone["local"]["silent"] is True
    assert "local" not in message


async def test_reply_keyboards_belong_to_the_chat(bot: Client, simulator: Simulator, anna: Person) -> None:
    chat, keyboard = simulator.world.chats[anna.id], {"keyboard": [["Cramp"]], "resize_keyboard": True}
    message = await bot("sendMessage", chat_id=anna.id, text="a", reply_markup=keyboard)
    assert "reply_markup" not in message
    assert chat.reply_keyboard == keyboard
    await bot("sendMessage", chat_id=anna.id, text="a", reply_markup={"force_reply": True})
    assert chat.reply_keyboard == keyboard
    await bot("sendMessage", chat_id=anna.id, text="a", reply_markup={"remove_keyboard": True})
    assert chat.reply_keyboard is None


@pytest.mark.parametrize(
    ("more", "options"),
    [
        ({"disable_web_page_preview": True}, {"is_disabled": True}),
        ({"link_preview_options": {"url": "https://a.se"}}, {"url": "https://a.se"}),
    ],
)
async def test_link_previews(bot: Client, anna: Person, more: dict[str, Any], options: dict[str, Any]) -> None:
    message = await bot("sendMessage", chat_id=anna.id, text="a", **more)
    assert message["link_preview_options"] == options


@pytest.mark.parametrize(
    ("options", "description"),
    [("{", "can't parse link preview options JSON object"), ([], "object expected as link preview options")],
)
async def test_invalid_link_previews(bot: Client, anna: Person, options: Any, description: str) -> None:
    refusal = await bot.refusal("sendMessage", chat_id=anna.id, text="a", link_preview_options=options)
    assert refusal == f"Bad Request: {description}"


async def test_typing_ends_after_five_seconds_or_with_a_message(
    bot: Client, simulator: Simulator, anna: Person
) -> None:
    chat = simulator.world.chats[anna.id]
    assert await bot("sendChatAction", chat_id=anna.id, action="typing") is True
    assert chat.typing_until == simulator.clock() + timedelta(seconds=5)
    await bot("sendMessage", chat_id=anna.id, text="a")
    assert chat.typing_until is None
    await bot("sendChatAction", chat_id=anna.id, action="upload_photo")
    await bot("sendChatAction", chat_id=anna.id, action="cancel")
    assert chat.typing_until is None


@pytest.mark.parametrize(
    "action", ["record_audio", "upload_audio", "pick_up_location", "Upload_Voice", "choose_sticker"]
)
async def test_chat_actions_with_old_names_and_any_case(bot: Client, anna: Person, action: str) -> None:
    assert await bot("sendChatAction", chat_id=anna.id, action=action) is True


async def test_drafts_are_checked_and_show_that_the_bot_writes(bot: Client, simulator: Simulator, anna: Person) -> None:
    assert await bot("sendMessageDraft", chat_id=anna.id, draft_id=1, text="<b>One", parse_mode="Markdown") is True
    assert simulator.world.chats[anna.id].typing_until == simulator.clock() + timedelta(seconds=5)
    assert await bot("sendMessageDraft", chat_id=anna.id, draft_id=1) is True
    refusal = await bot.refusal("sendMessageDraft", chat_id=anna.id, draft_id=1, text="<b>One", parse_mode="HTML")
    assert refusal.startswith("Bad Request: can't parse entities")
    assert simulator.judge.total == 0


async def test_invalid_chat_actions(bot: Client, anna: Person) -> None:
    description = "Bad Request: wrong parameter action in request"
    assert await bot.refusal("sendChatAction", chat_id=anna.id, action="dancing") == description


async def test_protected_messages_are_marked(bot: Client, anna: Person) -> None:
    message = await bot("sendMessage", chat_id=anna.id, text="a", protect_content=True)
    assert message["has_protected_content"] is True
