"""Logging by text: a sentence about a past cramp, the time of an entry, and a note."""

from datetime import datetime
from functools import wraps

from bot.app import BotContext, TextHandler
from bot.diary.sentence import PastCramp, Vocabulary, read_past_cramp
from bot.messages.sender import Draft
from bot.parsing.past import read_ago, read_past
from handlers.diary import consent
from handlers.diary.log import storing
from handlers.diary.log.screens import Words, choice
from handlers.diary.log.storing import NEW

TIME, NOTE = "cramp_time", "cramp_note"
"""The awaited texts: the time of an entry, and a note to it."""


def read_text(
    context: BotContext, text: str, *, is_asked: bool = False, written_at: datetime | None = None
) -> PastCramp | None:
    """Return the past cramp that a text tells of, on the person's clock; None if it tells of none.

    With ``is_asked``, the bot has asked for an entry, so the text may leave out the cramp and the day. ``written_at``
    (UTC) is now by default.
    """
    now, vocabulary = storing.wall_clock(context, written_at), Vocabulary.of(*context.services.content.values())
    return read_past_cramp(text, now, vocabulary, is_asked=is_asked)


async def hear(context: BotContext, text: str) -> bool:
    """Log a cramp that a sentence tells of, if it tells of a past one; return whether it does."""
    past_cramp = read_text(context, text)
    if past_cramp is None:
        return False
    async with consent.explaining(context):
        await storing.log_past_cramp(context, past_cramp)
    return True


def _explaining(take: TextHandler) -> TextHandler:
    """Return a handler of a text that calls ``take``, and says so if the diary cannot be opened."""

    @wraps(take)
    async def take_or_explain(context: BotContext, text: str, detail: str) -> bool | Draft:
        async with consent.explaining(context):
            return await take(context, text, detail)
        return True

    return take_or_explain


@_explaining
async def take_new(context: BotContext, text: str, _: str) -> bool | Draft:
    """Log what a text tells of a past cramp, or ask again."""
    past_cramp = read_text(context, text, is_asked=True)
    if past_cramp is None:
        return Draft(context.edition.words(Words).not_read)
    await storing.log_past_cramp(context, past_cramp)
    return True


@_explaining
async def take_time(context: BotContext, text: str, number: str) -> bool | Draft:
    """Set the time of an entry to what a text tells, or ask which time it tells."""
    zone = context.person.zone
    past_cramp = PastCramp(read_past(text, storing.wall_clock(context)), ago=read_ago(text))
    moments = past_cramp.instants(context.services.clock(), zone) if past_cramp.moments else []
    if not moments or zone is None:
        return Draft(context.edition.words(Words).not_read)
    if len(moments) > 1:
        await context.reply(choice(context.edition, moments, zone, f"log:move:{number}:{{minutes}}"))
    else:
        await storing.change_and_show(context, int(number), at=moments[0], zone=zone)
    return True


@_explaining
async def take_note(context: BotContext, text: str, number: str) -> bool:
    """Store a text as the note of an entry."""
    await storing.change_and_show(context, int(number), note=text)
    return True


AWAITING: dict[str, TextHandler] = {NEW: take_new, TIME: take_time, NOTE: take_note}
