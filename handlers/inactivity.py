"""The notice to somebody who has been silent for a year: their data is deleted soon, unless they say a word."""

from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.ext import CallbackQueryHandler

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model, Placeholders, Text, wording
from bot.messages.sender import Draft
from bot.reminders.deferred import Draw, DueMessage
from bot.store.claiming import ClaimedRow
from bot.store.inactivity import NOTICE
from bot.store.people import Person


class Words(Model):
    """The notice, and the reply to somebody who wants to keep their data."""

    notice: Annotated[Text, Placeholders("day")]
    keep_button: Label
    kept: Text


def notice(edition: Edition, person: Person) -> Draft | None:
    """Return the notice. It comes without a sound. None if the person is not to be erased any more."""
    words = edition.words(Words)
    if person.erase_on is None:
        return None
    keep = Button(words.keep_button, callback_data="inactivity:keep")
    return Draft(words.notice.format(day=wording.date_of(edition, person.erase_on)), [[keep]], silent=True)


def handlers(services: Services) -> list[Handler]:
    return [CallbackQueryHandler(keep, "^inactivity:keep$")]


async def keep(update: Update, context: BotContext) -> None:
    """Confirm that everything stays. The bot stores the month of every update, so there is nothing else to store."""
    await context.reply(Draft(context.edition.words(Words).kept))


async def draw_notice(services: Services, row: ClaimedRow) -> DueMessage | None:
    """Draw the notice in the person's language."""
    edition = services.content.edition(row.person.language, row.person.telegram_language)
    draft = notice(edition, row.person)
    return DueMessage(draft) if draft else None


DEFERRED: dict[str, Draw] = {NOTICE: draw_notice}
