"""A cramp, logged with one tap or with a sentence. Buttons add the details, at once or in the morning."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler
from telegram.ext.filters import ChatType

from bot.app import BotContext, Handler, Services
from bot.content import Edition
from bot.diary import entry
from bot.diary.sentence import PastCramp
from bot.diary.words import Words as DiaryWords
from bot.messages.sender import Draft
from bot.parsing.past import read_past
from bot.parsing.text import behind_command, command
from bot.store import Connection, cramps, deferred, diaries, people
from bot.store.cramps import Cramp, Muscle
from bot.store.diaries import MORNING
from bot.timetable import after_quiet
from handlers.diary import consent
from handlers.diary.log import storing
from handlers.diary.log.morning import DEFERRED, MORNING_AFTER
from handlers.diary.log.screens import Words, deleted, note_question, question, start, time_question
from handlers.diary.log.storing import NEW
from handlers.diary.log.texts import AWAITING, NOTE, TIME, hear, read_text

__all__ = ["AWAITING", "DEFERRED", "Words", "handlers", "hear"]
NUMBER, MINUTES = r"(\d{1,15})", r"(\d{1,9})"
"""The number of an entry, and a moment in minutes since 1970."""
ONE_NIGHT = timedelta(hours=12)
"""If the steps are shown again in the same message after this time, they are about another cramp."""


def handlers(services: Services) -> list[Handler]:
    names = "|".join(entry.FIELDS)
    fields = f"({names})"
    presses = {
        "^log$": log,
        f"^consent:agree:({consent.ENTRY})?$": agree,
        "^log:again$": log_sentence,
        "^log:new:$": log_now,
        r"^log:new:(\d{1,2})(?::(foot|thigh|hamstring))?$": log_relieved,
        "^log:hour$": log_hour_ago,
        "^log:night$": choose_hour,
        f"^log:at:({consent.ENTRY})$": log_at,
        rf"^log:set:{NUMBER}:{fields}:(\w+)$": set_field,
        rf"^log:skip:{NUMBER}:{fields}$": skip,
        rf"^log:clear:{NUMBER}:({names}|note)$": clear,
        rf"^log:more:{NUMBER}$": add_details,
        rf"^log:ask:{NUMBER}:{fields}$": ask,
        rf"^log:show:{NUMBER}$": show,
        rf"^log:undo:{NUMBER}$": undo,
        rf"^log:time:{NUMBER}$": ask_time,
        rf"^log:move:{NUMBER}:{MINUTES}$": move,
        rf"^log:note:{NUMBER}$": ask_note,
        rf"^log:morning:{NUMBER}$": ask_in_the_morning,
    }
    return [
        CommandHandler(services.content.names("log"), consent.private_handler(log), ChatType.PRIVATE),
        *(CallbackQueryHandler(consent.private_handler(handler), pattern) for pattern, handler in presses.items()),
    ]


async def log(update: Update, context: BotContext) -> None:
    """Ask when the cramp was, or log the text after the command. Without a diary, ask for the consent first.

    The question is a new message, because each message makes at most one entry.
    """
    text = (context.event.message and context.event.message.text) or ""
    said = behind_command(text) if command(text) not in {None, "start"} else ""
    if past_cramp := read_text(context, said, is_asked=True):
        await storing.log_past_cramp(context, past_cramp)
    elif not await consent.has_open(context):
        await context.reply(consent.introduction(context.edition))
    else:
        if context.person.zone:  # without a time zone, a typed time means nothing
            await context.change(context.await_text(NEW))
        await asyncio.gather(context.send_once(start(context.edition, context.person)), context.stop_spinner())


async def log_sentence(update: Update, context: BotContext) -> None:
    """Log the cramp of the sentence that the pressed message replies to, now that the time zone is known."""
    sentence = context.replied_to
    text = (sentence and sentence.text) or ""
    text = behind_command(text) if command(text) else text
    written_at = sentence.date if sentence else None
    if past_cramp := read_text(context, text, is_asked=True, written_at=written_at):
        await storing.log_past_cramp(context, past_cramp, written_at)
    else:
        await context.reply(start(context.edition, context.person))


async def agree(update: Update, context: BotContext) -> None:
    """Store the consent. Log the cramp for which the consent was asked, or else ask when the cramp was."""
    data, services = context.match[1], context.services
    now, cramp = services.clock(), _decoded(context, data) if data else None
    add = storing.adding(context, cramp) if cramp else None
    # The weekly count and others answer no update, so the language of the person's Telegram is stored for them.
    telegram_language = services.content.edition(context.origin.language_code).code

    def effect(connection: Connection, chat_id: int) -> Cramp | None:
        version = {"consented_to": consent.TEXT_VERSION, "language": context.edition.code}
        people.set_telegram_language(connection, chat_id, telegram_language)
        diaries.agree(connection, chat_id, services.vault, now, **version)
        return add(connection, chat_id) if add else None

    stored = await context.change(effect)
    if cramp:
        await storing.answer_logged(context, stored, cramp)
    else:
        await context.reply(start(context.edition, context.person))


async def log_now(update: Update, context: BotContext) -> None:
    """Log a cramp of this moment."""
    await storing.log(context, Cramp(context.services.clock(), context.person.zone))


async def log_relieved(update: Update, context: BotContext) -> None:
    """Log the cramp that the person had at their call for relief, at the time of that call, with the tapped pain."""
    pain, muscle, message = min(int(context.match[1]), 10), context.match[2], context.event.effective_message
    if message is None or context.message_ref is None:  # the message with the relief is gone, and its time with it
        await context.reply(start(context.edition, context.person))
        return
    shown_at = message.edit_date or message.date
    called_at = message.date if shown_at - message.date < ONE_NIGHT else shown_at
    at = min(called_at, context.services.clock())
    cramp = Cramp(at, context.person.zone, pain=pain, muscle=Muscle(muscle) if muscle else None)
    await storing.log(context, cramp)


async def log_hour_ago(update: Update, context: BotContext) -> None:
    await storing.log(context, Cramp(context.services.clock() - timedelta(hours=1), context.person.zone))


async def choose_hour(update: Update, context: BotContext) -> None:
    """Offer the hours of last night."""
    hours = read_past("last night", storing.wall_clock(context))
    await storing.log_past_cramp(context, PastCramp(hours))


async def log_at(update: Update, context: BotContext) -> None:
    """Log a cramp at the chosen moment, with the details that a sentence named."""
    if cramp := _decoded(context, context.match[1]):
        await storing.log(context, cramp)
    else:
        await context.stop_spinner()


def _decoded(context: BotContext, data: str) -> Cramp | None:
    """Return the cramp that the data of a button describes; None if no button has such data."""
    try:
        return storing.decode(data, context.person.zone)
    except (ValueError, KeyError):
        return None


async def set_field(update: Update, context: BotContext) -> None:
    """Store an answer, and ask for the next field that is still unknown."""
    number, field, key = int(context.match[1]), context.match[2], context.match[3]
    if key not in context.edition.words(DiaryWords).answers(field):
        await context.stop_spinner()
        return
    value = entry.value_of(field, key)
    await storing.ask_next(context, await storing.change(context, number, **{field: value}), after=field)


async def skip(update: Update, context: BotContext) -> None:
    await storing.ask_next(context, await _pressed(context), after=context.match[2])


async def clear(update: Update, context: BotContext) -> None:
    """Remove what is known of a field, or the note."""
    await storing.change_and_show(context, int(context.match[1]), **{context.match[2]: None})


async def add_details(update: Update, context: BotContext) -> None:
    """Ask for the first field that is still unknown."""
    await storing.ask_next(context, await _pressed(context))


async def ask(update: Update, context: BotContext) -> None:
    """Ask for one field again."""
    draw = partial(question, context.edition, field=context.match[2], zone=context.person.zone)
    await storing.reply(context, await _pressed(context), lambda cramp, notes: draw(cramp=cramp, warnings=notes))


async def show(update: Update, context: BotContext) -> None:
    """Show all that is known of an entry."""
    await context.stop_waiting()
    await storing.show(context, await _pressed(context))


async def _pressed(context: BotContext) -> Cramp | None:
    """Return the entry whose number is in the data of the button."""
    return await storing.read_one(context, int(context.match[1]))


async def undo(update: Update, context: BotContext) -> None:
    """Delete the entry."""
    await context.change(partial(cramps.remove, number=int(context.match[1])))
    await context.reply(deleted(context.edition))


async def ask_time(update: Update, context: BotContext) -> None:
    """Take the next text as the time of an entry."""
    await _ask_text(context, TIME, time_question)


async def ask_note(update: Update, context: BotContext) -> None:
    """Take the next text as a note to an entry."""
    await _ask_text(context, NOTE, note_question)


async def _ask_text(context: BotContext, name: str, draw: Callable[[Edition, Cramp], Draft]) -> None:
    cramp = await _pressed(context)
    if cramp is None:  # awaiting a text would store the number of an entry that is gone
        await storing.show(context, None)
        return
    await context.change(context.await_text(name, str(cramp.number)))
    await context.reply(draw(context.edition, cramp))


async def move(update: Update, context: BotContext) -> None:
    """Set the time of an entry to the moment that was chosen."""
    at, zone = storing.moment(context.match[2]), context.person.zone
    await storing.change_and_show(context, int(context.match[1]), at=at, zone=zone)


async def ask_in_the_morning(update: Update, context: BotContext) -> None:
    """Put the question for the details off until the quiet hours are over."""
    person, now = context.person, context.services.clock()
    cramp = await _pressed(context)
    if cramp is None:
        await storing.show(context, None)
        return
    if person.zone is None:  # the tables of zones have changed since the button was drawn
        await context.stop_spinner()
        return
    due = after_quiet(now, person.zone, person.quiet) + MORNING_AFTER

    def effect(connection: Connection, chat_id: int) -> None:
        deferred.send(connection, MORNING, chat_id, due)

    await context.change(effect)
    await context.reply(Draft(context.edition.words(Words).morning))
