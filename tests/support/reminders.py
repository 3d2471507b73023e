"""Reminders in tests: turn them on, let them become due, and read the schedules and the outbox."""

from datetime import datetime, time, timedelta
from functools import cache, partial
from typing import Any

from sqlalchemy import func, select, update

from bot.app import Services
from bot.content.loading import Content
from bot.store import Connection, people, planning, schedules, snapshots
from bot.store.schedules import Wish
from bot.store.snapshots import Snapshot
from bot.store.tables import outbox
from simulator import Person
from tests.support import running_bot
from tests.support.conversation import Conversation, Json

EVERY_DAY = frozenset(range(1, 8))
STOCKHOLM = "Europe/Stockholm"
MUST_ARRIVE = "tip"
"""The kind that must arrive in ``insistent_content``."""


@cache
def insistent_content() -> Content:
    """Return the real content, but one kind must arrive: it is sent twice rather than perhaps not at all."""
    content = running_bot.content()
    changed = Content(content)
    for code, edition in content.items():
        block = edition.reminders[MUST_ARRIVE].model_copy(update={"must_arrive": True})
        changed[code] = edition.model_copy(update={"reminders": {**edition.reminders, MUST_ARRIVE: block}})
    return changed


# Turning them on


async def turn_on(who: Conversation, *kinds: str, zone: str = STOCKHOLM) -> Json:
    """Turn these kinds on by tapping; return the message with the buttons."""
    message = await who.ask("/remind")
    for number, kind in enumerate(kinds):
        if kind == "water":
            await who.press(message, "remind:on:water")
        begun = await who.press(message, "remind:may:water" if kind == "water" else f"remind:on:{kind}")
        message = begun if number else await who.press(begun, f"clock:zone:{zone}:{kind}")
    return message


def store_schedule(connection: Connection, chat_id: int, kind: str, due: datetime, now: datetime) -> None:
    """Store a daily schedule of somebody in Iceland without quiet hours, at the time of day of ``due`` (UTC)."""
    people.set_zone(connection, chat_id, "Atlantic/Reykjavik")
    people.set_quiet_hours(connection, chat_id, (time(0), time(0)))
    schedules.turn_on(connection, chat_id, kind, Wish((due.time(),), EVERY_DAY, silent=False), now)


async def schedule_reminder(services: Services, person: Person, kind: str = "water", after: int = 10) -> None:
    """Store a daily schedule whose first reminder is due ``after`` minutes from now."""
    now = services.clock()
    due = now + timedelta(minutes=after)
    await services.store.write(partial(store_schedule, chat_id=person.id, kind=kind, due=due, now=now))


async def send_next_reminder(services: Services, who: Conversation, kind: str) -> int:
    """Plan the next reminder of a kind and mark it as sent, without sending it; return its number."""
    due = (await read_snapshot(services, who)).next_due(kind)
    assert due
    who.simulator.clock.skip(due + timedelta(minutes=2) - services.clock())
    now = services.clock()
    await services.store.write(lambda connection: planning.plan(connection, now, 100))
    await services.store.write(lambda connection: connection.execute(update(outbox).values(state="sent")))
    newest = select(func.max(outbox.c.id))
    number = await services.store.read(lambda connection: connection.execute(newest).scalar_one())
    assert isinstance(number, int)
    return number


# Reading


async def read_snapshot(services: Services, who: Conversation) -> Snapshot:
    """Return this person's choices."""
    number, now = who.person.id, services.clock()
    return await services.store.read(lambda connection: snapshots.read(connection, number, now))


async def read_times(services: Services, who: Conversation, kind: str) -> list[str]:
    """Return the times (HH:MM) of a kind, which must be on."""
    snapshot = await read_snapshot(services, who)
    assert kind in snapshot.active
    return [f"{at:%H:%M}" for at in snapshot.schedules[kind].wish.times]


async def outbox_rows(services: Services, person: Person | None = None) -> list[Any]:
    """Return the rows of the outbox, oldest first, for one person or for all."""
    chosen = outbox.c.chat_id == person.id if person else outbox.c.id.is_not(None)
    query = select(outbox).where(chosen).order_by(outbox.c.id)
    return list(await services.store.read(lambda connection: connection.execute(query).all()))


async def outbox_states(services: Services, person: Person | None = None) -> list[str]:
    """Return the states of the rows of the outbox, oldest first, for one person or for all."""
    return [row.state for row in await outbox_rows(services, person)]


async def pending_due_times(services: Services) -> list[datetime]:
    """Return when the pending reminders are due (UTC), the earliest first."""
    query = select(outbox.c.due_at).where(outbox.c.state == "pending").order_by(outbox.c.due_at)
    return list(await services.store.read(lambda connection: connection.execute(query).scalars()))
