"""Bots written the usual way with python-telegram-bot, changed in nothing but the address, work against it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from telegram import (
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Update,
)
from telegram.ext import (
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from simulator import Person, Simulator
from tests.support.ptb_application import App, build_application

Context = ContextTypes.DEFAULT_TYPE


@pytest.fixture(autouse=True)
def nothing_fails(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail if a bot or its library logs an error: a handler that crashes may have answered before."""
    yield
    errors = [record for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    assert errors == []


@asynccontextmanager
async def running(app: App) -> AsyncIterator[App]:
    """Run a bot as `run_polling` does, but in the running event loop."""
    async with app:
        await app.start()
        assert app.updater
        await app.updater.start_polling(timeout=5)
        yield app
        await app.updater.stop()
        await app.stop()


# An echo bot


async def greet(update: Update, _context: Context) -> None:
    assert update.message
    assert update.effective_user
    await update.message.reply_html(
        f"Hello {update.effective_user.mention_html()}", reply_markup=ForceReply(selective=True)
    )


async def echo(update: Update, _context: Context) -> None:
    assert update.message
    await update.message.reply_text(update.message.text or "")


async def test_an_echo_bot(simulator: Simulator) -> None:
    anna = simulator.add_person("Anna & Bo")
    app = build_application(simulator)
    app.add_handler(CommandHandler("start", greet))
    app.add_handler(MessageHandler(filters.TEXT & ~filters.COMMAND, echo))
    async with running(app):
        simulator.phone.say(anna, "/start")
        await simulator.judge.until(lambda judge: judge.counts[anna.id] == 1)
        for text in ("one", "two <b>", "🦵"):
            simulator.phone.say(anna, text)
        await simulator.judge.until(lambda judge: judge.counts[anna.id] == 4)
    assert simulator.judge.texts(anna.id) == ["Hello Anna & Bo", "one", "two <b>", "🦵"]
    entity = simulator.judge.received(anna.id)[0].message["entities"][0]
    assert entity == {"type": "text_mention", "offset": 6, "length": 9, "user": anna.user()}
    assert len(simulator.updates) == 0


# A bot with buttons


async def offer(update: Update, _context: Context) -> None:
    assert update.message
    buttons = [
        [InlineKeyboardButton("One", callback_data="1"), InlineKeyboardButton("Two", callback_data="2")],
        [InlineKeyboardButton("Doctor", url="https://www.1177.se")],
    ]
    await update.message.reply_text("Please choose:", reply_markup=InlineKeyboardMarkup(buttons))


async def choose(update: Update, _context: Context) -> None:
    query = update.callback_query
    assert query
    await query.answer()
    await query.edit_message_text(text=f"You chose {query.data}")


async def test_a_bot_with_buttons(simulator: Simulator) -> None:
    anna = simulator.add_person("Anna")
    app = build_application(simulator)
    app.add_handler(CommandHandler("start", offer))
    app.add_handler(CallbackQueryHandler(choose))
    async with running(app):
        simulator.phone.say(anna, "/start")
        await simulator.judge.until(lambda judge: judge.counts[anna.id])
        message = simulator.judge.received(anna.id)[0].message
        data = message["reply_markup"]["inline_keyboard"][0][1]["callback_data"]
        assert (await simulator.phone.press(anna, message["message_id"], data))["answered"]
        await simulator.judge.until(lambda judge: judge.total == 2)
    assert simulator.world.chats[anna.id].messages[message["message_id"]].body["text"] == "You chose 2"


async def test_a_bot_that_is_blocked_and_unblocked(simulator: Simulator, anna: Person) -> None:
    statuses: asyncio.Queue[str] = asyncio.Queue()

    async def note(update: Update, _context: Context) -> None:
        assert update.my_chat_member
        await statuses.put(update.my_chat_member.new_chat_member.status)

    app = build_application(simulator)
    app.add_handler(ChatMemberHandler(note, ChatMemberHandler.MY_CHAT_MEMBER))
    async with running(app):
        simulator.phone.block(anna)
        simulator.phone.unblock(anna)
        assert [await statuses.get(), await statuses.get()] == ["kicked", "member"]
