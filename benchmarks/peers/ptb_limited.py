"""A minimal python-telegram-bot with its own limiter, AIORateLimiter: relief, and on /remind many reminders at once.

``python -m benchmarks.peers.ptb_limited <first chat> <reminders>``; the answer is in ANSWER, as for ``ptb``.
"""

import json
import os
import sys
from pathlib import Path

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import AIORateLimiter, ApplicationBuilder, CommandHandler, ContextTypes

TEXT = "Time to stretch your calves: hold for 30 seconds, three times on each side."
FIRST, REMINDERS = (int(argument) for argument in sys.argv[1:])
answer = json.loads(os.environ["ANSWER"])
buttons = InlineKeyboardMarkup([[InlineKeyboardButton(**button) for button in row] for row in answer["buttons"]])
photo: bytes | str = Path(answer["photo"]).read_bytes()


async def cramp(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Answer with the picture, its caption and its buttons. The picture is uploaded once."""
    global photo
    assert update.message
    sent = await update.message.reply_photo(photo, answer["caption"], parse_mode="HTML", reply_markup=buttons)
    photo = sent.photo[-1].file_id


async def remind(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Send everybody a reminder. The limiter decides when."""
    for chat in range(FIRST, FIRST + REMINDERS):
        context.application.create_task(context.bot.send_message(chat, TEXT))


application = (
    ApplicationBuilder()
    .token(os.environ["TELEGRAM_BOT_TOKEN"])
    .base_url(f"{os.environ['TELEGRAM_API_URL']}/bot")
    .rate_limiter(AIORateLimiter())
    .build()
)
application.add_handler(CommandHandler("cramp", cramp))
application.add_handler(CommandHandler("remind", remind))
application.run_polling()
