"""One kind of reminder: what is chosen for it, and the ways to change that, in one message."""

from collections.abc import Callable
from dataclasses import replace
from datetime import time
from functools import partial
from hashlib import blake2b
from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.constants import KeyboardButtonStyle as Style
from telegram.ext import CallbackQueryHandler

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model, Placeholders, Reminder, Text, wording
from bot.content.telegram_html import escape
from bot.messages.sender import Draft, Rows
from bot.reminders import rules
from bot.reminders.rules import Hindrance
from bot.store import Connection, people, plans, schedules
from bot.store.people import Person
from bot.store.plans import Effect, Plan
from bot.store.schedules import Wish
from handlers import stop


class Words(Model):
    """The words around one kind; ``consent`` is what a person agrees to by turning one on."""

    consent: Text
    off: Annotated[Text, Placeholders("name")]
    times_line: Annotated[Text, Placeholders("times", "days")]
    silent_line: Text
    sound_line: Text
    unsent_line: Annotated[Text, Placeholders("times")]
    paused_line: Annotated[Text, Placeholders("moment")]
    next_line: Annotated[Text, Placeholders("moment")]
    check: Annotated[Text, Placeholders("time", "phone")]
    quiet: Annotated[Text, Placeholders("start", "end")]
    bedtime: Annotated[Text, Placeholders("hours", "bedtime")]
    near: Text
    at_most: Annotated[Text, Placeholders("most")]
    total: Annotated[Text, Placeholders("total")]
    times_button: Label
    days_button: Label
    silence_button: Label
    sound_button: Label
    on_button: Label
    choose_button: Label
    off_button: Label
    clock_button: Label
    back_button: Label


def clock_times(times: tuple[time, ...] | list[time]) -> str:
    """Local times in a row."""
    return ", ".join(f"{each:%H:%M}" for each in times)


def reason(edition: Edition, hindered: Hindrance, block: Reminder, person: Person) -> str:
    """Why a time cannot be chosen, as HTML."""
    words, (start, end) = edition.words(Words), person.quiet
    match hindered:
        case Hindrance.QUIET:
            return words.quiet.format(start=f"{start:%H:%M}", end=f"{end:%H:%M}")
        case Hindrance.BEDTIME:
            bedtime = f"{person.goes_to_bed:%H:%M}"
            return words.bedtime.format(hours=block.hours_before_bed, bedtime=bedtime)
        case Hindrance.NEAR:
            return words.near
        case Hindrance.MOST:
            return words.at_most.format(most=block.most)
        case Hindrance.TOTAL:
            return words.total.format(total=rules.MOST_A_DAY)


def consent(edition: Edition) -> str:
    """The name of the text of consent: its language, and what changes whenever the text does."""
    text = edition.words(Words).consent
    return f"{edition.code} {blake2b(text.encode(), digest_size=8).hexdigest()}"


def kind(edition: Edition, plan: Plan, name: str) -> Draft:
    """A kind with all that is chosen for it, or, when it is off, the way to turn it on."""
    return _on(edition, plan, name) if name in plan.active else _off(edition, plan, name)


def _on(edition: Edition, plan: Plan, name: str) -> Draft:
    words, block, wish = edition.words(Words), edition.reminders[name], plan.schedules[name].wish
    lines = [f"<b>{escape(block.name)}</b>", summary(edition, wish)]
    if unsent := rules.unsent(wish, plan.person):
        lines.append(words.unsent_line.format(times=clock_times(unsent)))
    if plan.paused_until:
        lines.append(
            words.paused_line.format(moment=wording.end_of_pause(edition, plan.paused_until, plan.zone, plan.now))
        )
    if due := plan.next_due(name):
        lines.append(words.next_line.format(moment=wording.when(edition, due, plan.zone, plan.now)))
        shown = {"time": wording.clock(due, plan.zone), "phone": wording.on_phone(due, plan.zone)}
        lines += ["", words.check.format(**shown)]
    return Draft("\n".join(lines), _buttons(words, name, wish))


def summary(edition: Edition, wish: Wish) -> str:
    """Times, weekdays and sound as one line of HTML."""
    words = edition.words(Words)
    days = wording.weekdays(edition, wish.days)
    sound = words.silent_line if wish.silent else words.sound_line
    return f"{words.times_line.format(times=clock_times(wish.times), days=days)} {sound}"


