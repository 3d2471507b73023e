"""The screen of one kind of reminder: what the person has chosen for it, and the buttons to change that."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import time
from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.constants import KeyboardButtonStyle as Style
from telegram.ext import CallbackQueryHandler

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model, Placeholders, Reminder, Text, wording
from bot.content.telegram_html import escape
from bot.messages.sender import Draft, Rows, rows_of
from bot.reminders import rules, service
from bot.reminders.rules import Refusal, Start
from bot.reminders.time_codes import encode
from bot.store.people import Person
from bot.store.schedules import Wish
from bot.store.snapshots import Snapshot
from handlers import stop

TIMES_PER_ROW = 4


class Words(Model):
    """The words on the screen of one kind, and the reasons why a time is refused."""

    off: Annotated[Text, Placeholders("name")]
    times_line: Annotated[Text, Placeholders("times", "days")]
    silent_line: Text
    sound_line: Text
    unsent_line: Annotated[Text, Placeholders("times")]
    paused_line: Annotated[Text, Placeholders("moment")]
    next_line: Annotated[Text, Placeholders("moment")]
    hint: Text
    turned_on: Annotated[Text, Placeholders("name")]
    nearest: Annotated[Text, Placeholders("time")]
    quiet: Annotated[Text, Placeholders("time", "start", "end")]
    bedtime: Annotated[Text, Placeholders("time", "hours", "bedtime")]
    near: Annotated[Text, Placeholders("time")]
    at_most: Annotated[Text, Placeholders("time", "most")]
    total: Annotated[Text, Placeholders("time", "total")]
    add_button: Label
    days_button: Label
    silence_button: Label
    sound_button: Label
    on_button: Label
    off_button: Label
    undo_button: Label
    back_button: Label


def clock_times(times: Iterable[time]) -> str:
    """Return local times in one line: ``"09:00, 15:30"``."""
    return ", ".join(f"{at:%H:%M}" for at in times)


def reason(edition: Edition, at: time, refusal: Refusal, block: Reminder, person: Person) -> str:
    """Return the words for why a local time is refused, as HTML."""
    words, refused, (start, end) = edition.words(Words), f"{at:%H:%M}", person.quiet
    match refusal:
        case Refusal.QUIET:
            return words.quiet.format(time=refused, start=f"{start:%H:%M}", end=f"{end:%H:%M}")
        case Refusal.BEDTIME:
            bedtime = f"{person.local_bedtime:%H:%M}"
            return words.bedtime.format(time=refused, hours=block.hours_before_bed, bedtime=bedtime)
        case Refusal.NEAR:
            return words.near.format(time=refused)
        case Refusal.KIND_FULL:
            return words.at_most.format(time=refused, most=block.most)
        case Refusal.DAY_FULL:
            return words.total.format(time=refused, total=rules.MAX_PER_DAY)


def screen(edition: Edition, snapshot: Snapshot, kind: str, note: str = "", undo: str = "") -> Draft:
    """Return the screen of a kind: what is chosen for it, or the way to turn it on.

    Args:
        edition: The content in the person's language.
        snapshot: The person's reminders.
        kind: The kind.
        note: HTML to put above it, such as what has just changed.
        undo: The data of a button that undoes that change.
    """
    words = edition.words(Words)
    if kind in snapshot.active:
        text = f"{description(edition, snapshot, kind)}\n{words.hint}"
        return Draft(f"{note}\n\n{text}" if note else text, _buttons(edition, snapshot, kind, undo))
    block = edition.reminders[kind]
    lines = [note] if note else []
    lines.append(words.off.format(name=f"<b>{escape(block.name)}</b>"))
    start = rules.start(block, snapshot.person, snapshot.wish(kind), snapshot.others(kind))
    rows = [[Button(words.back_button, callback_data="remind")]]
    if start.wish.times:
        rows.insert(0, [Button(words.on_button, callback_data=f"remind:on:{kind}", style=Style.SUCCESS)])
    else:
        at, why = start.refused[0]
        lines.append(reason(edition, at, why, block, snapshot.person))
    return Draft("\n".join(lines), rows)


def description(edition: Edition, snapshot: Snapshot, kind: str) -> str:
    """Return what is chosen for a kind that is on, and when it comes next, as lines of HTML."""
    words, wish = edition.words(Words), snapshot.schedules[kind].wish
    lines = [f"<b>{escape(edition.reminders[kind].name)}</b>", summary(edition, wish)]
    if unsent := rules.unsent_times(wish, snapshot.person):
        lines.append(words.unsent_line.format(times=clock_times(unsent)))
    if snapshot.paused_until:
        moment = wording.end_of_pause(edition, snapshot.paused_until, snapshot.zone, snapshot.now)
        lines.append(words.paused_line.format(moment=moment))
    if due := snapshot.next_due(kind):
        lines.append(words.next_line.format(moment=wording.when(edition, due, snapshot.zone, snapshot.now)))
    return "\n".join(lines)


def _buttons(edition: Edition, snapshot: Snapshot, kind: str, undo: str) -> Rows:
    """Return a button for each time, and below them what else can be changed."""
    words, wish = edition.words(Words), snapshot.schedules[kind].wish
    times = [Button(f"{at:%H:%M}", callback_data=f"times:change:{kind}:{encode([at])}") for at in wish.times]
    sound = words.sound_button if wish.silent else words.silence_button
    others = [
        Button(words.days_button, callback_data=f"days:{kind}"),
        Button(sound, callback_data=f"kind:sound:{kind}"),
        Button(words.off_button, callback_data=f"kind:off:{kind}"),
        Button(words.back_button, callback_data="remind"),
    ]
    if rules.free_times(edition.reminders[kind], wish, snapshot.person, snapshot.others(kind)):
        others.insert(0, Button(words.add_button, callback_data=f"times:hours:{kind}"))
    if undo:
        others.insert(0, Button(words.undo_button, callback_data=undo))
    return [*rows_of(times, TIMES_PER_ROW), *rows_of(others, 2)]


def start_note(edition: Edition, kind: str, start: Start, person: Person) -> str:
    """Return the news that a kind is on, and which wanted times it could not get, as HTML. Empty if it is not on."""
    if not start.wish.times:
        return ""
    turned_on = edition.words(Words).turned_on.format(name=f"<b>{escape(edition.reminders[kind].name)}</b>")
    return "\n".join([turned_on, *moved_lines(edition, kind, start, person)])


def moved_lines(edition: Edition, kind: str, start: Start, person: Person) -> list[str]:
    """Return a line of HTML for each wanted time that was refused, or that another time replaces."""
    words, block = edition.words(Words), edition.reminders[kind]
    moved = [
        f"{reason(edition, at, why, block, person)} {words.nearest.format(time=f'{taken:%H:%M}')}"
        for at, why, taken in start.moved
    ]
    return moved + [reason(edition, at, why, block, person) for at, why in start.refused]


def summary(edition: Edition, wish: Wish) -> str:
    """Return the times, weekdays and sound of a wish as one line of HTML."""
    words = edition.words(Words)
    days = wording.weekdays(edition, wish.days)
    sound = words.silent_line if wish.silent else words.sound_line
    return f"{words.times_line.format(times=clock_times(wish.times), days=days)} {sound}"


def handlers(services: Services) -> list[Handler]:
    kinds = service.kind_pattern(services)
    return [
        CallbackQueryHandler(show, f"^kind:({kinds})$"),
        CallbackQueryHandler(switch_sound, f"^kind:sound:({kinds})$"),
        CallbackQueryHandler(turn_off, f"^kind:off:({kinds})$"),
    ]


async def show(update: Update, context: BotContext) -> None:
    await show_kind(context, context.match[1])


async def show_kind(context: BotContext, kind: str) -> None:
    """Show the screen of a kind. A time that is typed next is a time of this kind."""
    await show_if_on(context, kind, screen, awaiting=kind)


async def switch_sound(update: Update, context: BotContext) -> None:
    kind = context.match[1]
    if wish := (await service.read_snapshot(context)).wish(kind):
        await context.change(service.change_wish(context, kind, replace(wish, silent=not wish.silent)))
    await show_if_on(context, kind, screen)


async def turn_off(update: Update, context: BotContext) -> None:
    await stop.stop_reminders(context, context.match[1])


async def show_if_on(
    context: BotContext, kind: str, draw: Callable[[Edition, Snapshot, str], Draft], *, awaiting: str | None = None
) -> None:
    """Show what ``draw`` returns for a kind that is on. For a kind that is off, show the way to turn it on.

    With ``awaiting``, the next text is a time of a kind that is on, and ``awaiting`` is the detail for ``typed_times``.
    """
    snapshot = await service.read_snapshot(context)
    if kind not in snapshot.active:
        draw = screen
    elif awaiting:
        await context.change(context.await_text(service.TIME, awaiting))
    await context.reply(draw(context.edition, snapshot, kind))
