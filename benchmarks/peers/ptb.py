"""A minimal python-telegram-bot with default settings that sends the same answer."""

import json
import os
from pathlib import Path

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import ApplicationBuilder, CommandHandler, ContextTypes

answer = json.loads(os.environ["ANSWER"])
buttons = InlineKeyboardMarkup([[InlineKeyboardButton(**button) for button in row] for row in answer["buttons"]])
photo: bytes | str = Path(answer["photo"]).read_bytes()


async def cramp(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Answer with the picture, its caption and its buttons. The picture is uploaded once."""
    global photo
    sent = await update.message.reply_photo(photo, answer["caption"], parse_mode="HTML", reply_markup=buttons)
    photo = sent.photo[-1].file_id


application = (
    ApplicationBuilder()
    .token(os.environ["TELEGRAM_BOT_TOKEN"])
    .base_url(f"{os.environ['TELEGRAM_API_URL']}/bot")
    .build()
)
application.add_handler(CommandHandler("cramp", cramp))
application.run_polling()
