"""Sentences about reminders, the pages and the bot itself: each leads to a screen that a command or a button shows too.

``cramp`` hears danger and cramps first. ``unknown`` gives this topic the texts that no other topic awaits.
"""

from collections.abc import Awaitable, Callable
from datetime import time
from typing import NamedTuple

from telegram import Update

from bot.app import BotContext, Handler, Services
from bot.parsing.intent import Intent, Understanding, read_until
from bot.reminders import service
from bot.store.snapshots import Snapshot
from bot.timetable import local
from handlers import blood_tests, erasure, learn, pause, settings, stop, tip
from handlers import help as help_topic
from handlers.reminders import quiet_hours, remind, reminder_kind, reminder_times, weekdays
from handlers.reminders.set_times import set_times
from handlers.timezone import clock

THANKS_REACTION = "❤"
OFF, DAYS, ONLY_A_TIME = "off", "days", "time"
"""The names that rules of the content give to removing a time, to changing weekdays, and to a time without a verb."""
SCREENS: dict[Intent, Callable[[Update, BotContext], Awaitable[None]]] = {
    Intent.TESTS: blood_tests.show,
    Intent.TIP: tip.show,
    Intent.HELP: help_topic.show,
    Intent.RESUME: pause.resume,
    Intent.LANGUAGE: settings.ask_language,
    Intent.CLOCK: clock.show,
    Intent.DELETE: erasure.ask,
}
"""The screens that depend on the intent of a sentence alone."""


def handlers(services: Services) -> list[Handler]:
    """Return no handlers. ``unknown`` calls ``lead``, because only ``unknown`` knows that no topic awaits the text."""
    return []


async def lead(context: BotContext, understanding: Understanding) -> bool:
    """Show the screen that a sentence asks for. Return False if it asks for none."""
    intent = understanding.intent
    if screen := SCREENS.get(intent):
        await screen(context.event, context)
    elif intent is Intent.ASK:
        await context.reply(learn.page(context.edition, understanding.about))
    elif intent is Intent.THANKS:
        await react(context)
    elif intent is Intent.STOP or (intent is Intent.CANCEL and understanding.about):
        kind = understanding.kind if understanding.kind in context.edition.reminders else None
        await stop.stop_reminders(context, kind)
    elif intent is Intent.PAUSE:
        await _pause(context, understanding)
    elif intent is Intent.SETTINGS and understanding.about:
        await quiet_hours.follow_sentence(context, understanding.about, understanding.times)
    elif intent is Intent.SETTINGS:
        await settings.show(context.event, context)
    elif intent is Intent.REMIND:
        await _remind(context, understanding)
    else:
        return False
    return True


async def react(context: BotContext) -> None:
    """Answer thanks with a reaction, which makes no sound."""
    if context.message_ref:
        await context.services.sender.react(context.message_ref, THANKS_REACTION)


async def _pause(context: BotContext, understanding: Understanding) -> None:
    """Pause for the length, or until the date, that the sentence names. Otherwise ask for it."""
    zone, is_paused = context.person.zone, False
    has_reminders = (await service.read_snapshot(context)).active
    if zone and has_reminders and understanding.days:
        is_paused = await pause.pause_days(context, understanding.days)
    elif zone and has_reminders and understanding.until:
        today = local(context.services.clock(), zone).date()
        is_paused = await pause.pause_to(context, read_until(understanding.until, today))
    if not is_paused:
        await pause.ask(context.event, context)


async def _remind(context: BotContext, understanding: Understanding) -> None:
    """Set a kind of reminder to the times that the sentence names. If that is not clear, show what can be chosen."""
    snapshot, edition = await service.read_snapshot(context), context.edition
    kind, names_days = understanding.kind, bool(understanding.weekdays or understanding.other_days)
    if not kind and len(snapshot.active) == 1:
        kind = snapshot.active[0]  # "move it" can only mean the one that is on
    if kind not in edition.reminders:
        await remind.show(context.event, context)
    elif names_days and (kind in snapshot.active or understanding.weekdays != weekdays.EVERY_DAY):
        await weekdays.follow_sentence(context, kind, understanding)
    elif understanding.about == DAYS:
        await reminder_kind.show_if_on(context, kind, weekdays.weekdays, awaiting=kind)
    elif understanding.about == OFF:
        await reminder_kind.show_if_on(context, kind, reminder_times.times_list, awaiting=kind)
    elif move := _move(snapshot, kind, understanding):
        await set_times(context, kind, [move.to], replacing=move.old)
    elif _is_clear(snapshot, kind, understanding):
        await set_times(context, kind, understanding.times)
    else:
        await reminder_kind.show_kind(context, kind)


class Move(NamedTuple):
    """A time of a reminder (``old``), and the meanings of the time that is to replace it (``to``)."""

    old: time
    to: tuple[time, ...]


def _move(snapshot: Snapshot, kind: str, understanding: Understanding) -> Move | None:
    """Return the move that a sentence asks for, if it names one time that the kind has and one that the kind lacks.

    So "21:30 to 21:15" and "21:15 instead of 21:30" are the same move.
    """
    wish = snapshot.wish(kind)
    if wish is None or kind not in snapshot.active or len(understanding.times) != 2:  # noqa: PLR2004 - from and to
        return None
    old = [next((at for at in wish.times if at in meanings), None) for meanings in understanding.times]
    match old:
        case [time() as at, None]:
            return Move(at, understanding.times[1])
        case [None, time() as at]:
            return Move(at, understanding.times[0])
        case _:
            return None


def _is_clear(snapshot: Snapshot, kind: str, understanding: Understanding) -> bool:
    """Return whether a sentence says to which times a kind is to be set.

    Several times are not clear if the kind has one of them already: in "10 instead of 9", 9 is to be replaced.
    """
    wish = snapshot.wish(kind)
    current = wish.times if wish and kind in snapshot.active else ()
    named = [at for meaning in understanding.times for at in meaning]
    is_all_new = len(understanding.times) == 1 or not set(named) & set(current)
    return bool(named) and understanding.about != ONLY_A_TIME and is_all_new
