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
from bot.messages.sender import Draft
from bot.reminders import rules, service
from bot.reminders.rules import Refusal
from bot.store.people import Person
from bot.store.schedules import Wish
from bot.store.snapshots import Snapshot
from handlers import stop


class Words(Model):
    """The words on the screen of one kind, and the reasons why a time is refused."""

    off: Annotated[Text, Placeholders("name")]
    times_line: Annotated[Text, Placeholders("times", "days")]
    silent_line: Text
    sound_line: Text
    unsent_line: Annotated[Text, Placeholders("times")]
    paused_line: Annotated[Text, Placeholders("moment")]
    next_line: Annotated[Text, Placeholders("moment")]
    check: Annotated[Text, Placeholders("time", "phone")]
    quiet: Annotated[Text, Placeholders("time", "start", "end")]
    bedtime: Annotated[Text, Placeholders("time", "hours", "bedtime")]
    near: Annotated[Text, Placeholders("time")]
    at_most: Annotated[Text, Placeholders("time", "most")]
    total: Annotated[Text, Placeholders("time", "total")]
    times_button: Label
    days_button: Label
    silence_button: Label
    sound_button: Label
    on_button: Label
    choose_button: Label
    off_button: Label
    clock_button: Label
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


def screen(edition: Edition, snapshot: Snapshot, kind: str) -> Draft:
    """Return the screen of a kind: what is chosen for it, or the way to turn it on."""
    return _screen_on(edition, snapshot, kind) if kind in snapshot.active else _screen_off(edition, snapshot, kind)


def _screen_on(edition: Edition, snapshot: Snapshot, kind: str) -> Draft:
    words, block, wish = edition.words(Words), edition.reminders[kind], snapshot.schedules[kind].wish
    lines = [f"<b>{escape(block.name)}</b>", summary(edition, wish)]
    if unsent := rules.unsent_times(wish, snapshot.person):
        lines.append(words.unsent_line.format(times=clock_times(unsent)))
    if snapshot.paused_until:
        moment = wording.end_of_pause(edition, snapshot.paused_until, snapshot.zone, snapshot.now)
        lines.append(words.paused_line.format(moment=moment))
    if due := snapshot.next_due(kind):
        lines.append(words.next_line.format(moment=wording.when(edition, due, snapshot.zone, snapshot.now)))
        # A wrong time zone shows itself: the phone renders the second time by its own clock.
        times = {"time": wording.clock(due, snapshot.zone), "phone": wording.on_phone(due, snapshot.zone)}
        lines += ["", words.check.format(**times)]
    sound = words.sound_button if wish.silent else words.silence_button
    buttons = [
        [
            Button(words.times_button, callback_data=f"times:{kind}"),
            Button(words.days_button, callback_data=f"days:{kind}"),
        ],
        [Button(sound, callback_data=f"kind:sound:{kind}"), Button(words.off_button, callback_data=f"kind:off:{kind}")],
        [Button(words.clock_button, callback_data="clock")],
        [Button(words.back_button, callback_data="remind")],
    ]
    return Draft("\n".join(lines), buttons)


def summary(edition: Edition, wish: Wish) -> str:
    """Return the times, weekdays and sound of a wish as one line of HTML."""
    words = edition.words(Words)
    days = wording.weekdays(edition, wish.days)
    sound = words.silent_line if wish.silent else words.sound_line
    return f"{words.times_line.format(times=clock_times(wish.times), days=days)} {sound}"


def _screen_off(edition: Edition, snapshot: Snapshot, kind: str) -> Draft:
    words, block = edition.words(Words), edition.reminders[kind]
    lines = [words.off.format(name=f"<b>{escape(block.name)}</b>")]
    _, refused = rules.starting_wish(block, snapshot.person, snapshot.wish(kind), snapshot.others(kind))
    button = Button(words.on_button, callback_data=f"remind:on:{kind}", style=Style.SUCCESS)
    if refused:
        lines.append(reason(edition, *refused, block, snapshot.person))
        button = Button(words.choose_button, callback_data=f"times:hours:{kind}")
    return Draft("\n".join(lines), [[button], [Button(words.back_button, callback_data="remind")]])


def handlers(services: Services) -> list[Handler]:
    kinds = service.kind_pattern(services)
    return [
        CallbackQueryHandler(show, f"^kind:({kinds})$"),
        CallbackQueryHandler(switch_sound, f"^kind:sound:({kinds})$"),
        CallbackQueryHandler(turn_off, f"^kind:off:({kinds})$"),
    ]


async def show(update: Update, context: BotContext) -> None:
    await context.stop_waiting()  # this button is also the way back from a question for a time
    await show_kind(context, context.match[1])


async def show_kind(context: BotContext, kind: str) -> None:
    """Show the screen of a kind as it is now."""
    await context.reply(screen(context.edition, await service.read_snapshot(context), kind))


async def switch_sound(update: Update, context: BotContext) -> None:
    kind = context.match[1]
    if wish := (await service.read_snapshot(context)).wish(kind):
        await context.change(service.change_wish(context, kind, replace(wish, silent=not wish.silent)))
    await show_kind(context, kind)


async def turn_off(update: Update, context: BotContext) -> None:
    await stop.stop_reminders(context, context.match[1])


async def show_if_on(
    context: BotContext, kind: str, draw: Callable[[Edition, Snapshot, str], Draft], toast: str | None = None
) -> None:
    """Show what ``draw`` returns for a kind that is on. For a kind that is off, show the way to turn it on."""
    snapshot = await service.read_snapshot(context)
    if kind not in snapshot.active:
        draw = screen
    await context.reply(draw(context.edition, snapshot, kind), toast)
