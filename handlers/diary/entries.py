"""The list of the entries, so that an old one can be corrected or deleted too."""

import asyncio
from functools import partial
from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.ext import CallbackQueryHandler

from bot.app import BotContext, Handler, Services
from bot.content import Edition, HalfLabel, Label, Model, Placeholders, Text
from bot.diary import entry
from bot.messages.sender import Draft
from bot.store import cramps
from bot.store.cramps import Cramp
from handlers.diary import consent

PER_PAGE = 5


class Words(Model):
    """The list and its buttons."""

    title: Annotated[Text, Placeholders("first", "last", "all")]
    none: Text
    newer_button: HalfLabel
    older_button: HalfLabel
    log_button: Label
    history_button: Label


def page(edition: Edition, entries: list[Cramp], first: int, total: int, zone: str | None) -> Draft:
    """Return a page of the list with ``entries`` as buttons. Of ``total`` entries, ``first`` newer ones come before."""
    words = edition.words(Words)
    others = [
        [Button(words.log_button, callback_data="log")],
        [Button(words.history_button, callback_data="history:30")],
    ]
    if not entries:
        return Draft(words.none, others)
    text = words.title.format(first=first + 1, last=first + len(entries), all=total)
    rows = [
        [Button(entry.one_line(edition, cramp, zone), callback_data=f"log:show:{cramp.number}")] for cramp in entries
    ]
    newer = Button(words.newer_button, callback_data=f"entries:{max(0, first - PER_PAGE)}")
    older = Button(words.older_button, callback_data=f"entries:{first + PER_PAGE}")
    turning = [*([newer] if first else []), *([older] if first + len(entries) < total else [])]
    return Draft(text, [*rows, *([turning] if turning else []), *others])


def handlers(services: Services) -> list[Handler]:
    return [CallbackQueryHandler(consent.private_handler(show), r"^entries:(\d{1,4})$")]


async def show(update: Update, context: BotContext) -> None:
    """Show a page of the list. If deletions have left no entry on that page, show the first page."""
    await context.stop_waiting()
    if not await consent.has_open(context):
        await context.switch_to(consent.introduction(context.edition))
        return
    first = int(context.match[1])
    total = await context.services.store.read(partial(cramps.count, chat_id=context.sender_id))
    first = first if first < total else 0
    read = partial(cramps.read_page, chat_id=context.sender_id, first=first, number=PER_PAGE)
    sealed = await context.services.store.read(read)
    entries = await asyncio.to_thread(sealed.open, context.services.vault) if sealed else []
    await context.switch_to(page(context.edition, entries, first, total, context.person.zone))
