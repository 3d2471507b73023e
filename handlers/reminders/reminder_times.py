"""The times of one kind of reminder, added and removed by tapping. ``typed_times`` handles typed times."""

from dataclasses import replace
from datetime import time
from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.ext import CallbackQueryHandler

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model, Placeholders, Text, Toast
from bot.content.telegram_html import escape
from bot.messages.sender import Draft
from bot.reminders import rules, service
from bot.reminders.rules import Refusal
from bot.store.people import Effect, Person
from bot.store.schedules import Wish
from bot.store.snapshots import Snapshot
from bot.timetable import minute_of_day, shifted, sorted_times
from handlers.reminders import reminder_kind

TIME = "time"
"""The awaited text: one more time of the kind that is its detail. ``typed_times`` handles it."""
PER_ROW = 4
"""How many hours stand in a row of buttons."""


class Words(Model):
    """The words around the list of times, and around adding and removing one."""

    listed: Annotated[Text, Placeholders("name")]
    which_hour: Annotated[Text, Placeholders("name")]
    which_minute: Annotated[Text, Placeholders("name", "hour")]
    full: Text
    gone: Toast
    last: Toast
    remove_button: Annotated[Label, Placeholders("time")]
    add_button: Label
    back_button: Label


def times_list(edition: Edition, snapshot: Snapshot, kind: str) -> Draft:
    """Return the times of a kind that is on, each with a button to remove it, and the way to add one."""
    words, wish = edition.words(Words), snapshot.schedules[kind].wish
    buttons = [
        Button(words.remove_button.format(time=f"{at:%H:%M}"), callback_data=f"times:remove:{kind}:{minute_of_day(at)}")
        for at in wish.times
    ]
    text = f"{words.listed.format(name=_name(edition, kind))}\n{reminder_kind.clock_times(wish.times)}"
    if free_times(edition, snapshot, kind):
        buttons.append(Button(words.add_button, callback_data=f"times:hours:{kind}"))
    else:
        text += f"\n\n{words.full}"
    return Draft(text, [*_rows(buttons, 2), back_row(edition, kind)])


def hour_question(edition: Edition, snapshot: Snapshot, kind: str) -> Draft:
    """Return the question for an hour in which one more time is possible."""
    words, free = edition.words(Words), free_times(edition, snapshot, kind)
    buttons = [Button(f"{hour:02}", callback_data=f"times:minutes:{kind}:{hour}") for hour in free]
    text = words.which_hour.format(name=_name(edition, kind)) if free else words.full
    return Draft(text, [*_rows(buttons, PER_ROW), back_row(edition, kind)])


def minute_question(edition: Edition, snapshot: Snapshot, kind: str, hour: int) -> Draft:
    """Return the question for a time within an hour, or for another hour if this one is full by now."""
    words = edition.words(Words)
    times = [time(hour, minute) for minute in free_times(edition, snapshot, kind).get(hour, [])]
    if not times:
        return hour_question(edition, snapshot, kind)
    buttons = [Button(f"{at:%H:%M}", callback_data=f"times:add:{kind}:{minute_of_day(at)}") for at in times]
    text = words.which_minute.format(name=_name(edition, kind), hour=f"{hour:02}")
    return Draft(text, [buttons, [Button(words.back_button, callback_data=f"times:hours:{kind}")]])


def free_times(edition: Edition, snapshot: Snapshot, kind: str) -> dict[int, list[int]]:
    """Return the times that can still be added by tapping, as lists of minutes by hour."""
    wish = _current_wish(edition, snapshot, kind)
    return rules.free_times(edition.reminders[kind], wish, snapshot.person, snapshot.others(kind))


def refusal(edition: Edition, snapshot: Snapshot, kind: str, chosen: time) -> Refusal | None:
    """Return why a time cannot be added to a kind, or None if it can."""
    wish = _current_wish(edition, snapshot, kind)
    return rules.refusal(chosen, edition.reminders[kind], wish, snapshot.person, snapshot.others(kind))


def refusal_text(edition: Edition, snapshot: Snapshot, kind: str, chosen: time) -> str | None:
    """Return the words for why a time cannot be added, as HTML, or None if it can."""
    why = refusal(edition, snapshot, kind, chosen)
    if why is None:
        return None
    return reminder_kind.reason(edition, chosen, why, edition.reminders[kind], snapshot.person)


