"""The answers to a reminder. Each edits the reminder and sends nothing new."""

from datetime import datetime, timedelta
from functools import partial
from typing import Annotated

from telegram import Update
from telegram.ext import CallbackQueryHandler

from bot.app import BotContext, Handler, Services
from bot.content import Alert, Answers, Edition, Placeholders, Text, wording
from bot.content.telegram_html import escape
from bot.messages.sender import Draft
from bot.reminders import service
from bot.reminders.rendering import HOUR, QUARTER, buttons, later_buttons
from bot.store import Connection, answers, people
from bot.store.answers import SentReminder
from bot.store.evenings import Evenings
from bot.store.snapshots import Snapshot
from bot.timetable import is_quiet, local
from handlers import stop, stretch
from handlers.stretch import evenings

OLD = timedelta(days=1)
"""A reminder that was due longer ago belongs to another day. Only its kind can still be turned off."""
EVENING = timedelta(hours=6)
"""For this long after a reminder, "Not today" means the day of the reminder, even past midnight."""


class Words(Answers):
    """The buttons below every reminder, and the replies to them."""

    done: Annotated[Text, Placeholders("name", "time")]
    later: Annotated[Text, Placeholders("name", "time")]
    skipped: Annotated[Text, Placeholders("name")]
    skipped_night: Annotated[Text, Placeholders("name")]
    answered: Alert
    old: Alert
    unknown: Alert
    off: Alert
    quiet: Alert


def answered(edition: Edition, kind: str, answer: str, at: str = "", week: Evenings | None = None) -> Draft:
    """Return what a reminder is replaced with once it is answered. Nothing is left to tap.

    Args:
        edition: The content in the person's language.
        kind: The kind of reminder. It may be missing from the content by now.
        answer: ``done``, ``later``, ``skip``, or ``night`` for a skip after midnight.
        at: When it was done, or until when it is put off, on the person's clock.
        week: The evenings of the last week, if this kind counts them.
    """
    words = edition.words(Words)
    text = {"done": words.done, "later": words.later, "skip": words.skipped, "night": words.skipped_night}[answer]
    block = edition.reminders.get(kind)
    name = f"<b>{escape(block.name if block else kind)}</b>"
    text = text.format(name=name) if answer in {"skip", "night"} else text.format(name=name, time=at)
    count = evenings.line(edition, week) if week else None
    return Draft(f"{text}\n{count}" if count else text)


def handlers(services: Services) -> list[Handler]:
    # 18 digits always fit into the 64-bit integers of the database, even in a made-up button.
    return [
        CallbackQueryHandler(start, r"^answer:start:(\d{1,18})$"),
        CallbackQueryHandler(done, r"^answer:done:(\d{1,18})$"),
        CallbackQueryHandler(offer_later, r"^answer:later:(\d{1,18})$"),
        CallbackQueryHandler(go_back, r"^answer:back:(\d{1,18})$"),
        CallbackQueryHandler(later, rf"^answer:later:(\d{{1,18}}):({QUARTER}|{HOUR})$"),
        CallbackQueryHandler(skip, r"^answer:skip:(\d{1,18})$"),
        CallbackQueryHandler(stop_kind, r"^answer:stop:(\d{1,18})$"),
    ]


async def _find_reminder(context: BotContext, *, may_be_old: bool = False) -> tuple[SentReminder, str] | None:
    """Return the person's own reminder whose button was pressed, and their time zone.

    If the reminder cannot be answered any more, say why and return None.
    """
    chat_id, number = context.sender_id, int(context.match[1])
    reminder = await context.services.store.read(lambda connection: answers.find(connection, chat_id, number))
    words = context.edition.words(Words)
    if reminder is None or context.person.zone is None:
        await context.alert(words.unknown)
        return None
    if not may_be_old and context.services.clock() - reminder.due_at > OLD:
        await context.alert(words.old)
        return None
    return reminder, context.person.zone


