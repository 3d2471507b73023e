"""People who have reminders, and what is known of them."""

from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from bot.app import Services
from bot.store import planning, plans
from bot.store.plans import Plan
from bot.store.tables import outbox
from tests.support.conversation import Conversation, Json

STOCKHOLM = "Europe/Stockholm"


async def turned_on(who: Conversation, *kinds: str, zone: str = STOCKHOLM) -> Json:
    """Turn these kinds on by tapping; returns the message in which that was done."""
    message = await who.ask("/remind")
    for number, kind in enumerate(kinds):
        if kind == "water":
            await who.press(message, "remind:on:water")
        begun = await who.press(message, "remind:may:water" if kind == "water" else f"remind:on:{kind}")
        message = begun if number else await who.press(begun, f"clock:zone:{zone}:{kind}")
    return message


async def plan(services: Services, who: Conversation) -> Plan:
    """What this person has chosen."""
    number, now = who.person.id, services.clock()
    return await services.store.read(lambda connection: plans.read(connection, number, now))


async def times(services: Services, who: Conversation, kind: str) -> list[str]:
    """The times of a kind that is on."""
    chosen = await plan(services, who)
    assert kind in chosen.active
    return [f"{each:%H:%M}" for each in chosen.schedules[kind].wish.times]


async def reminded(services: Services, who: Conversation, kind: str) -> int:
    """Let the next reminder of a kind be sent, as far as the database knows; returns its number."""
    due = (await plan(services, who)).next_due(kind)
    assert due
    who.simulator.clock.skip(due + timedelta(minutes=2) - services.clock())
    now = services.clock()
    await services.store.write(lambda connection: planning.plan(connection, now, 100))
    await services.store.write(lambda connection: connection.execute(update(outbox).values(state="sent")))
    number = await services.store.read(lambda each: each.execute(select(func.max(outbox.c.id))).scalar_one())
    assert isinstance(number, int)
    return number


async def waiting(services: Services) -> list[datetime]:
    """When what waits to be sent is due (UTC)."""
    query = select(outbox.c.due_at).where(outbox.c.state == "pending").order_by(outbox.c.due_at)
    return list(await services.store.read(lambda each: each.execute(query).scalars()))
