"""A pause: no reminders for some days, or until a date. It ends by itself, and the person is told when."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler
from telegram.ext.filters import ChatType

from bot.app import BotContext, Handler, Services, TextHandler
from bot.content import Edition, Label, Model, Placeholders, Text, wording
from bot.content.telegram_html import escape
from bot.messages.sender import Draft, Rows, rows_of
from bot.parsing.dates import read_date
from bot.reminders import rules, service
from bot.reminders.deferred import Draw, DueMessage
from bot.store import Connection, deferred, people, schedules, snapshots
from bot.store.claiming import ClaimedRow
from bot.store.people import Effect, Person
from bot.store.snapshots import Snapshot
from bot.timetable import after_quiet, instant, local

DATE = "date"
"""The awaited text: the date until which to pause."""
PAUSE_OVER = "pause.over"
"""The kind of the deferred message that says that the pause is over."""
SPANS = (1, 3, 7)
"""The lengths of a pause that are offered, in days."""
LONGEST = timedelta(days=366)
FAR = timedelta(days=300)
"""A typed date that is further ahead may be one that has just passed: "9 February" on the tenth."""
DATES_PER_PAGE, DATES_PER_ROW = 10, 2


class Words(Model):
    """The words around a pause."""

    nothing: Text
    ask: Text
    day_button: Label
    three_days_button: Label
    week_button: Label
    date_button: Label
    which: Text
    earlier_button: Label
    later_button: Label
    not_read: Annotated[Text, Placeholders("text")]
    not_possible: Annotated[Text, Placeholders("day")]
    far: Annotated[Text, Placeholders("day", "days")]
    far_button: Label
    other_button: Label
    paused: Annotated[Text, Placeholders("moment")]
    again: Text
    resumed: Annotated[Text, Placeholders("name", "moment")]
    resumed_quiet: Text
    over: Annotated[Text, Placeholders("name", "moment")]
    over_quiet: Text
    resume_button: Label
    remind_button: Label
    back_button: Label


def question(edition: Edition) -> Draft:
    """Return the question for the length of the pause."""
    words = edition.words(Words)
    return Draft(words.ask, [*_lengths(words), [_remind_button(words)]])


def _lengths(words: Words) -> Rows:
    labels = (words.day_button, words.three_days_button, words.week_button)
    spans = [Button(label, callback_data=f"pause:for:{days}") for label, days in zip(labels, SPANS, strict=True)]
    return [spans[:2], [spans[2], Button(words.date_button, callback_data="pause:dates:0")]]


def dates(edition: Edition, today: date, page: int) -> Draft:
    """Return a page of dates to choose from. Page 0 begins the day after tomorrow."""
    words = edition.words(Words)
    first = today + timedelta(days=2 + page * DATES_PER_PAGE)
    days = [day for number in range(DATES_PER_PAGE) if (day := first + timedelta(days=number)) - today <= LONGEST]
    buttons = [Button(wording.short_date(edition, day), callback_data=f"pause:until:{day}") for day in days]
    pages = [(words.earlier_button, page - 1)] if page else []
    pages += [(words.later_button, page + 1)] if len(days) == DATES_PER_PAGE else []
    return Draft(
        words.which,
        [
            *rows_of(buttons, DATES_PER_ROW),
            [Button(label, callback_data=f"pause:dates:{number}") for label, number in pages],
            [Button(words.back_button, callback_data="pause")],
        ],
    )


def far_date(edition: Edition, day: date, today: date) -> Draft:
    """Return the question whether a date more than ``FAR`` ahead is really meant."""
    words = edition.words(Words)
    text = words.far.format(day=wording.full_date(edition, day), days=(day - today).days)
    yes = Button(words.far_button, callback_data=f"pause:until:{day}")
    return Draft(text, [[yes], [Button(words.other_button, callback_data="pause:dates:0")]])


def paused(edition: Edition, snapshot: Snapshot) -> Draft:
    """Return until when the reminders are paused. If they are not, return what comes next."""
    words = edition.words(Words)
    if snapshot.paused_until is None:
        return resumed(edition, snapshot)
    return Draft(_end(edition, snapshot, snapshot.paused_until), [[_resume_button(words)], [_remind_button(words)]])


def still_paused(edition: Edition, snapshot: Snapshot, until: datetime) -> Draft:
    """Return until when the reminders are paused already (UTC), with buttons to end or change the pause."""
    words = edition.words(Words)
    text = f"{_end(edition, snapshot, until)}\n\n{words.again}"
    return Draft(text, [[_resume_button(words)], *_lengths(words), [_remind_button(words)]])


def _end(edition: Edition, snapshot: Snapshot, until: datetime) -> str:
    moment = wording.end_of_pause(edition, until, snapshot.zone, snapshot.now)
    return edition.words(Words).paused.format(moment=moment)


def resumed(edition: Edition, snapshot: Snapshot) -> Draft:
    """Return the news that the person has ended the pause, with the next reminder."""
    words = edition.words(Words)
    return _with_next_reminder(edition, snapshot, words.resumed, words.resumed_quiet)


def ended(edition: Edition, snapshot: Snapshot) -> Draft:
    """Return the news that the pause has ended by itself, with the next reminder. It is sent without a sound."""
    words = edition.words(Words)
    return replace(_with_next_reminder(edition, snapshot, words.over, words.over_quiet), silent=True)


def _with_next_reminder(edition: Edition, snapshot: Snapshot, text: str, text_without: str) -> Draft:
    """Return ``text`` with the next reminder filled in, or ``text_without`` if none is planned."""
    buttons = [[_remind_button(edition.words(Words))]]
    first = snapshot.first()
    if first is None:
        return Draft(text_without, buttons)
    kind, due = first
    moment = wording.when(edition, due, snapshot.zone, snapshot.now)
    return Draft(text.format(name=escape(edition.reminders[kind].name), moment=moment), buttons)


def _resume_button(words: Words) -> Button:
    return Button(words.resume_button, callback_data="resume")


def _remind_button(words: Words) -> Button:
    return Button(words.remind_button, callback_data="remind")


def handlers(services: Services) -> list[Handler]:
    names = services.content.names
    return [
        CommandHandler(names("pause"), ask, ChatType.PRIVATE),
        CommandHandler(names("resume"), resume, ChatType.PRIVATE),
        CallbackQueryHandler(ask, "^pause$"),
        CallbackQueryHandler(resume, "^resume$"),
        CallbackQueryHandler(pause_for, f"^pause:for:({'|'.join(map(str, SPANS))})$"),
        CallbackQueryHandler(show_dates, r"^pause:dates:(\d{1,2})$"),
        CallbackQueryHandler(pause_until, r"^pause:until:(\d{4}-\d\d-\d\d)$"),
    ]


async def ask(update: Update, context: BotContext) -> None:
    """Ask how long the pause should last. If there is one already, say when it ends; without reminders, say so."""
    await context.stop_waiting()
    snapshot, edition = await service.read_snapshot(context), context.edition
    if not snapshot.active or snapshot.person.zone is None:
        words = edition.words(Words)
        await context.reply(Draft(words.nothing, [[_remind_button(words)]]))
    elif snapshot.paused_until:
        await context.reply(still_paused(edition, snapshot, snapshot.paused_until))
    else:
        await context.reply(question(edition))


async def pause_for(update: Update, context: BotContext) -> None:
    if not await pause_days(context, int(context.match[1])):
        await context.stop_spinner()


async def pause_days(context: BotContext, days: int) -> bool:
    """Pause until the same time of day, some days later. Return False if that is not possible."""
    zone, now = context.person.zone, context.services.clock()
    if zone is None or not 1 <= days <= LONGEST.days:
        return False
    wall_clock = local(now, zone).replace(second=0, microsecond=0)
    await _pause(context, instant(wall_clock.date() + timedelta(days=days), wall_clock.time(), zone))
    return True


async def show_dates(update: Update, context: BotContext) -> None:
    """Offer dates. A date may be typed as well."""
    zone, now = context.person.zone, context.services.clock()
    if zone is None:
        await context.stop_spinner()
        return
    await context.change(context.await_text(DATE))
    await context.reply(dates(context.edition, local(now, zone).date(), int(context.match[1])))


async def pause_until(update: Update, context: BotContext) -> None:
    """Pause until the date that was tapped."""
    day = read_date(context.match[1], date.min)  # a date with a year needs no "today"
    if not await pause_to(context, day, is_tapped=True):
        await context.stop_spinner()


async def pause_to(context: BotContext, day: date | None, *, is_tapped: bool = False) -> bool:
    """Pause until a date begins. If it was typed and is far ahead, ask first whether it is meant.

    Return False if there is no date, or if it is past or too far ahead.
    """
    zone, now = context.person.zone, context.services.clock()
    if day is None or zone is None:
        return False
    until = instant(day, time.min, zone)
    if until is None or not now < until <= now + LONGEST:
        return False
    if until - now > FAR and not is_tapped:
        await context.change(context.await_text(DATE))
        await context.reply(far_date(context.edition, day, local(now, zone).date()))
    else:
        await _pause(context, until)
    return True


async def take_date(context: BotContext, text: str, _: str) -> bool | Draft:
    """Pause until the date that a text names."""
    zone, words = context.person.zone, context.edition.words(Words)
    if zone is None:  # the tables of zones have changed since the date was asked for
        return False
    day = read_date(text, local(context.services.clock(), zone).date())
    if await pause_to(context, day):
        return True
    back = [[Button(words.back_button, callback_data="pause")]]
    if day is None:
        return Draft(words.not_read.format(text=wording.quoted(text)), back)
    await context.reply(Draft(words.not_possible.format(day=wording.date_of(context.edition, day)), back))
    return True


AWAITING: dict[str, TextHandler] = {DATE: take_date}


async def _pause(context: BotContext, until: datetime | None) -> None:
    await context.change(set_pause(context, until))
    await context.reply(paused(context.edition, await service.read_snapshot(context)))


async def resume(update: Update, context: BotContext) -> None:
    await context.change(set_pause(context, None))
    await context.reply(resumed(context.edition, await service.read_snapshot(context)))


def set_pause(context: BotContext, until: datetime | None) -> Effect[Person]:
    """Return the effect that pauses all reminders until a moment (UTC). None ends the pause."""
    now = context.services.clock()

    def effect(connection: Connection, chat_id: int) -> Person:
        person = people.pause(connection, chat_id, until)
        schedules.reschedule(connection, chat_id, now)
        # The news that an earlier pause is over would arrive in the middle of a longer one.
        deferred.cancel(connection, chat_id, None, PAUSE_OVER)
        if until and person.zone:
            # A pause until a date ends at midnight, when nobody wants a message.
            deferred.send(connection, PAUSE_OVER, chat_id, after_quiet(until, person.zone, person.quiet))
        return people.set_awaiting(connection, chat_id, None)

    return effect


async def draw_end(services: Services, row: ClaimedRow) -> DueMessage | None:
    """Draw the news that the pause is over.

    Nothing is said if no reminder comes back, if there is another pause, or if the day is full of reminders.
    """
    now, edition = services.clock(), services.content.edition(row.person.language, row.person.telegram_language)
    snapshot = await services.store.read(lambda connection: snapshots.read(connection, row.chat_id, now))
    if not snapshot.active or snapshot.paused_until or snapshot.person.zone is None:
        return None
    today, wishes = local(now, snapshot.zone).isoweekday(), [snapshot.schedules[kind].wish for kind in snapshot.active]
    return DueMessage(ended(edition, snapshot)) if rules.count_on(today, wishes) < rules.MAX_PER_DAY else None


DEFERRED: dict[str, Draw] = {PAUSE_OVER: draw_end}
