"""The person's time zone, chosen by what their clock shows, by a city, or by a location that is not stored."""

import asyncio
from datetime import datetime
from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import KeyboardButton, ReplyKeyboardMarkup, Update
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler
from telegram.ext.filters import LOCATION, ChatType

from bot.app import BotContext, Handler, Services, TextHandler
from bot.content import HALF_LABEL_LIMIT, Edition, Label, Model, Placeholders, Text, wording
from bot.messages.sender import Draft
from bot.parsing.places import PlaceMatches, ZoneChoice, clock_choices, find_places, zone_at, zones_showing
from bot.parsing.times import read_times
from bot.reminders import service
from handlers import cramp
from handlers.timezone import moving

CITY = "city"
"""The awaited text: a city, or a time.

Its detail is the request: the kind of reminder that is being turned on, if any, and after a dot the code of its times.
A button has no room for the times beside the name of a zone, so it has the kind alone.
"""
MAX_PLACES = 8
"""How many places are offered for one text, at most."""


class Words(Model):
    """The words around the time zone."""

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
    unasked: Text


def question(edition: Edition, choices: list[ZoneChoice], kind: str = "", page: int | None = None) -> Draft:
    """Return the question for the time of day where the person is.

    Args:
        edition: The content in the person's language.
        choices: The places to choose from, each with what its clock shows.
        kind: The kind of reminder that is turned on with the answer, if any.
        page: The page of the choices, as ``bot.parsing.places.clock_choices`` counts them.
    """
    words = edition.words(Words)
    earlier, later = (-1, 0) if page is None else (page - 1, page + 1)
    pages = [(words.earlier_button, earlier), (words.later_button, later)]
    other_ways = [(words.location_button, "location"), (words.city_button, "city")]
    return Draft(
        words.ask,
        [
            *_place_rows(choices, kind),
            [Button(label, callback_data=f"clock:page:{number}:{kind}") for label, number in pages],
            [Button(label, callback_data=f"clock:{way}:{kind}") for label, way in other_ways],
            [Button(words.back_button, callback_data="remind")],
        ],
    )


def _place_rows(places: list[ZoneChoice], kind: str) -> list[list[Button]]:
    """Return a button for each place: two to a row, but a label that a phone would cut has a row of its own."""
    rows: list[list[Button]] = []
    for place in places:
        button = Button(place.label, callback_data=f"clock:zone:{place.zone}:{kind}")
        pair = [*rows[-1], button] if rows else []
        if len(pair) == 2 and all(len(half.text) <= HALF_LABEL_LIMIT for half in pair):  # noqa: PLR2004 - a pair
            rows[-1] = pair
        else:
            rows.append([button])
    return rows


def location_request(edition: Edition) -> Draft:
    """Return the request for a location, with a key that sends it. The key for relief stays below that key."""
    words = edition.words(Words)
    rows = [[KeyboardButton(words.location_key, request_location=True)], *cramp.key(edition).keyboard]
    return Draft(words.location, keys=ReplyKeyboardMarkup(rows, resize_keyboard=True))


def place_question(edition: Edition, places: list[ZoneChoice], kind: str) -> Draft:
    """Return the question for one of several places that a text may mean."""
    return Draft(edition.words(Words).which, _place_rows(places, kind))


def handlers(services: Services) -> list[Handler]:
    kind = f"({service.kind_pattern(services)}|)"  # empty if no kind is being turned on
    return [
        CommandHandler(services.content.names("timezone"), show, ChatType.PRIVATE),
        CallbackQueryHandler(show, "^clock$"),
        CallbackQueryHandler(ask_again, f"^clock:ask:({service.kind_pattern(services)})$"),
        CallbackQueryHandler(show_page, f"^clock:page:(-?\\d{{1,2}}):{kind}$"),
        CallbackQueryHandler(ask_location, f"^clock:location:{kind}$"),
        CallbackQueryHandler(ask_city, f"^clock:city:{kind}$"),
        CallbackQueryHandler(choose_zone, f"^clock:zone:({moving.ZONE}):{kind}$"),
        MessageHandler(ChatType.PRIVATE & LOCATION, take_location),
    ]


