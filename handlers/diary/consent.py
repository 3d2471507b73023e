"""The consent to a diary, in two steps, and what can be done with the diary as a whole: close it, or delete it.

The first entry asks for the consent, so ``log`` handles the "yes".
"""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial, wraps
from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.constants import KeyboardButtonStyle as Style
from telegram.ext import CallbackQueryHandler

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model, Placeholders, Text, wording
from bot.messages.sender import Draft
from bot.store import Connection, diaries
from bot.store.diaries import Diary
from bot.store.vault import SealError
from bot.timetable import local
from handlers import help as help_topic
from handlers import private
from handlers.private import HandlerFunction

log = logging.getLogger(__name__)
TEXT_VERSION = "2026-11"
"""The version of the two screens that a person agrees to. It changes with what they promise."""
ENTRY = r"\d{1,9}:[\w-]*"
"""An entry in the data of a button, as ``handlers.diary.log.storing.encode`` writes it."""
MONTHS = (6, 12, 24)
"""How long entries can be kept."""


class Words(Model):
    """The two steps to a diary, and its settings."""

    about: Text
    go_on_button: Label
    no_button: Label
    ask: Text
    reopens: Text
    agree_button: Label
    refused: Text
    overview: Annotated[Text, Placeholders("day", "months")]
    closed: Annotated[Text, Placeholders("day")]
    withdraw_button: Label
    erase_button: Label
    reopen_button: Label
    months_button: Annotated[Label, Placeholders("months")]
    trial_button: Label
    erased: Text
    none: Text
    unreadable: Text
    cannot_begin: Text
    log_button: Label


def introduction(edition: Edition, then: str = "") -> Draft:
    """Return the first step: what a diary is for. ``then`` is the ``ENTRY`` that is to be logged afterwards."""
    words = edition.words(Words)
    go_on = Button(words.go_on_button, callback_data=f"consent:ask:{then}")
    return Draft(words.about, [[go_on, Button(words.no_button, callback_data="consent:no")]])


def question(edition: Edition, then: str = "", *, is_closed: bool = False) -> Draft:
    """Return the second step: what is stored, and the question. If a diary ``is_closed``, it is opened again."""
    words = edition.words(Words)
    text = f"{words.reopens}\n\n{words.ask}" if is_closed else words.ask
    agree = Button(words.agree_button, callback_data=f"consent:agree:{then}", style=Style.SUCCESS)
    return Draft(text, [[agree], [Button(words.no_button, callback_data="consent:no")]])


def overview(edition: Edition, diary: Diary | None, zone: str | None, then: str = "") -> Draft:
    """Return the state of the diary, with what can be changed. ``then`` is the same as for ``introduction``."""
    words, log_row = edition.words(Words), _log_row(edition)
    if diary is None:
        return Draft(words.none, [log_row])
    erase = Button(words.erase_button, callback_data="consent:erase", style=Style.DANGER)
    if diary.withdrawn_at:
        day = wording.date_of(edition, local(diary.withdrawn_at + diaries.KEEP_WITHDRAWN, zone or "UTC").date())
        return Draft(
            words.closed.format(day=day), [[erase], [Button(words.reopen_button, callback_data=f"consent:ask:{then}")]]
        )
    day = wording.full_date(edition, local(diary.consented_at, zone or "UTC").date())
    months = [
        Button(words.months_button.format(months=number), callback_data=f"consent:months:{number}")
        for number in MONTHS
        if number != diary.keep_months
    ]
    withdraw = Button(words.withdraw_button, callback_data="consent:withdraw")
    text = words.overview.format(day=day, months=diary.keep_months)
    trial = [Button(words.trial_button, callback_data="trial")]
    return Draft(text, [log_row, trial, *([button] for button in months), [withdraw], [erase]])


def _log_row(edition: Edition) -> list[Button]:
    return [Button(edition.words(Words).log_button, callback_data="log")]


def unreadable(edition: Edition) -> Draft:
    """Return the news that the diary cannot be opened, with a button that deletes it."""
    words = edition.words(Words)
    return Draft(words.unreadable, [[Button(words.erase_button, callback_data="consent:erase", style=Style.DANGER)]])


