"""The question in the morning for the details of a cramp in the night, for people who want to be asked."""

from datetime import timedelta
from functools import partial

from telegram import InlineKeyboardButton as Button

from bot.app import Services
from bot.diary import entry
from bot.messages.sender import Draft
from bot.reminders.deferred import Draw, DueMessage
from bot.store import cramps
from bot.store.claiming import ClaimedRow
from bot.store.diaries import MORNING
from bot.store.vault import SealError
from handlers.diary.log import storing
from handlers.diary.log.screens import Words

MORNING_AFTER = timedelta(minutes=30)
"""How long after the quiet hours the question comes."""
LAST_NIGHT = timedelta(hours=36)
"""An entry that is older is not asked about."""


async def draw_morning(services: Services, row: ClaimedRow) -> DueMessage | None:
    """Draw the question; None if there is nothing to ask for."""
    edition, now = services.content.edition(row.person.language, row.person.telegram_language), services.clock()
    read = partial(cramps.read, chat_id=row.chat_id, since=(now - LAST_NIGHT).date())
    sealed = await services.store.read(read)
    try:
        entries = await storing.opened(services, sealed) if sealed and sealed.diary.is_open else []
    except SealError:  # when the person next uses the diary, they are told that it cannot be opened
        entries = []
    recent = [cramp for cramp in entries if now - cramp.at < LAST_NIGHT]
    if not recent or entry.next_question(recent[-1]) is None:
        return None
    words, cramp = edition.words(Words), recent[-1]
    text = words.ask_morning.format(moment=entry.moment(edition, cramp, row.person.zone))
    details = Button(words.details_button, callback_data=f"log:more:{cramp.number}")
    return DueMessage(Draft(text, [[details]], silent=True))


DEFERRED: dict[str, Draw] = {MORNING: draw_morning}
