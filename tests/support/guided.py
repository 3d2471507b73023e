"""Runs of guided stretching in tests: let their time pass, and read them."""

from datetime import timedelta

from sqlalchemy import select

import handlers
from bot.app import Services
from bot.store import runs
from bot.store.runs import Run
from bot.store.tables import run as table
from scheduler.guidance import Guidance
from tests.support.conversation import Conversation, Json

SECOND = timedelta(seconds=1)


async def tick(services: Services) -> None:
    """Edit every message that is due, once, and wait until that is stored."""
    guidance = Guidance(services, services.sender._gateway.reserve, handlers.guides())
    await guidance.tick_pain()
    await guidance.tick()
    await guidance.drain()


async def pass_seconds(who: Conversation, services: Services, seconds: int) -> list[Json]:
    """Let so many seconds pass, with a tick at each; return the edits of the person's chat."""
    before = who.simulator.judge.total
    for _ in range(seconds):
        who.simulator.clock.skip(SECOND)
        await tick(services)
    return [sent.message for sent in who.simulator.judge.received(who.chat.id, after=before, edits=True)]


async def all_runs(services: Services) -> list[Run]:
    """Return every run, in the order of its message."""
    keys = select(table.c.chat_id, table.c.message_id).order_by(table.c.message_id)
    chosen = await services.store.read(lambda connection: [tuple(row) for row in connection.execute(keys)])
    found = [await services.store.read(lambda connection, key=key: runs.find(connection, *key)) for key in chosen]  # type: ignore[misc]
    return [run for run in found if run]
