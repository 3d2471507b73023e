"""The topics' access to a person's reminders: read them, turn on a kind, change it, and note an answer."""

from collections.abc import Collection
from dataclasses import replace
from datetime import time
from functools import partial
from hashlib import blake2b

from bot.app import BotContext, Services
from bot.content import Edition
from bot.reminders import rules
from bot.reminders.rules import Start
from bot.store import Connection, people, schedules, snapshots
from bot.store.people import Effect, Person
from bot.store.schedules import Wish
from bot.store.snapshots import Snapshot
from bot.timetable import sorted_times

TIME = "time"
"""The name of an awaited text: a time for the kind of reminder on the screen. Its detail is that kind."""


def kind_pattern(services: Services) -> str:
    """Return a regular expression that matches the kinds of reminder in the content."""
    return "|".join(services.content.edition().reminders)


def consent_version(edition: Edition) -> str:
    """Return the name of the consent text: its language, and a digest that changes with the text."""
    return f"{edition.code} {blake2b(edition.reminder_consent.encode(), digest_size=8).hexdigest()}"


async def read_snapshot(context: BotContext) -> Snapshot:
    """Return a snapshot of the sender's reminders. Kinds that are no longer in the content are left out."""
    chat_id, now = context.sender_id, context.services.clock()
    snapshot = await context.services.store.read(lambda connection: snapshots.read(connection, chat_id, now))
    known = {kind: schedule for kind, schedule in snapshot.schedules.items() if kind in context.edition.reminders}
    return Snapshot(snapshot.person, known, now)


def turn_on(context: BotContext, kind: str, times: Collection[time] = ()) -> Effect[Start]:
    """Return the effect that turns on a kind of reminder, which is also the person's consent.

    The kind starts with ``times``, or else with the person's earlier wish, or else with the content's times. A time
    that is not free is replaced by the nearest free time. If none is possible, the kind stays off. The effect returns
    the ``Start``.
    """
    block, now, consent = context.edition.reminders[kind], context.services.clock(), consent_version(context.edition)
    # Reminders answer no update, so the language of the person's Telegram is stored for them.
    telegram_language = context.services.content.edition(context.origin.language_code).code
    await_time = context.await_text(TIME, kind)

    def effect(connection: Connection, chat_id: int) -> Start:
        snapshot = snapshots.read(connection, chat_id, now)
        wish = snapshot.wish(kind)
        if times:
            wish = replace(wish or rules.without_times(block), times=sorted_times(times))
        start = rules.start(block, snapshot.person, wish, snapshot.others(kind))
        if start.wish.times:
            # Somebody who turns on a kind no longer blocks the bot, even if Telegram has not said so yet.
            schedules.unblock(connection, chat_id, now)
            people.set_telegram_language(connection, chat_id, telegram_language)
            schedules.turn_on(connection, chat_id, kind, start.wish, now, consented_to=consent)
        await_time(connection, chat_id)
        return start

    return effect


def change_wish(context: BotContext, kind: str, wish: Wish) -> Effect[Person]:
    """Return the effect that replaces the person's wish for a kind of reminder: its times, weekdays and sound.

    If the next text that the person writes is a time, it is read as a time for this kind.
    """
    now, await_time = context.services.clock(), context.await_text(TIME, kind)

    def effect(connection: Connection, chat_id: int) -> Person:
        schedules.change(connection, chat_id, kind, wish, now)
        return await_time(connection, chat_id)

    return effect


async def note_answer(context: BotContext, kind: str) -> None:
    """Store that the person reacts to reminders of this kind, so that none of them counts as unanswered."""
    await context.change(partial(schedules.reset_unanswered, kind=kind))
