"""A minimal aiogram bot with default settings that sends the same answer."""

import asyncio
import json
import os

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command
from aiogram.types import FSInputFile, InlineKeyboardMarkup, Message

answer = json.loads(os.environ["ANSWER"])
buttons = InlineKeyboardMarkup(inline_keyboard=answer["buttons"])
photo: FSInputFile | str = FSInputFile(answer["photo"])
dispatcher = Dispatcher()


@dispatcher.message(Command("cramp"))
async def cramp(message: Message) -> None:
    """Answer with the picture, its caption and its buttons. The picture is uploaded once."""
    global photo
    sent = await message.answer_photo(photo, caption=answer["caption"], parse_mode="HTML", reply_markup=buttons)
    photo = sent.photo[-1].file_id


async def main() -> None:
    """Poll until the process is killed."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(os.environ["TELEGRAM_API_URL"]))
    await dispatcher.start_polling(Bot(os.environ["TELEGRAM_BOT_TOKEN"], session=session))


asyncio.run(main())
