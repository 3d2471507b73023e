"""From one clock to another: at once for who has no reminders; others are asked what is to become of theirs."""

from datetime import datetime
from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.ext import CallbackQueryHandler

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model, Placeholders, Text, wording
from bot.content.telegram_html import escape
from bot.messages.sender import Draft
from bot.parsing.places import city_of
from bot.store import Connection, people, schedules
from bot.store.people import Person
from bot.store.plans import Effect, Plan
from bot.timetable import REST, UnknownZone, local
from handlers import cramp
from handlers.reminders import reminder_kind

LOCATION_KEY = "place"
"""What is awaited while the key for a location stands below the chat."""
ZONE = r"[A-Za-z0-9_+/-]{1,32}"
"""A pattern of zone names."""


class Words(Model):
    """The words around a new clock."""

    chosen: Annotated[Text, Placeholders("city", "time")]
    ask: Annotated[Text, Placeholders("city", "time", "home")]
    kept: Annotated[Text, Placeholders("home")]
    move_button: Label
    keep_button: Label
    remind_button: Label


def question(edition: Edition, plan: Plan, zone: str) -> Draft:
    """Whether the reminders move to another clock, or keep that of home."""
    words = edition.words(Words)
    given = {"home": city(edition, plan.zone), **told(edition, zone, plan.now)}
    moving = Button(words.move_button, callback_data=f"clock:move:{zone}")
    return Draft(words.ask.format(**given), [[moving], [Button(words.keep_button, callback_data="clock:keep")]])


def chosen(edition: Edition, zone: str, now: datetime) -> Draft:
    """Which clock counts from now on."""
    words = edition.words(Words)
    return Draft(words.chosen.format(**told(edition, zone, now)), [[_remind_button(words)]])


def city(edition: Edition, zone: str) -> str:
    """A zone's city as HTML."""
    return escape(city_of(zone, edition.code))


def told(edition: Edition, zone: str, now: datetime) -> dict[str, str]:
    """A zone's city and what its clock shows, for a text."""
    return {"city": city(edition, zone), "time": wording.clock(now, zone)}


def _remind_button(words: Words) -> Button:
    return Button(words.remind_button, callback_data="remind")


def handlers(services: Services) -> list[Handler]:
    """The buttons."""
    return [
        CallbackQueryHandler(move_reminders, f"^clock:move:({ZONE})$"),
        CallbackQueryHandler(keep_home, "^clock:keep$"),
    ]


async def live_in(context: BotContext, zone: str, kind: str, *, restored: bool = False) -> None:
    """Read the person's clock by this zone; who has reminders on another is asked first what is to become of them.

    ``restored``: the key for relief stands below the chat alone again.
    """
    plan, edition = await reminder_kind.plan_of(context), context.edition
    try:
        local(plan.now, zone)
    except UnknownZone:
        await context.toast()
        return
    waited = context.person.awaits(plan.now) or ""
    if plan.active and plan.person.zone not in {None, zone}:
        draft = question(edition, plan, zone)
    else:
        await context.change(settled(context, zone, kind))
        known = kind if kind in edition.reminders else ""
        draft = (
            reminder_kind.kind(edition, await reminder_kind.plan_of(context), known)
            if known
            else chosen(edition, zone, plan.now)
        )
    await context.reply(draft)
    if waited.startswith(LOCATION_KEY) and not restored:
        text = edition.words(Words).chosen.format(**told(edition, zone, plan.now))
        await context.send(Draft(text, keys=cramp.key(edition)))


def settled(context: BotContext, zone: str, kind: str = "") -> Effect[Person]:
    """Live by the clock of this zone, and turn on the kind that was asked for."""
    now, begin = (
        context.services.clock(),
        reminder_kind.turned_on(context, kind) if kind in context.edition.reminders else None,
    )

    def effect(connection: Connection, chat_id: int) -> Person:
        people.live_in(connection, chat_id, zone)
        schedules.reckon(connection, chat_id, now, rest=REST)
        return begin(connection, chat_id) if begin else people.expect(connection, chat_id, None)

    return effect


async def move_reminders(update: Update, context: BotContext) -> None:
    """Let the reminders come at the same times by the new clock."""
    zone, now = context.match[1], context.services.clock()
    try:
        local(now, zone)
    except UnknownZone:
        await context.toast()
        return
    await context.change(settled(context, zone))
    await context.reply(chosen(context.edition, zone, now))


async def keep_home(update: Update, context: BotContext) -> None:
    """Leave everything as it is."""
    await reminder_kind.settle(context)
    words, zone = context.edition.words(Words), context.person.zone
    if zone is None:
        await context.toast()
        return
    await context.reply(Draft(words.kept.format(home=city(context.edition, zone)), [[_remind_button(words)]]))