async def show(update: Update, context: BotContext) -> None:
    """Show the person's time zone, and ask for another."""
    draft, zone, now = await ask(context, ""), context.person.zone, context.services.clock()
    if zone:
        words = context.edition.words(Words)
        text = f"{words.now.format(**moving.city_and_time(context.edition, zone, now))}\n\n{draft.text}"
        draft = Draft(text, draft.buttons)
    await context.reply(draft)


async def ask_again(update: Update, context: BotContext) -> None:
    """Ask for the time again, because the person says that the first reminder would come at a wrong time."""
    await context.reply(await ask(context, context.match[1]))


async def ask(context: BotContext, request: str, page: int | None = None) -> Draft:
    """Take the next text as a city, and return the question for the time. ``page`` is as for ``question``."""
    await context.change(context.await_text(CITY, request))
    # Reading the table of places for the first time takes too long for the event loop.
    choices = await asyncio.to_thread(clock_choices, context.services.clock(), context.edition.code, page)
    return question(context.edition, choices, request.partition(".")[0], page)


def _request(context: BotContext, kind: str) -> str:
    """Return the request of a button with this kind, with its times if the request is still awaited."""
    name, detail = context.awaited
    return detail if name in AWAITING and detail.partition(".")[0] == kind else kind


async def show_page(update: Update, context: BotContext) -> None:
    """Show earlier or later clocks. Beyond the last page, nothing changes."""
    page, kind = int(context.match[1]), context.match[2]
    draft = await ask(context, _request(context, kind), page)
    has_no_places = draft.buttons[0][0].callback_data == f"clock:page:{page - 1}:{kind}"
    if has_no_places:
        await context.stop_spinner()
    else:
        await context.reply(draft)


async def ask_location(update: Update, context: BotContext) -> None:
    """Put a key for the location below the chat."""
    await context.change(context.await_text(moving.LOCATION_KEY, _request(context, context.match[1])))
    await context.stop_spinner()
    await context.send(location_request(context.edition))


async def ask_city(update: Update, context: BotContext) -> None:
    words = context.edition.words(Words)
    await context.change(context.await_text(CITY, _request(context, context.match[1])))
    await context.reply(Draft(words.city, [[Button(words.back_button, callback_data="remind")]]))


async def take_location(update: Update, context: BotContext) -> None:
    """Take the time zone of a location that was asked for. The location is not stored."""
    (name, request), words = context.awaited, context.edition.words(Words)
    location = context.event.message.location if context.event.message else None
    if name not in AWAITING or location is None:
        # The key for a location may still be there, from a question that is too old.
        await context.send(Draft(words.unasked, keys=cramp.key(context.edition)))
        return
    zone = await asyncio.to_thread(zone_at, location.latitude, location.longitude)
    if zone is None:
        await context.send(Draft(words.nowhere, keys=cramp.key(context.edition)))
    else:
        await moving.set_zone(context, zone, request, is_from_location=True)


async def choose_zone(update: Update, context: BotContext) -> None:
    await moving.set_zone(context, context.match[1], _request(context, context.match[2]))


async def take_place(context: BotContext, text: str, request: str) -> bool | Draft:
    """Take a text as a city, or as what the person's clock shows."""
    edition = context.edition
    matches = await asyncio.to_thread(_find_places, text, edition.code, context.services.clock())
    if matches.is_sure:
        await moving.set_zone(context, matches.choices[0].zone, request)
    elif matches.choices:
        await context.reply(place_question(edition, matches.choices, request.partition(".")[0]))
    else:
        words = edition.words(Words)
        answer = words.not_found.format(text=wording.quoted(text))
        return Draft(answer, [[Button(words.back_button, callback_data="remind")]])
    return True


AWAITING: dict[str, TextHandler] = {CITY: take_place, moving.LOCATION_KEY: take_place}


def _find_places(text: str, language: str, now: datetime) -> PlaceMatches:
    """Return the places that a text may mean, each with what its clock shows at ``now`` (UTC)."""
    if times := read_times(text):
        per_time = MAX_PLACES // len(times)
        choices = [choice for at in times for choice in zones_showing(now, at, language)[:per_time]]
        return PlaceMatches(choices, is_sure=len(choices) == 1)
    matches = find_places(text, language, now)
    choices = [
        ZoneChoice(choice.zone, f"{choice.label}, {wording.clock(now, choice.zone)}") for choice in matches.choices
    ]
    return PlaceMatches(choices, matches.is_sure)
