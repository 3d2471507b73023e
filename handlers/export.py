"""All that is stored about a person, as files: everything as JSON, and the cramp diary also as CSV."""

import asyncio
from typing import Any

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler
from telegram.ext.filters import ChatType

from bot.app import BotContext, Handler, Services
from bot.content import Model, Text
from bot.diary.spreadsheet import to_csv
from bot.messages.sender import Draft
from bot.parsing import lenient_json
from bot.store import export as stored
from bot.store.cramps import Cramp
from bot.store.vault import SealError
from handlers import private
from handlers.diary import consent
from handlers.diary.log import storing


class Words(Model):
    """What stands below the files, and what is said if there are none."""

    everything: Text
    diary: Text
    nothing: Text
    failed: Text


def handlers(services: Services) -> list[Handler]:
    return [
        CommandHandler(services.content.names("export"), send, ChatType.PRIVATE),
        CallbackQueryHandler(private.only(send), "^export$"),
    ]


def to_json(rows: dict[str, list[dict[str, Any]]], cramps: list[Cramp] | None) -> bytes:
    """Return everything about a person as JSON: the rows of each table, and the entries of the diary if it is open."""
    entries = {} if cramps is None else {"cramps": [cramp.as_dict() for cramp in cramps]}
    return lenient_json.dumps({**rows, **entries})


async def send(update: Update, context: BotContext) -> None:
    """Send the files, or say that nothing is stored. If the diary cannot be opened, send the rest, and say so."""
    await context.stop_waiting()
    await context.stop_spinner()
    words = context.edition.words(Words)
    rows = await context.services.store.read(lambda connection: stored.read(connection, context.sender_id))
    cramps: list[Cramp] | None = None
    try:
        cramps = await storing.read_all(context)
    except SealError as error:
        consent.log_unreadable(error)
    if not rows:
        await context.send(Draft(words.nothing))
        return
    day = context.services.clock().date()
    async with context.showing("upload_document"):
        files = {f"charley-{day}.json": (await asyncio.to_thread(to_json, rows, cramps), words.everything)}
        if cramps:
            files[f"charley-{day}.csv"] = (await asyncio.to_thread(to_csv, cramps), words.diary)
        for name, (content, caption) in files.items():
            if not await context.send_file("sendDocument", name, content, Draft(caption)):
                await context.send(Draft(words.failed))
                return
    if cramps is None:
        await context.send(consent.unreadable(context.edition))
