"""Times of one kind of reminder that the person types, one after the other."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import time
from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.ext import CallbackQueryHandler

from bot.app import BotContext, Handler, Services, TextHandler
from bot.content import Edition, Model, Placeholders, Text
from bot.content.telegram_html import escape
from bot.messages.sender import Draft
from bot.parsing.times import read_times
from bot.reminders import service
from bot.reminders.rules import Refusal
from bot.store import Connection
from bot.store.people import Person
from bot.store.snapshots import Snapshot
from bot.timetable import minute_of_day, shifted
from handlers import unknown
from handlers.reminders import reminder_kind, reminder_times

MAX_QUOTE = 40
"""Characters of the person's text that are quoted back."""


class Words(Model):
    """The words around a time that was typed."""

    not_read: Annotated[Text, Placeholders("text")]
    added: Annotated[Text, Placeholders("time")]
    instead: Annotated[Text, Placeholders("time", "reason")]
    there: Annotated[Text, Placeholders("time")]
    which: Annotated[Text, Placeholders("one", "other")]
    more: Text


def handlers(services: Services) -> list[Handler]:
    """Return the handler of the two buttons under the question for the half of the day."""
    return [CallbackQueryHandler(choose_half, rf"^times:half:({service.kind_pattern(services)}):(\d{{1,4}})$")]


def half_question(edition: Edition, kind: str, halves: Sequence[time]) -> Draft:
    """Return the question whether the morning's or the evening's time is meant."""
    one, other = (f"{at:%H:%M}" for at in halves)
    row = [Button(f"{at:%H:%M}", callback_data=f"times:half:{kind}:{minute_of_day(at)}") for at in halves]
    return Draft(edition.words(Words).which.format(one=one, other=other), [row, reminder_times.back_row(edition, kind)])


async def take_time(context: BotContext, text: str, kind: str) -> None:
    """Add the time that a text names, or ask which half of the day it means, or say why it cannot be added."""
    edition = context.edition
    if kind not in edition.reminders:  # the content has changed since the time was asked for
        await context.reply(unknown.not_understood(edition))
        return
    snapshot, times = await service.read_snapshot(context), read_times(text)
    # "9:15" may be two times. If one of them falls into the night, the person means the other.
    night = {Refusal.QUIET, Refusal.BEDTIME}
    halves = [at for at in times if reminder_times.refusal(edition, snapshot, kind, at) not in night] or times
    if not halves:
        answer = edition.words(Words).not_read.format(text=escape(text[:MAX_QUOTE]))
        await context.reply(Draft(answer, [reminder_times.back_row(edition, kind)]))
    elif len(halves) > 1 and not all(reminder_times.refusal(edition, snapshot, kind, at) for at in halves):
        await context.change(context.await_text(reminder_times.TIME, kind))
        await context.reply(half_question(edition, kind, halves))
    else:
        await _add_time(context, snapshot, kind, halves[0], times[0])  # the first is the time on a clock of 24 hours


AWAITING: dict[str, TextHandler] = {reminder_times.TIME: take_time}


async def choose_half(update: Update, context: BotContext) -> None:
    """Add the time of the half of the day that was tapped."""
    if context.person.zone is None:  # all data was deleted after the button was shown
        await reminder_kind.show(update, context)
        return
    chosen = shifted(time.min, int(context.match[2]))
    await _add_time(context, await service.read_snapshot(context), context.match[1], chosen, chosen)


async def _add_time(context: BotContext, snapshot: Snapshot, kind: str, chosen: time, written: time) -> None:
    """Add ``chosen``, and take the next text as one more time.

    ``written`` is what the figures mean on a clock of 24 hours. If it is another time, the answer says why not that.
    """
    edition, ask_more = context.edition, context.await_text(reminder_times.TIME, kind)
    if reminder_times.has_time(snapshot, kind, chosen):
        await context.change(ask_more)
        result = edition.words(Words).there.format(time=f"{chosen:%H:%M}")
    elif refused := reminder_times.refusal_text(edition, snapshot, kind, chosen):
        await context.reply(Draft(refused, [reminder_times.back_row(edition, kind)]))
        return
    else:
        add_time = reminder_times.add_time(context, snapshot, kind, chosen)

        def effect(connection: Connection, chat_id: int) -> Person:
            add_time(connection, chat_id)
            return ask_more(connection, chat_id)

        await context.change(effect)
        result = _added(edition, snapshot, kind, chosen, written)
    await context.reply(_result_screen(edition, await service.read_snapshot(context), kind, result))


def _added(edition: Edition, snapshot: Snapshot, kind: str, chosen: time, written: time) -> str:
    """Return the words for a time that was added, with the reason if it is not the time as written."""
    words, refusal = edition.words(Words), reminder_times.refusal(edition, snapshot, kind, written)
    if chosen == written or refusal is None:
        return words.added.format(time=f"{chosen:%H:%M}")
    reason = reminder_kind.reason(edition, written, refusal, edition.reminders[kind], snapshot.person)
    return words.instead.format(time=f"{chosen:%H:%M}", reason=reason)


def _result_screen(edition: Edition, snapshot: Snapshot, kind: str, result: str) -> Draft:
    """Return the kind's screen below the result, and below whether one more time may be typed."""
    draft = reminder_kind.screen(edition, snapshot, kind)
    has_room = reminder_times.free_times(edition, snapshot, kind)
    more = edition.words(Words).more if has_room else edition.words(reminder_times.Words).full
    return replace(draft, text=f"{result} {more}\n\n{draft.text}")
