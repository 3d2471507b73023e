"""People who want to be reminded, a content in which a kind must arrive, and what became of their reminders."""

from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from bot.app import Services
from bot.content.loading import Content
from bot.store import Connection, people, schedules
from bot.store.schedules import Wish
from bot.store.tables import outbox
from simulator import Person

EVERY_DAY = frozenset(range(1, 8))
SPREAD = timedelta(minutes=2)
MUST_ARRIVE = "tip"
"""The kind that must arrive in ``insistent`` content."""


def insistent(content: Content) -> Content:
    """The same content, in which one kind is rather sent twice than perhaps not at all."""
    changed = Content(content)
    for code, edition in content.items():
        block = edition.reminders[MUST_ARRIVE].model_copy(update={"must_arrive": True})
        changed[code] = edition.model_copy(update={"reminders": {**edition.reminders, MUST_ARRIVE: block}})
    return changed


def wish(connection: Connection, chat_id: int, kind: str, due: datetime, now: datetime) -> None:
    """Somebody in Iceland, who never has quiet hours, wants a kind at the time of the day that ``due`` (UTC) has."""
    people.live_in(connection, chat_id, "Atlantic/Reykjavik")
    people.rest(connection, chat_id, (time(0), time(0)))
    schedules.turn_on(connection, chat_id, kind, Wish((due.time(),), EVERY_DAY, silent=False), now)


async def wants(services: Services, person: Person, kind: str = "water", after: int = 10) -> None:
    """Somebody wants a kind in so many minutes."""
    now = services.clock()
    due = now + timedelta(minutes=after)
    await services.store.write(partial(wish, chat_id=person.id, kind=kind, due=due, now=now))


async def rows(services: Services, person: Person | None = None) -> list[Any]:
    """What stands in the outbox, for one or for all, oldest first."""
    chosen = outbox.c.chat_id == person.id if person else outbox.c.id.is_not(None)
    query = select(outbox).where(chosen).order_by(outbox.c.id)
    return list(await services.store.read(lambda each: each.execute(query).all()))


async def states(services: Services, person: Person | None = None) -> list[str]:
    """How their reminders stand."""
    return [each.state for each in await rows(services, person)]