def _current_wish(edition: Edition, snapshot: Snapshot, kind: str) -> Wish:
    """Return the wish that one more time is added to. The old times of a kind that is off do not count."""
    if kind in snapshot.active:
        return snapshot.schedules[kind].wish
    return replace(snapshot.wish(kind) or rules.without_times(edition.reminders[kind]), times=())


def _name(edition: Edition, kind: str) -> str:
    return f"<b>{escape(edition.reminders[kind].name)}</b>"


def _rows(buttons: list[Button], width: int) -> list[list[Button]]:
    return [buttons[start : start + width] for start in range(0, len(buttons), width)]


def back_row(edition: Edition, kind: str) -> list[Button]:
    """Return the row with the way back to the screen of the kind."""
    return [Button(edition.words(Words).back_button, callback_data=f"kind:{kind}")]


def handlers(services: Services) -> list[Handler]:
    kinds = service.kind_pattern(services)
    return [
        CallbackQueryHandler(show, f"^times:({kinds})$"),
        CallbackQueryHandler(ask_hour, f"^times:hours:({kinds})$"),
        CallbackQueryHandler(ask_minute, rf"^times:minutes:({kinds}):(\d|1\d|2[0-3])$"),
        CallbackQueryHandler(add, rf"^times:add:({kinds}):(\d{{1,4}})$"),
        CallbackQueryHandler(remove, rf"^times:remove:({kinds}):(\d{{1,4}})$"),
    ]


async def show(update: Update, context: BotContext) -> None:
    await context.stop_waiting()
    await reminder_kind.show_if_on(context, context.match[1], times_list)


async def ask_hour(update: Update, context: BotContext) -> None:
    """Ask for an hour, or take a typed time. Without a time zone, the kind has to be turned on first."""
    if context.person.zone is None:
        await reminder_kind.show(update, context)
        return
    kind = context.match[1]
    await context.change(context.await_text(TIME, kind))
    await context.reply(hour_question(context.edition, await service.read_snapshot(context), kind))


async def ask_minute(update: Update, context: BotContext) -> None:
    kind, hour = context.match[1], int(context.match[2])
    await context.reply(minute_question(context.edition, await service.read_snapshot(context), kind, hour))


async def add(update: Update, context: BotContext) -> None:
    """Add the time that was tapped, or say why it is refused by now."""
    if context.person.zone is None:  # all data was deleted after the button was shown
        await reminder_kind.show(update, context)
        return
    kind, chosen = context.match[1], shifted(time.min, int(context.match[2]))
    snapshot, refused = await service.read_snapshot(context), None
    # A second tap on the same button must not say that the time is too near to itself.
    if not has_time(snapshot, kind, chosen):
        refused = refusal_text(context.edition, snapshot, kind, chosen)
        if not refused:
            await context.change(add_time(context, snapshot, kind, chosen))
    draft = reminder_kind.screen(context.edition, await service.read_snapshot(context), kind)
    await context.reply(replace(draft, text=f"{refused}\n\n{draft.text}") if refused else draft)


def has_time(snapshot: Snapshot, kind: str, chosen: time) -> bool:
    """Return whether a kind is on and has this time already."""
    return kind in snapshot.active and chosen in snapshot.schedules[kind].wish.times


def add_time(context: BotContext, snapshot: Snapshot, kind: str, chosen: time) -> Effect[Person]:
    """Return the effect that adds a time to a kind, which turns the kind on if it is off."""
    wish = _current_wish(context.edition, snapshot, kind)
    # A kind that is off cannot just be changed: turning it on is a consent.
    longer = replace(wish, times=sorted_times((*wish.times, chosen)))
    return (service.change_wish if kind in snapshot.active else service.turn_on)(context, kind, longer)


async def remove(update: Update, context: BotContext) -> None:
    """Remove a time. The last one stays, because a kind is turned off with its own button."""
    kind, removed = context.match[1], shifted(time.min, int(context.match[2]))
    wish, words = (await service.read_snapshot(context)).wish(kind), context.edition.words(Words)
    toast = None
    if wish is None or removed not in wish.times:
        toast = words.gone
    elif len(wish.times) == 1:
        toast = words.last
    else:
        kept = replace(wish, times=tuple(at for at in wish.times if at != removed))
        await context.change(service.change_wish(context, kind, kept))
    await reminder_kind.show_if_on(context, kind, times_list, toast)