def _buttons(words: Words, name: str, wish: Wish) -> Rows:
    sound = words.sound_button if wish.silent else words.silence_button
    times = Button(words.times_button, callback_data=f"times:{name}")
    return [
        [times, Button(words.days_button, callback_data=f"days:{name}")],
        [Button(sound, callback_data=f"kind:sound:{name}"), Button(words.off_button, callback_data=f"kind:off:{name}")],
        [Button(words.clock_button, callback_data="clock")],
        [back_button(words)],
    ]


def _off(edition: Edition, plan: Plan, name: str) -> Draft:
    words, block = edition.words(Words), edition.reminders[name]
    lines = [words.off.format(name=f"<b>{escape(block.name)}</b>")]
    _, hindered = rules.beginning(block, plan.person, plan.wish(name), plan.others(name))
    button = Button(words.on_button, callback_data=f"remind:on:{name}", style=Style.SUCCESS)
    if hindered:
        lines.append(reason(edition, hindered, block, plan.person))
        button = Button(words.choose_button, callback_data=f"times:hours:{name}")
    return Draft("\n".join(lines), [[button], [back_button(words)]])


def back_button(words: Words) -> Button:
    """The way back to all reminders."""
    return Button(words.back_button, callback_data="remind")


def handlers(services: Services) -> list[Handler]:
    """The buttons of a kind."""
    kinds = names(services)
    return [
        CallbackQueryHandler(show, f"^kind:({kinds})$"),
        CallbackQueryHandler(flip_sound, f"^kind:sound:({kinds})$"),
        CallbackQueryHandler(turn_off, f"^kind:off:({kinds})$"),
    ]


def names(services: Services) -> str:
    """A pattern of the kinds there are."""
    return "|".join(services.content.edition().reminders)


async def plan_of(context: BotContext) -> Plan:
    """The sender's plan as it is now, with the kinds that there still are."""
    chat_id, now = context.arrival.sender_id, context.services.clock()
    plan = await context.services.store.read(lambda connection: plans.read(connection, chat_id, now))
    known = {kind: each for kind, each in plan.schedules.items() if kind in context.edition.reminders}
    return Plan(plan.person, known, now)


async def settle(context: BotContext) -> None:
    """Take the next text no longer as an answer to something."""
    if context.person.awaiting:
        await context.change(partial(people.expect, awaiting=None))


def turned_on(context: BotContext, name: str, wish: Wish | None = None) -> Effect[Person]:
    """Turn a kind on: as wished, or as it was, or as the content says."""
    block, now = context.edition.reminders[name], context.services.clock()
    told = context.services.content.edition(context.user.language_code).code

    def effect(connection: Connection, chat_id: int) -> Person:
        plan = plans.read(connection, chat_id, now)
        begun, _ = rules.beginning(block, plan.person, wish or plan.wish(name), plan.others(name))
        if begun.times:
            schedules.unblock(connection, chat_id, now)
            people.speak(connection, chat_id, told)
            schedules.turn_on(connection, chat_id, name, begun, now, text=consent(context.edition))
        return people.expect(connection, chat_id, None)

    return effect


async def heard(context: BotContext, name: str) -> None:
    """Note that somebody is there, and sees the reminders of this kind."""
    await context.change(partial(schedules.heard, kind=name))


def changed(context: BotContext, name: str, wish: Wish) -> Effect[Person]:
    """Change what is wished of a kind."""
    now = context.services.clock()

    def effect(connection: Connection, chat_id: int) -> Person:
        schedules.change(connection, chat_id, name, wish, now)
        return people.expect(connection, chat_id, None)

    return effect


async def show(update: Update, context: BotContext) -> None:
    """Show a kind."""
    await settle(context)
    await context.reply(kind(context.edition, await plan_of(context), context.match[1]))


async def flip_sound(update: Update, context: BotContext) -> None:
    """Come with a sound, or without."""
    name = context.match[1]
    plan = await plan_of(context)
    if wish := plan.wish(name):
        await context.change(changed(context, name, replace(wish, silent=not wish.silent)))
    await context.reply(kind(context.edition, await plan_of(context), name))


async def turn_off(update: Update, context: BotContext) -> None:
    """Stop one kind; it can be undone."""
    await stop.halt(context, context.match[1])


async def show_if_on(
    context: BotContext, name: str, draw: Callable[[Edition, Plan, str], Draft], toast: str | None = None
) -> None:
    """Show what ``draw`` makes of a kind that is on; of one that is off, its own screen."""
    plan = await plan_of(context)
    drawn = draw if name in plan.active else kind
    await context.reply(drawn(context.edition, plan, name), toast)
