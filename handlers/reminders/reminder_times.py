"""The times of one kind of reminder, changed, added and removed by tapping. ``typed_times`` handles typed times."""

from dataclasses import replace
from datetime import time
from functools import partial
from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.ext import CallbackQueryHandler

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model, Placeholders, Text
from bot.content.telegram_html import escape
from bot.messages.sender import Draft, rows_of
from bot.reminders import rules, service
from bot.reminders.time_codes import decode, encode
from bot.store.schedules import Wish
from bot.store.snapshots import Snapshot
from bot.timetable import sorted_times
from handlers.reminders import reminder_kind

ADD = "add"
"""The detail of an awaited time that is to be added. To replace a time, the detail is that time."""
PER_ROW = 4
"""How many hours or times stand in a row of buttons."""
NEIGHBOURS = 8
"""How many times are offered to replace one."""
ONE = r"[a-x][0-5]\d"
"""A pattern of one time in the data of a button."""


class Words(Model):
    """The words around changing, adding and removing a time."""

    change: Annotated[Text, Placeholders("name", "time")]
    listed: Annotated[Text, Placeholders("name")]
    which_hour: Annotated[Text, Placeholders("name")]
    which_minute: Annotated[Text, Placeholders("name", "hour")]
    full: Text
    other_hour_button: Label
    remove_button: Annotated[Label, Placeholders("time")]
    back_button: Label


def change_question(edition: Edition, snapshot: Snapshot, kind: str, old: time) -> Draft:
    """Return the question for the time that takes the place of ``old``, with the times that are nearest to it."""
    words, wish = edition.words(Words), snapshot.schedules[kind].wish
    kept = _without(wish, old)
    free = rules.free_by_distance(old, edition.reminders[kind], kept, snapshot.person, snapshot.others(kind))
    nearest = [at for at in free if at != old][:NEIGHBOURS]
    buttons = [
        Button(f"{at:%H:%M}", callback_data=f"times:set:{kind}:{encode(rules.with_time(kept, at).times)}")
        for at in sorted(nearest)
    ]
    others = [Button(words.other_hour_button, callback_data=f"times:hours:{kind}:{encode([old])}")]
    if kept.times:
        label = words.remove_button.format(time=f"{old:%H:%M}")
        others.append(Button(label, callback_data=f"times:set:{kind}:{encode(kept.times)}"))
    text = words.change.format(name=_name(edition, kind), time=f"{old:%H:%M}")
    return Draft(text, [*rows_of(buttons, PER_ROW), others, back_row(edition, kind)])


def times_list(edition: Edition, snapshot: Snapshot, kind: str) -> Draft:
    """Return the times of a kind that is on, each with a button to remove it. A single time can only be changed."""
    words, wish = edition.words(Words), snapshot.schedules[kind].wish
    if len(wish.times) == 1:
        return change_question(edition, snapshot, kind, wish.times[0])
    buttons = [
        Button(
            words.remove_button.format(time=f"{at:%H:%M}"),
            callback_data=f"times:set:{kind}:{encode(_without(wish, at).times)}",
        )
        for at in wish.times
    ]
    text = words.listed.format(name=_name(edition, kind))
    return Draft(text, [*rows_of(buttons, 2), back_row(edition, kind)])


def hour_question(edition: Edition, snapshot: Snapshot, kind: str, old: time | None = None) -> Draft:
    """Return the question for the hour of the new time. The new time is added, or replaces ``old``."""
    words, free = edition.words(Words), _free_times(edition, snapshot, kind, old)
    suffix = f":{encode([old])}" if old else ""
    buttons = [Button(f"{hour:02}", callback_data=f"times:minutes:{kind}:{hour}{suffix}") for hour in free]
    text = words.which_hour.format(name=_name(edition, kind)) if free else words.full
    return Draft(text, [*rows_of(buttons, PER_ROW), back_row(edition, kind)])


def minute_question(edition: Edition, snapshot: Snapshot, kind: str, hour: int, old: time | None = None) -> Draft:
    """Return the question for a time within an hour. If the hour has no free time left, ask for another hour."""
    words, wish = edition.words(Words), snapshot.schedules[kind].wish
    times = [time(hour, minute) for minute in _free_times(edition, snapshot, kind, old).get(hour, [])]
    if not times:
        return hour_question(edition, snapshot, kind, old)
    kept = _without(wish, old)
    buttons = [
        Button(f"{at:%H:%M}", callback_data=f"times:set:{kind}:{encode(rules.with_time(kept, at).times)}")
        for at in times
    ]
    text = words.which_minute.format(name=_name(edition, kind), hour=f"{hour:02}")
    back = Button(words.back_button, callback_data=f"times:hours:{kind}{f':{encode([old])}' if old else ''}")
    return Draft(text, [buttons, [back]])


def _free_times(edition: Edition, snapshot: Snapshot, kind: str, old: time | None) -> dict[int, list[int]]:
    """Return the times that can be added, or take the place of ``old``, as lists of minutes by hour."""
    wish = _without(snapshot.schedules[kind].wish, old)
    return rules.free_times(edition.reminders[kind], wish, snapshot.person, snapshot.others(kind))


def _without(wish: Wish, old: time | None) -> Wish:
    return replace(wish, times=sorted_times(at for at in wish.times if at != old))


def _name(edition: Edition, kind: str) -> str:
    return f"<b>{escape(edition.reminders[kind].name)}</b>"


def back_row(edition: Edition, kind: str) -> list[Button]:
    """Return the row with the way back to the screen of the kind."""
    return [Button(edition.words(Words).back_button, callback_data=f"kind:{kind}")]


def handlers(services: Services) -> list[Handler]:
    kinds = service.kind_pattern(services)
    return [
        CallbackQueryHandler(show, f"^times:({kinds})$"),
        CallbackQueryHandler(ask_change, f"^times:change:({kinds}):({ONE})$"),
        CallbackQueryHandler(ask_hour, f"^times:hours:({kinds})(?::({ONE}))?$"),
        CallbackQueryHandler(ask_minute, rf"^times:minutes:({kinds}):(\d|1\d|2[0-3])(?::({ONE}))?$"),
    ]


async def show(update: Update, context: BotContext) -> None:
    """Show the times, so that one can be removed."""
    await reminder_kind.show_if_on(context, context.match[1], times_list, awaiting=context.match[1])


async def ask_change(update: Update, context: BotContext) -> None:
    """Ask for the time that takes the place of the one that was tapped. It may be typed as well."""
    kind, code = context.match[1], context.match[2]
    (old,) = decode(code)

    def draw(edition: Edition, snapshot: Snapshot, kind: str) -> Draft:
        if old in snapshot.schedules[kind].wish.times:
            return change_question(edition, snapshot, kind, old)
        return reminder_kind.screen(edition, snapshot, kind)  # the time has changed since the button was shown

    await reminder_kind.show_if_on(context, kind, draw, awaiting=f"{kind}.{code}")


async def ask_hour(update: Update, context: BotContext) -> None:
    """Ask for the hour of a time that is added, or that replaces another. The time may be typed as well."""
    kind, code = context.match[1], context.match[2]
    old = decode(code)[0] if code else None
    draw = partial(hour_question, old=old)
    await reminder_kind.show_if_on(context, kind, draw, awaiting=f"{kind}.{code or ADD}")


async def ask_minute(update: Update, context: BotContext) -> None:
    kind, hour, code = context.match[1], int(context.match[2]), context.match[3]
    old = decode(code)[0] if code else None
    await reminder_kind.show_if_on(context, kind, partial(minute_question, hour=hour, old=old))
