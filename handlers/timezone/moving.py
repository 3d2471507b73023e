"""A change of time zone. A person with reminders is asked whether these should move too."""

from collections.abc import Collection
from datetime import datetime, time
from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.ext import CallbackQueryHandler

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model, Placeholders, Text, wording
from bot.content.telegram_html import escape
from bot.messages.sender import Draft
from bot.parsing.places import city_of
from bot.reminders import service
from bot.reminders.rules import Start
from bot.reminders.time_codes import decode
from bot.store import Connection, people, schedules, snapshots
from bot.store.people import Effect
from bot.store.snapshots import Snapshot
from bot.timetable import ZONE_CHANGE_GAP, has_rules
from handlers import cramp
from handlers.reminders import confirmation

LOCATION_KEY = "spot"
"""The awaited text while the key for a location is shown below the chat: a city, as with ``clock.CITY``."""
ZONE = r"[A-Za-z0-9_+/-]{1,32}"
"""A pattern of zone names."""


class Words(Model):
    """The words around a new time zone."""

    chosen: Annotated[Text, Placeholders("city", "time")]
    ask: Annotated[Text, Placeholders("city", "time", "home")]
    kept: Annotated[Text, Placeholders("home")]
    not_stored: Text
    key_back: Text
    move_button: Label
    keep_button: Label
    remind_button: Label
    log_button: Label


def question(edition: Edition, snapshot: Snapshot, zone: str) -> Draft:
    """Return the question whether the reminders follow the new time zone or stay with the old one."""
    words = edition.words(Words)
    text = words.ask.format(home=city(edition, snapshot.zone), **city_and_time(edition, zone, snapshot.now))
    move = Button(words.move_button, callback_data=f"clock:move:{zone}")
    return Draft(text, [[move], [Button(words.keep_button, callback_data="clock:keep")]])


def chosen(
    edition: Edition, zone: str, now: datetime, note: str | None = None, *, has_waiting_cramp: bool = False
) -> Draft:
    """Return the confirmation of a new time zone. With a ``note`` below it, the message brings the key for relief back.

    ``has_waiting_cramp``: a sentence about a cramp waited for the clock, and can be logged now.
    """
    words = edition.words(Words)
    text = words.chosen.format(**city_and_time(edition, zone, now))
    if note:
        return Draft(f"{text} {note}", keys=cramp.key(edition))
    log = [Button(words.log_button, callback_data="log:again")]
    return Draft(text, [*([log] if has_waiting_cramp else []), [_remind_button(words)]])


def city(edition: Edition, zone: str) -> str:
    """Return the main city of a time zone as HTML."""
    return escape(city_of(zone, edition.code))


def city_and_time(edition: Edition, zone: str, now: datetime) -> dict[str, str]:
    """Return the placeholders ``city`` and ``time`` for a time zone at ``now`` (UTC)."""
    return {"city": city(edition, zone), "time": wording.clock(now, zone)}


def _remind_button(words: Words) -> Button:
    return Button(words.remind_button, callback_data="remind")


def handlers(services: Services) -> list[Handler]:
    return [
        CallbackQueryHandler(move_reminders, f"^clock:move:({ZONE})$"),
        CallbackQueryHandler(keep_home, "^clock:keep$"),
    ]


async def set_zone(context: BotContext, zone: str, request: str, *, is_from_location: bool = False) -> None:
    """Change the person's time zone, or ask first what happens to reminders that are on in another zone.

    Args:
        context: The update that names the zone.
        zone: The name of the zone. There may be no such zone, because a press can be forged.
        request: The kind of reminder to turn on, and after a dot the code of its times. Either may be missing.
            Whoever turns on a kind is not asked what happens to the others.
        is_from_location: Whether a location named the zone. The person is then told that the location is not stored.
    """
    if not has_rules(zone):
        await context.stop_spinner()
        return
    snapshot, edition = await service.read_snapshot(context), context.edition
    words, (awaited, _) = edition.words(Words), context.awaited
    note = None  # what to say when the key for relief replaces the key for a location, if that one is shown
    if is_from_location:
        note = words.not_stored
    elif awaited == LOCATION_KEY:
        note = words.key_back
    kind, _, code = request.partition(".")
    if kind in edition.reminders:
        await _bring_key_back(context, note)
        start = await context.change(change_zone(context, zone, kind, decode(code)))
        await confirmation.show(context, kind, start, is_first=True)
    elif snapshot.active and snapshot.person.zone not in {None, zone}:
        await _bring_key_back(context, note)
        await context.reply(question(edition, snapshot, zone))
    elif note and context.event.message:  # not a press: no message has to be edited, so one says it all
        await context.change(change_zone(context, zone))
        await context.send(chosen(edition, zone, snapshot.now, note))
    else:
        await _bring_key_back(context, note)
        await context.change(change_zone(context, zone))
        has_waiting_cramp = context.replied_to is not None
        await context.reply(chosen(edition, zone, snapshot.now, has_waiting_cramp=has_waiting_cramp))


async def _bring_key_back(context: BotContext, note: str | None) -> None:
    """Bring the key for relief back with a message of its own, because a message with buttons cannot have keys."""
    if note:
        await context.send(Draft(note, keys=cramp.key(context.edition)))


def change_zone(context: BotContext, zone: str, kind: str = "", times: Collection[time] = ()) -> Effect[Start | None]:
    """Return the effect that changes the person's time zone.

    If ``kind`` is a kind of reminder that is off, the effect turns it on, with ``times`` if there are any, and returns
    what it starts with.
    """
    now = context.services.clock()
    turn_on = service.turn_on(context, kind, times) if kind in context.edition.reminders else None

    def effect(connection: Connection, chat_id: int) -> Start | None:
        people.set_zone(connection, chat_id, zone)
        # Without a gap, a local time that has just passed could come again at once in the new zone.
        schedules.reschedule(connection, chat_id, now, min_gap=ZONE_CHANGE_GAP)
        people.set_awaiting(connection, chat_id, None)
        if turn_on is None or kind in snapshots.read(connection, chat_id, now).active:
            return None
        return turn_on(connection, chat_id)

    return effect


async def move_reminders(update: Update, context: BotContext) -> None:
    """Send the reminders at the same local times in the new time zone."""
    zone = context.match[1]
    if not has_rules(zone):
        await context.stop_spinner()
        return
    await context.change(change_zone(context, zone))
    await context.reply(chosen(context.edition, zone, context.services.clock()))


async def keep_home(update: Update, context: BotContext) -> None:
    """Leave the time zone as it is."""
    await context.stop_waiting()
    words, zone = context.edition.words(Words), context.person.zone
    if zone is None:
        await context.stop_spinner()
        return
    await context.reply(Draft(words.kept.format(home=city(context.edition, zone)), [[_remind_button(words)]]))
