"""Which clock a person lives by: told by a look at it, by a city, or by a location that is used once and not kept."""

import asyncio
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import KeyboardButton, ReplyKeyboardMarkup, Update
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler
from telegram.ext.filters import LOCATION, ChatType

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model, Placeholders, Text, wording
from bot.content.telegram_html import escape
from bot.messages.sender import Draft
from bot.parsing.places import Place, clock_choices, zone_at, zone_of_city, zones_showing
from bot.parsing.times import read_times
from bot.store import people
from handlers import cramp
from handlers.reminders import reminder_kind
from handlers.timezone import moving

CITY = "city"
"""What is awaited: a city; behind it stands the kind that is being turned on."""
PATIENCE = timedelta(minutes=10)
LONGEST_QUOTE = 40
MOST_PLACES = 8


class Words(Model):
    """The words around the clock."""

    now: Annotated[Text, Placeholders("city", "time")]
    ask: Text
    earlier_button: Label
    later_button: Label
    location_button: Label
    city_button: Label
    back_button: Label
    location: Text
    location_key: Label
    city: Text
    which: Text
    not_found: Annotated[Text, Placeholders("text")]
    nowhere: Text
    located: Annotated[Text, Placeholders("city", "time")]


def question(edition: Edition, choices: list[Place], kind: str = "", page: int | None = None) -> Draft:
    """What time it is for the person; ``kind`` is turned on with the answer.

    ``page`` is that of the choices, as ``bot.parsing.places.clock_choices`` counts them.
    """
    words = edition.words(Words)
    earlier, later = (-1, 0) if page is None else (page - 1, page + 1)
    turning = [(words.earlier_button, earlier), (words.later_button, later)]
    ways = [(words.location_button, "location"), (words.city_button, "city")]
    return Draft(
        words.ask,
        [
            *choosing(choices, kind),
            [Button(label, callback_data=f"clock:page:{number}:{kind}") for label, number in turning],
            [Button(label, callback_data=f"clock:{way}:{kind}") for label, way in ways],
            [Button(words.back_button, callback_data="remind")],
        ],
    )


def choosing(choices: list[Place], kind: str) -> list[list[Button]]:
    """A button for each place, two to a row."""
    buttons = [Button(each.label, callback_data=f"clock:zone:{each.zone}:{kind}") for each in choices]
    return [buttons[start : start + 2] for start in range(0, len(buttons), 2)]


def location(edition: Edition) -> Draft:
    """The key that sends a location; the one for relief stays beside it."""
    words = edition.words(Words)
    rows = [[KeyboardButton(words.location_key, request_location=True)], *cramp.key(edition).keyboard]
    return Draft(words.location, keys=ReplyKeyboardMarkup(rows, resize_keyboard=True))


def which(edition: Edition, found: list[Place], kind: str) -> Draft:
    """Several places that a text may mean."""
    return Draft(edition.words(Words).which, choosing(found, kind))


def handlers(services: Services) -> list[Handler]:
    """The command, the buttons and a location; a city that is typed comes by ``hear``."""
    kind = f"({reminder_kind.names(services)}|)"
    return [
        CommandHandler(services.content.names("timezone"), show, ChatType.PRIVATE),
        CallbackQueryHandler(show, "^clock$"),
        CallbackQueryHandler(turn, f"^clock:page:(-?\\d{{1,2}}):{kind}$"),
        CallbackQueryHandler(ask_location, f"^clock:location:{kind}$"),
        CallbackQueryHandler(ask_city, f"^clock:city:{kind}$"),
        CallbackQueryHandler(choose, f"^clock:zone:({moving.ZONE}):{kind}$"),
        MessageHandler(ChatType.PRIVATE & LOCATION, located),
    ]


async def show(update: Update, context: BotContext) -> None:
    """Show the clock that counts, and ask for another."""
    draft, zone, now = await ask(context, ""), context.person.zone, context.services.clock()
    if zone:
        words = context.edition.words(Words)
        text = f"{words.now.format(**moving.told(context.edition, zone, now))}\n\n{draft.text}"
        draft = Draft(text, draft.buttons)
    await context.reply(draft)


async def ask(context: BotContext, kind: str, page: int | None = None) -> Draft:
    """Ask for the time, or take a text as a city."""
    now, code = context.services.clock(), context.edition.code
    await context.change(partial(people.expect, awaiting=f"{CITY}:{kind}", until=now + PATIENCE))
    choices = await asyncio.to_thread(clock_choices, now, code, page)
    return question(context.edition, choices, kind, page)


async def turn(update: Update, context: BotContext) -> None:
    """Show earlier or later clocks; beyond the last there is nothing, and the page stays."""
    page, kind = int(context.match[1]), context.match[2]
    draft = await ask(context, kind, page)
    if draft.buttons[0][0].callback_data == f"clock:page:{page - 1}:{kind}":
        await context.toast()
    else:
        await context.reply(draft)


async def ask_location(update: Update, context: BotContext) -> None:
    """Put a key for the location below the chat."""
    until = context.services.clock() + PATIENCE
    await context.change(partial(people.expect, awaiting=f"{moving.LOCATION_KEY}:{context.match[1]}", until=until))
    await context.toast()
    await context.send(location(context.edition))


async def ask_city(update: Update, context: BotContext) -> None:
    """Take the next text as a city."""
    kind, words = context.match[1], context.edition.words(Words)
    until = context.services.clock() + PATIENCE
    await context.change(partial(people.expect, awaiting=f"{CITY}:{kind}", until=until))
    await context.reply(Draft(words.city, [[Button(words.back_button, callback_data="remind")]]))


async def located(update: Update, context: BotContext) -> None:
    """Take the zone of a location, forget the location, and put the key for relief back alone."""
    place = context.event.message.location if context.event.message else None
    zone = await asyncio.to_thread(zone_at, place.latitude, place.longitude) if place else None
    edition, words, now = context.edition, context.edition.words(Words), context.services.clock()
    if zone is None:
        await context.send(Draft(words.nowhere, keys=cramp.key(edition)))
        return
    given = moving.told(edition, zone, now)
    _, _, kind = (context.person.awaits(now) or "").partition(":")
    await context.send(Draft(words.located.format(**given), keys=cramp.key(edition)))
    await moving.live_in(context, zone, kind, restored=True)


async def choose(update: Update, context: BotContext) -> None:
    """Take a clock that was tapped."""
    await moving.live_in(context, context.match[1], context.match[2])


async def hear(update: Update, context: BotContext, kind: str) -> None:
    """Take a text as a city, or as what the clock shows."""
    text = (context.event.message.text if context.event.message else None) or ""
    edition, now = context.edition, context.services.clock()
    found = await asyncio.to_thread(_find, text, edition.code, now)
    if len(found) == 1:
        await moving.live_in(context, found[0].zone, kind)
    elif found:
        await context.reply(which(edition, found, kind))
    else:
        quoted = escape(text[:LONGEST_QUOTE])
        back = Button(edition.words(Words).back_button, callback_data="remind")
        await context.reply(Draft(edition.words(Words).not_found.format(text=quoted), [[back]]))


def _find(text: str, language: str, now: datetime) -> list[Place]:
    """The places that a text may mean, each with what its clock shows."""
    if times := read_times(text):
        most = MOST_PLACES // len(times)
        return [place for each in times for place in zones_showing(now, each, language)[:most]]
    found = zone_of_city(text, language)
    return [Place(each.zone, f"{each.label}, {wording.clock(now, each.zone)}") for each in found]