class DiaryClosed(Exception):  # noqa: N818 - it is what it says
    """The person has closed the diary, so nothing is written in it."""

    def __init__(self, then: str = "") -> None:
        super().__init__()
        self.then = then


@asynccontextmanager
async def explaining(context: BotContext) -> AsyncIterator[None]:
    """Run the block. Say so if the diary is closed, or if it cannot be opened or begun because a key is lost."""
    try:
        yield
    except DiaryClosed as closed:
        diary = await read(context)
        await context.reply(overview(context.edition, diary, context.person.zone, then=closed.then))
    except SealError as error:
        log_unreadable(error)
        has_diary = await read(context) is not None
        cannot_begin = Draft(context.edition.words(Words).cannot_begin)
        await context.reply(unreadable(context.edition) if has_diary else cannot_begin)


def log_unreadable(error: SealError) -> None:
    """Tell the operator that somebody uses a diary that cannot be opened."""
    log.warning("A diary cannot be opened: %s", error, extra={"action": "diary_unreadable"})


def private_handler(handle: HandlerFunction) -> HandlerFunction:
    """Return a handler that calls ``handle`` in private chats only, and says so if the diary cannot be opened."""

    @wraps(handle)
    async def handle_or_explain(update: Update, context: BotContext) -> None:
        async with explaining(context):
            await handle(update, context)

    return private.only(handle_or_explain)


def handlers(services: Services) -> list[Handler]:
    presses = {
        rf"^consent:ask:({ENTRY})?$": ask,
        "^consent:no$": refuse,
        "^diary$": show,
        f"^consent:months:({'|'.join(map(str, MONTHS))})$": set_months,
        "^consent:withdraw$": withdraw,
        "^consent:erase$": erase,
    }
    return [CallbackQueryHandler(private_handler(handler), pattern) for pattern, handler in presses.items()]


async def read(context: BotContext) -> Diary | None:
    """Return the person's diary, open or closed; None if the person has none."""
    return await context.services.store.read(partial(diaries.read, chat_id=context.sender_id))


async def has_open(context: BotContext, then: str = "") -> bool:
    """Return whether the person has a diary. ``then`` is as for ``introduction``. Raises ``DiaryClosed``."""
    diary = await read(context)
    if diary and not diary.is_open:
        raise DiaryClosed(then)
    return diary is not None


async def ask(update: Update, context: BotContext) -> None:
    """Show the second step: what is stored, and the question."""
    diary = await read(context)
    is_closed = diary is not None and not diary.is_open
    await context.reply(question(context.edition, context.match[1] or "", is_closed=is_closed))


async def refuse(update: Update, context: BotContext) -> None:
    buttons = [help_topic.relief_button(context.edition), help_topic.help_button(context.edition)]
    await context.reply(Draft(context.edition.words(Words).refused, [buttons]))


async def show(update: Update, context: BotContext) -> None:
    """Show the state of the diary in place of what was pressed."""
    await context.stop_waiting()
    await context.switch_to(overview(context.edition, await read(context), context.person.zone))


async def set_months(update: Update, context: BotContext) -> None:
    await context.change(partial(diaries.set_keep_months, months=int(context.match[1])))
    await show(update, context)


async def withdraw(update: Update, context: BotContext) -> None:
    """Withdraw the consent: nothing is written from now on, and the diary can be deleted at once."""
    await context.change(partial(diaries.withdraw, now=context.services.clock()))
    await show(update, context)


async def erase(update: Update, context: BotContext) -> None:
    """Delete the diary and its key, and remove their bytes from the files."""
    words, now = context.edition.words(Words), context.services.clock()

    def effect(connection: Connection, chat_id: int) -> None:
        diaries.erase(connection, chat_id, now)

    await context.change(effect)
    await context.services.store.wipe()  # if another connection is reading, housekeeping wipes later
    await context.reply(Draft(words.erased, [_log_row(context.edition)]))
