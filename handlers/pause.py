"""A pause: no reminders for some days, or until a date. It ends by itself, and says when."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler
from telegram.ext.filters import ChatType

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model, Placeholders, Text, wording
from bot.content.telegram_html import escape
from bot.messages.sender import Draft
from bot.parsing.dates import read_date
from bot.reminders import rules
from bot.reminders.deferred import Draw, Turn
from bot.store import Connection, deferred, people, plans, schedules
from bot.store.outbox import Due
from bot.store.people import Person
from bot.store.plans import Effect, Plan
from bot.timetable import after_quiet, instant, local
from handlers.reminders import reminder_kind

AWAITING, OVER = "date", "pause.over"
SPANS = (1, 3, 7)
"""Days."""
LONGEST = timedelta(days=366)
PATIENCE = timedelta(minutes=10)
PAGE, IN_A_ROW = 10, 2
LONGEST_QUOTE = 40


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
    paused: Annotated[Text, Placeholders("moment")]
    resumed: Annotated[Text, Placeholders("name", "moment")]
    resumed_quiet: Text
    over: Annotated[Text, Placeholders("name", "moment")]
    over_quiet: Text
    resume_button: Label
    remind_button: Label
    back_button: Label


def question(edition: Edition) -> Draft:
    """For how long it is to be."""
    words = edition.words(Words)
    labels = (words.day_button, words.three_days_button, words.week_button)
    spans = [Button(label, callback_data=f"pause:for:{days}") for label, days in zip(labels, SPANS, strict=True)]
    until = Button(words.date_button, callback_data="pause:dates:0")
    return Draft(words.ask, [spans[:2], [spans[2], until], [_remind(words.remind_button)]])


def dates(edition: Edition, today: date, page: int) -> Draft:
    """Days to come, from the second on, so many to a page."""
    words = edition.words(Words)
    days = [today + timedelta(days=2 + page * PAGE + number) for number in range(PAGE)]
    days = [day for day in days if day - today <= LONGEST]
    buttons = [Button(wording.short_date(edition, day), callback_data=f"pause:until:{day}") for day in days]
    turning = [(words.earlier_button, page - 1)] if page else []
    turning += [(words.later_button, page + 1)] if len(days) == PAGE else []
    return Draft(
        words.which,
        [
            *(buttons[start : start + IN_A_ROW] for start in range(0, len(buttons), IN_A_ROW)),
            [Button(label, callback_data=f"pause:dates:{number}") for label, number in turning],
            [Button(words.back_button, callback_data="pause")],
        ],
    )


def paused(edition: Edition, plan: Plan) -> Draft:
    """That there is a pause, and when it ends."""
    words = edition.words(Words)
    if plan.paused_until is None:
        return resumed(edition, plan)
    moment = wording.end_of_pause(edition, plan.paused_until, plan.zone, plan.now)
    resume = Button(words.resume_button, callback_data="resume")
    return Draft(words.paused.format(moment=moment), [[resume], [_remind(words.remind_button)]])


def resumed(edition: Edition, plan: Plan) -> Draft:
    """That there is no pause any more, and what comes next."""
    words = edition.words(Words)
    return _coming(edition, plan, words.resumed, words.resumed_quiet)


def over(edition: Edition, plan: Plan) -> Draft:
    """The news that a pause has ended by itself, without a sound."""
    words = edition.words(Words)
    return replace(_coming(edition, plan, words.over, words.over_quiet), silent=True)


def _coming(edition: Edition, plan: Plan, text: str, without: str) -> Draft:
    buttons = [[_remind(edition.words(Words).remind_button)]]
    found = plan.first()
    if found is None:
        return Draft(without, buttons)
    kind, due = found
    moment = wording.when(edition, due, plan.zone, plan.now)
    return Draft(text.format(name=escape(edition.reminders[kind].name), moment=moment), buttons)


def _remind(label: str) -> Button:
    return Button(label, callback_data="remind")


def handlers(services: Services) -> list[Handler]:
    """The two commands and the buttons; a date that is typed comes by ``hear``."""
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
    """Ask for how long; who has no reminders needs no pause."""
    await reminder_kind.settle(context)
    plan, words = await reminder_kind.plan_of(context), context.edition.words(Words)
    nothing = Draft(words.nothing, [[_remind(words.remind_button)]])
    await context.reply(question(context.edition) if plan.active and plan.person.zone else nothing)


async def pause_for(update: Update, context: BotContext) -> None:
    """Pause until the same time of the day so many days on."""
    plan = await reminder_kind.plan_of(context)
    if plan.person.zone is None:
        await context.toast()
        return
    there = local(plan.now, plan.zone)
    day = there.date() + timedelta(days=int(context.match[1]))
    await _pause(context, instant(day, there.time().replace(second=0, microsecond=0, tzinfo=None), plan.zone))


async def show_dates(update: Update, context: BotContext) -> None:
    """Offer dates; one may be typed as well."""
    zone, now = context.person.zone, context.services.clock()
    if zone is None:
        await context.toast()
        return
    await context.change(partial(people.expect, awaiting=AWAITING, until=now + PATIENCE))
    await context.reply(dates(context.edition, local(now, zone).date(), int(context.match[1])))


async def pause_until(update: Update, context: BotContext) -> None:
    """Pause until the date that was tapped."""
    until = _beginning_of(context, read_date(context.match[1], date.min))
    if until is None:
        await context.toast()
    else:
        await _pause(context, until)


async def hear(update: Update, context: BotContext) -> None:
    """Take a text as the date until which to pause."""
    text = (context.event.message.text if context.event.message else None) or ""
    zone, words = context.person.zone, context.edition.words(Words)
    if zone is None:
        return
    day = read_date(text, local(context.services.clock(), zone).date())
    if day is None:
        await _not_possible(context, words.not_read.format(text=escape(text[:LONGEST_QUOTE])))
    elif until := _beginning_of(context, day):
        await _pause(context, until)
    else:
        await _not_possible(context, words.not_possible.format(day=wording.date_of(context.edition, day)))


async def _not_possible(context: BotContext, text: str) -> None:
    back = Button(context.edition.words(Words).back_button, callback_data="pause")
    await context.reply(Draft(text, [[back]]))


def _beginning_of(context: BotContext, day: date | None) -> datetime | None:
    """When that day begins (UTC); None if that has been, is further off than a year, or is no day."""
    zone, now = context.person.zone, context.services.clock()
    begins = instant(day, time.min, zone) if day and zone else None
    return begins if begins and now < begins <= now + LONGEST else None


async def _pause(context: BotContext, until: datetime | None) -> None:
    await context.change(_until(context, until))
    await context.reply(paused(context.edition, await reminder_kind.plan_of(context)))


async def resume(update: Update, context: BotContext) -> None:
    """End a pause now."""
    await context.change(_until(context, None))
    await context.reply(resumed(context.edition, await reminder_kind.plan_of(context)))


def _until(context: BotContext, until: datetime | None) -> Effect[Person]:
    now = context.services.clock()

    def effect(connection: Connection, chat_id: int) -> Person:
        person = people.pause(connection, chat_id, until)
        schedules.reckon(connection, chat_id, now)
        deferred.leave(connection, chat_id, None, OVER)
        if until and person.zone:
            deferred.send(connection, OVER, chat_id, after_quiet(until, person.zone, person.quiet))
        return people.expect(connection, chat_id, None)

    return effect


async def announce(services: Services, due: Due) -> Turn | None:
    """That a pause is over: unless there is another one, nothing to come back, or no room today for a message."""
    now, edition = services.clock(), services.content.edition(due.person.language, due.person.told)
    plan = await services.store.read(lambda connection: plans.read(connection, due.chat_id, now))
    if not plan.active or plan.paused_until or plan.person.zone is None:
        return None
    today, wishes = local(now, plan.zone).isoweekday(), [plan.schedules[kind].wish for kind in plan.active]
    return Turn(over(edition, plan)) if rules.number_on(today, wishes) < rules.MOST_A_DAY else None


LATER: dict[str, Draw] = {OVER: announce}