async def _store_answer(context: BotContext, reminder: SentReminder, zone: str, answer: str, moment: datetime) -> None:
    """Store the answer and what follows from it, and show it. A second answer to the same reminder changes nothing.

    Args:
        context: The press.
        reminder: The reminder.
        zone: The person's time zone.
        answer: As for ``answered``.
        moment: When it was done, or until when it is put off (UTC).
    """
    now = context.services.clock()
    block = context.edition.reminders.get(reminder.kind)
    is_evening = answer == "done" and block is not None and block.guided is not None

    def effect(connection: Connection, chat_id: int) -> tuple[bool, bool]:
        is_first = answers.record(connection, reminder, "skip" if answer == "night" else answer)
        if is_first and answer == "later":
            answers.snooze(connection, reminder, moment)
        if is_first and answer in {"skip", "night"}:
            answers.skip_day(connection, reminder, zone, now)
        person = people.get(connection, chat_id)
        return is_first, is_first and is_evening and evenings.log(connection, reminder.kind, person, now)

    # None means that an earlier try of this press stored the answer, so that only the reply is missing.
    is_first, is_review = await context.change(effect) or (True, False)
    if not is_first:
        await context.alert(context.edition.words(Words).answered)
        return
    week = None
    if is_evening:
        week = await context.services.store.read(partial(evenings.read, person=context.person, now=now))
    draft = answered(context.edition, reminder.kind, answer, wording.clock(moment, zone), week)
    if is_review:
        draft = evenings.with_review(draft, context.edition, reminder.kind)
    await context.reply(draft)


async def start(update: Update, context: BotContext) -> None:
    """Begin the routine of the reminder, in the message of the reminder."""
    pressed, place = await _find_reminder(context), context.message_ref
    if pressed is None or place is None:
        return
    reminder, _ = pressed
    block = context.edition.reminders.get(reminder.kind)
    if block is None or block.guided is None:
        await context.alert(context.edition.words(Words).unknown)
    elif reminder.answer:
        await context.alert(context.edition.words(Words).answered)
    else:
        await stretch.begin(context, place, block.guided, reminder)


async def done(update: Update, context: BotContext) -> None:
    if pressed := await _find_reminder(context):
        await _store_answer(context, *pressed, "done", context.services.clock())


async def offer_later(update: Update, context: BotContext) -> None:
    """Offer to put the reminder off, for as long as is possible now."""
    pressed = await _find_reminder(context)
    if pressed is None:
        return
    reminder, _ = pressed
    words, snapshot = context.edition.words(Words), await service.read_snapshot(context)
    objections = {minutes: _objection(words, snapshot, reminder, minutes) for minutes in (QUARTER, HOUR)}
    possible = [minutes for minutes, objection in objections.items() if objection is None]
    if reminder.answer:
        await context.alert(words.answered)
    elif possible:
        await context.reply_with_buttons(later_buttons(context.edition.answers, reminder.id, possible))
    else:
        await context.alert(objections[QUARTER] or "")


async def go_back(update: Update, context: BotContext) -> None:
    """Show the answers again after "Later" was tapped."""
    if pressed := await _find_reminder(context, may_be_old=True):
        reminder, _ = pressed
        block = context.edition.reminders.get(reminder.kind)
        page, guided = (block.page, bool(block.guided)) if block else (None, False)
        await context.reply_with_buttons(buttons(context.edition.answers, page, str(reminder.id), guided=guided))


async def later(update: Update, context: BotContext) -> None:
    """Put the reminder off. It may then come in the quiet hours, because the person chose so, but only once."""
    pressed = await _find_reminder(context)
    if pressed is None:
        return
    (reminder, zone), minutes = pressed, int(context.match[2])
    words, snapshot = context.edition.words(Words), await service.read_snapshot(context)
    if objection := _objection(words, snapshot, reminder, minutes):
        await context.alert(objection)
    else:
        await _store_answer(context, reminder, zone, "later", snapshot.now + timedelta(minutes=minutes))


def _objection(words: Words, snapshot: Snapshot, reminder: SentReminder, minutes: int) -> str | None:
    """Return why a reminder cannot be put off by ``minutes``, or None if it can."""
    if reminder.kind not in snapshot.active:
        return words.off
    was_put_off = reminder.local_date is None  # only what the schedule planned has a local date
    until = local(snapshot.now + timedelta(minutes=minutes), snapshot.zone).time()
    return words.quiet if was_put_off and is_quiet(until, snapshot.person.quiet) else None


async def skip(update: Update, context: BotContext) -> None:
    """Send no more of this kind today. Shortly after midnight, "today" is still the day of the reminder.

    On a reminder of an earlier day, the button does not say which day it means. Then only the reaction is stored.
    """
    pressed = await _find_reminder(context)
    if pressed is None:
        return
    (reminder, zone), now = pressed, context.services.clock()
    is_today = answers.local_date(reminder, zone) == local(now, zone).date()
    if is_today or now - reminder.due_at <= EVENING:
        await _store_answer(context, reminder, zone, "skip" if is_today else "night", now)
    else:
        await service.note_answer(context, reminder.kind)
        await context.alert(context.edition.words(Words).old)


async def stop_kind(update: Update, context: BotContext) -> None:
    """Turn the kind off, however old the reminder is."""
    if pressed := await _find_reminder(context, may_be_old=True):
        reminder, _ = pressed
        await stop.stop_reminders(context, reminder.kind, reminder)
