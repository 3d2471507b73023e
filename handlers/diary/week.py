"""The weekly count: the cramps of the diary and the evenings of stretching, in one line. Counts, and never causes."""

import asyncio
from datetime import date, timedelta
from functools import partial
from typing import Annotated

from telegram import InlineKeyboardButton as Button

from bot.app import Handler, Services
from bot.content import Edition, HalfLabel, Model, Placeholders, Text
from bot.diary import counting
from bot.messages.sender import Draft
from bot.reminders.deferred import Draw, DueMessage
from bot.store import cramps
from bot.store.claiming import ClaimedRow
from bot.store.evenings import WEEK_DAYS, Evenings
from bot.store.people import Person
from bot.store.vault import SealError
from bot.timetable import local
from handlers.diary.log import storing
from handlers.stretch import evenings

WEEK = "week"
"""The kind of reminder that is drawn here."""


class Words(Model):
    """The counts, and the button that closes the message."""

    period: Annotated[Text, Placeholders("days")]
    cramps: Annotated[Text, Placeholders("count")]
    evenings: Annotated[Text, Placeholders("done", "days")]
    ok_button: HalfLabel


def message(edition: Edition, cramp_count: int | None, week: Evenings, number: int, *, silent: bool) -> Draft | None:
    """Return the counts of a week; None if there is nothing to count.

    Args:
        edition: The content in the person's language.
        cramp_count: How many cramps are logged. None without an open diary.
        week: The evenings. If there are none, nothing is said of them: the message reproaches nobody.
        number: The id of the message in the outbox.
        silent: Whether it comes without a sound.
    """
    words = edition.words(Words)
    counts = [] if cramp_count is None else [words.cramps.format(count=cramp_count)]
    counts += [words.evenings.format(done=week.done, days=week.days)] if week.done else []
    if not counts:
        return None
    ok = Button(words.ok_button, callback_data=f"answer:done:{number}")
    stop = Button(edition.answers.stop_button, callback_data=f"answer:stop:{number}")
    return Draft(" ".join([words.period.format(days=WEEK_DAYS), *counts]), [[ok, stop]], silent=silent)


def handlers(services: Services) -> list[Handler]:
    """Return no handlers, because the buttons are those of a reminder."""
    return []


async def draw(services: Services, row: ClaimedRow) -> DueMessage | None:
    """Draw the counts of the seven days until yesterday."""
    edition = services.content.edition(row.person.language, row.person.telegram_language)
    yesterday = services.clock() - timedelta(days=1)
    week = await services.store.read(lambda connection: evenings.read(connection, row.person, yesterday))
    last = local(yesterday, row.person.zone or "UTC").date()
    draft = message(edition, await _count_cramps(services, row.person, last), week, row.id, silent=row.silent)
    return DueMessage(draft) if draft else None


async def _count_cramps(services: Services, person: Person, last: date) -> int | None:
    """Return how many cramps are logged for the week that ends with a day; None without an open and readable diary."""
    first = last - timedelta(days=WEEK_DAYS - 1)
    sealed = await services.store.read(partial(cramps.read, chat_id=person.chat_id, since=first))
    if sealed is None or not sealed.diary.is_open:
        return None
    try:
        entries = await storing.opened(services, sealed)
    except SealError:  # the diary itself tells the person that it cannot be opened
        return None
    # In a thread, because counting hundreds of entries would block the event loop.
    return await asyncio.to_thread(counting.count, entries, first, last, person.zone)


DEFERRED: dict[str, Draw] = {WEEK: draw}
