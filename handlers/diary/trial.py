"""A person's own trial: does stretching before bed help them? They count, and are shown both counts."""

import asyncio
from datetime import date, time, timedelta
from functools import partial
from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.constants import KeyboardButtonStyle as Style
from telegram.ext import CallbackQueryHandler

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model, Paragraph, Placeholders, Text, wording
from bot.diary import trial
from bot.diary.trial import Counts, Phase, Plan
from bot.messages.sender import Draft
from bot.reminders.deferred import Draw, DueMessage
from bot.store import Connection, cramps, deferred, diaries, evenings
from bot.store.claiming import ClaimedRow
from bot.store.diaries import TRIAL_END, TRIAL_STRETCHING
from bot.store.people import Person
from bot.store.vault import SealError
from bot.timetable import Quiet, after_quiet, instant, local
from handlers.diary import consent
from handlers.diary.log import storing

NOTICE_TIME = time(10)
"""When the two messages of a trial come, on the person's clock."""
STRETCH, REMINDER = "stretch:show:evening", "kind:stretch"
"""The routine of the trial, and the reminder of it, as the data of buttons."""


class Words(Model):
    """The offer, and the trial in each of its phases."""

    offer: Text
    no_clock: Text
    counting: Annotated[Text, Placeholders("week", "day", "count")]
    stretching: Annotated[Text, Placeholders("week", "day", "before", "during", "evenings")]
    done: Annotated[
        Text,
        Placeholders("before", "before_per_week", "during", "during_per_week", "evenings", "days", "day", "fewer"),
    ]
    fewer: Paragraph
    begin_button: Label
    again_button: Label
    stop_button: Label
    stretch_button: Label
    reminder_button: Label
    log_button: Label
    clock_button: Label
    back_button: Label


def offer(edition: Edition, zone: str | None) -> Draft:
    """Return what a trial is, with a button to begin one, or to set the time zone that it needs."""
    words = edition.words(Words)
    begin = Button(words.begin_button, callback_data="trial:begin", style=Style.SUCCESS)
    if zone is None:
        return Draft(words.no_clock, [[Button(words.clock_button, callback_data="clock")], [_back(words)]])
    return Draft(words.offer, [[begin], [_back(words)]])


def screen(edition: Edition, plan: Plan, counts: Counts, today: date) -> Draft | None:
    """Return the trial as it is on a local date; None once its result is no longer shown."""
    words = edition.words(Words)
    stop, log = Button(words.stop_button, callback_data="trial:stop"), Button(words.log_button, callback_data="log")
    match plan.phase(today):
        case Phase.COUNTING:
            day = wording.date_of(edition, plan.stretching_from)
            text = words.counting.format(week=plan.week(today), day=day, count=counts.before)
            return Draft(text, [[log], [stop], [_back(words)]])
        case Phase.STRETCHING:
            text = words.stretching.format(
                week=plan.week(today),
                day=wording.date_of(edition, plan.last_day),
                before=counts.before,
                during=counts.during,
                evenings=counts.evenings,
            )
            stretch = Button(words.stretch_button, callback_data=STRETCH)
            reminder = Button(words.reminder_button, callback_data=REMINDER)
            return Draft(text, [[stretch], [reminder], [log], [stop], [_back(words)]])
        case Phase.DONE:
            text = words.done.format(
                before=counts.before,
                before_per_week=wording.decimal(edition, counts.before_per_week),
                during=counts.during,
                during_per_week=wording.decimal(edition, counts.during_per_week),
                evenings=counts.evenings,
                days=trial.STRETCHING.days,
                day=wording.date_of(edition, plan.shown_until),
                fewer=words.fewer.text,
            )
            return Draft(text, [[Button(words.again_button, callback_data="trial:offer")], [_back(words)]])
    return None


def _back(words: Words) -> Button:
    return Button(words.back_button, callback_data="diary")


def handlers(services: Services) -> list[Handler]:
    presses = {"^trial$": show, "^trial:offer$": show_offer, "^trial:begin$": begin, "^trial:stop$": stop}
    return [CallbackQueryHandler(consent.private_handler(handler), pattern) for pattern, handler in presses.items()]


async def show(update: Update, context: BotContext) -> None:
    """Show the trial, or offer one."""
    draft = await _draw_trial(context.services, context.person, context.edition)
    await context.reply(draft or await _draw_offer(context))


async def show_offer(update: Update, context: BotContext) -> None:
    await context.reply(await _draw_offer(context))


async def _draw_offer(context: BotContext) -> Draft:
    if not await consent.has_open(context):
        return consent.introduction(context.edition)
    return offer(context.edition, context.person.zone)


async def begin(update: Update, context: BotContext) -> None:
    """Begin a trial today, in place of an earlier one."""
    person, now = context.person, context.services.clock()
    if person.zone:
        today = local(now, person.zone).date()
        await context.change(partial(_begin, zone=person.zone, quiet=person.quiet, today=today))
    await show(update, context)


def _begin(connection: Connection, chat_id: int, zone: str, quiet: Quiet, today: date) -> None:
    """Store a trial, and when its two messages come: in the morning, and not in the quiet hours."""
    if not diaries.begin_trial(connection, chat_id, today):
        return
    plan = Plan(today)
    moments = {TRIAL_STRETCHING: plan.stretching_from, TRIAL_END: plan.last_day + timedelta(days=1)}
    for kind, day in moments.items():
        if due := instant(day, NOTICE_TIME, zone):
            deferred.send(connection, kind, chat_id, after_quiet(due, zone, quiet))


async def stop(update: Update, context: BotContext) -> None:
    """End the trial. The diary and the reminders stay as they are."""
    await context.change(diaries.end_trial)
    await context.reply(await _draw_offer(context))


async def _draw_trial(services: Services, person: Person, edition: Edition) -> Draft | None:
    """Return a person's trial as it stands now; None without one. Raises ``SealError``."""
    chat_id, zone = person.chat_id, person.zone or "UTC"

    def read(connection: Connection) -> tuple[cramps.SealedCramps | None, int]:
        diary = diaries.read(connection, chat_id)
        if diary is None or not (diary.is_open and diary.trial_began):
            return None, 0
        plan = Plan(diary.trial_began)
        stretched = evenings.count(connection, chat_id, plan.stretching_from, plan.last_day)
        return cramps.read(connection, chat_id, since=plan.began), stretched

    sealed, stretched = await services.store.read(read)
    if sealed is None or sealed.diary.trial_began is None:
        return None
    plan = Plan(sealed.diary.trial_began)
    entries = await storing.opened(services, sealed)
    # In a thread, because counting hundreds of entries would block the event loop.
    counts = await asyncio.to_thread(trial.count, plan, entries, stretched, person.zone)
    return screen(edition, plan, counts, local(services.clock(), zone).date())


async def draw_notice(services: Services, row: ClaimedRow) -> DueMessage | None:
    """Draw the trial on the day on which its second part begins, or its result. Nothing comes in a pause."""
    edition = services.content.edition(row.person.language, row.person.telegram_language)
    if row.person.is_paused(services.clock()):
        return None
    try:
        draft = await _draw_trial(services, row.person, edition)
    except SealError:  # the diary itself tells the person that it cannot be opened
        return None
    return DueMessage(Draft(draft.text, draft.buttons, silent=True)) if draft else None


DEFERRED: dict[str, Draw] = {TRIAL_STRETCHING: draw_notice, TRIAL_END: draw_notice}
