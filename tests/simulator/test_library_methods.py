"""Everything python-telegram-bot sends and reads for a bot like ours."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from telegram import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    InputMediaPhoto,
    KeyboardButton,
    ReactionTypeEmoji,
    ReplyKeyboardMarkup,
    ReplyParameters,
)
from telegram.constants import ChatAction
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter, TimedOut

from simulator import Fault, Person, Simulator
from tests.support.pictures import png
from tests.support.ptb_application import App, build_application


@pytest.fixture
async def app(simulator: Simulator) -> AsyncIterator[App]:
    async with build_application(simulator) as app:
        yield app


async def test_every_method_a_bot_like_ours_uses(app: App, anna: Person) -> None:
    bot, chat = app.bot, anna.id
    assert (await bot.get_me()).username == "charley_bot"
    scope = BotCommandScopeAllPrivateChats()
    commands = (BotCommand("cramp", "It hurts now"),)
    await bot.set_my_commands(commands, scope, "sv")
    assert await bot.get_my_commands(scope, "sv") == commands
    await bot.delete_my_commands(scope, "sv")
    await bot.set_my_name("Charley", "sv")
    await bot.set_my_description("Relief")
    await bot.set_my_short_description("Relief")
    assert (await bot.get_my_name()).name == "Charley"
    assert (await bot.get_my_description()).description == "Relief"
    assert (await bot.get_my_short_description()).short_description == "Relief"
    await bot.set_chat_menu_button(chat)
    assert (await bot.get_chat_menu_button(chat)).type == "default"
    assert (await bot.get_chat(chat)).first_name == "Anna"
    assert (await bot.get_chat_member(chat, chat)).status == "member"
    assert (await bot.get_webhook_info()).url == ""
    keyboard = ReplyKeyboardMarkup([[KeyboardButton("Here", request_location=True)]], is_persistent=True)
    message = await bot.send_message(chat, "<b>hej</b>", "HTML", reply_markup=keyboard, disable_notification=True)
    assert (message.text, message.text_html) == ("hej", "<b>hej</b>")
    await message.set_reaction(ReactionTypeEmoji("👍"))
    await message.pin()
    await message.unpin()
    await bot.unpin_all_chat_messages(chat)
    reply = await bot.send_location(chat, 59.0, 18.0, reply_parameters=ReplyParameters(message.message_id))
    assert reply.reply_to_message == message
    await bot.send_chat_action(chat, ChatAction.TYPING)
    assert (await message.copy(chat)).message_id
    assert (await message.forward(chat)).forward_origin
    assert await message.delete()
    assert await bot.delete_messages(chat, [reply.message_id])


async def test_files_through_the_library(app: App, anna: Person) -> None:
    bot, chat = app.bot, anna.id
    photo = await bot.send_photo(chat, png(400, 200), caption="<i>a</i>", parse_mode="HTML")
    assert photo.photo[-1].width == 400
    file = await photo.photo[0].get_file()
    assert bytes(await file.download_as_bytearray()) == png(400, 200)
    again = await bot.send_photo(chat, photo.photo[0].file_id)
    assert again.photo == photo.photo
    edited = await photo.edit_media(InputMediaPhoto(png(30, 30), caption="b"))
    assert not isinstance(edited, bool)
    assert (edited.photo[-1].width, edited.caption) == (30, "b")
    edited = await photo.edit_caption("c")
    assert not isinstance(edited, bool)
    assert edited.caption == "c"
    document = await bot.send_document(chat, b"%PDF", filename="report.pdf")
    assert document.document
    assert document.document.file_name == "report.pdf"
    assert (await bot.send_animation(chat, b"GIF89a\1\0\1\0\0\0\0")).animation


async def test_refusals_become_the_librarys_errors(
    app: App, simulator: Simulator, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    bot = app.bot
    with pytest.raises(BadRequest, match="Can't parse entities"):
        await bot.send_message(anna.id, "<b>", parse_mode="HTML")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(5, "a")
    group = simulator.phone.new_group(anna, "Family")
    supergroup = simulator.phone.migrate(group)
    with pytest.raises(ChatMigrated) as migrated:
        await bot.send_message(group.id, "a")
    assert migrated.value.new_chat_id == supergroup.id
    simulator.faults.add(Fault(status=429, retry_after=7))
    with pytest.raises(RetryAfter) as flooded:
        await bot.send_message(anna.id, "a")
    assert flooded.value.retry_after == timedelta(seconds=7)
    simulator.faults.add(Fault(hold=3600))
    with pytest.raises(TimedOut):
        await bot.send_message(anna.id, "delivered", read_timeout=0.05)
    simulator.phone.block(anna)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(anna.id, "a")
    assert simulator.judge.texts(anna.id) == ["delivered"]


async def test_a_wrong_token(simulator: Simulator) -> None:
    app = build_application(simulator, "1234567890:wrong")
    with pytest.raises(InvalidToken):
        await app.initialize()
    await app.bot.request.shutdown()  # the library leaves it open


async def test_polling_while_there_is_a_webhook(app: App) -> None:
    await app.bot.set_webhook("http://127.0.0.1:9/", secret_token="x", allowed_updates=["message"])
    with pytest.raises(Conflict, match="webhook is active"):
        await app.bot.get_updates()
    assert (await app.bot.get_webhook_info()).allowed_updates == ("message",)
    await app.bot.delete_webhook()
    assert await app.bot.get_updates() == ()
