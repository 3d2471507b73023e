"""What changes on the steps by itself: the seconds of a stretch that is being held, and the ten-minute check.

The seconds are a run (``bot.store.runs``), the check is a later edit (``bot.store.deferred``). Both are drawn here.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta

from bot.app import BotContext, Services
from bot.content import Edition
from bot.errors import StoreError
from bot.messages.sender import Draft, MessageRef
from bot.parsing import lenient_json
from bot.reminders.deferred import Draw, DueMessage
from bot.store import Bulk, Connection, deferred, runs
from bot.store.claiming import ClaimedRow
from bot.store.people import Person
from bot.store.runs import Run
from bot.store.tables import Priority, RunState
from bot.stretching.guide import Guide
from bot.stretching.progress import Screen
from bot.stretching.timeline import Timeline, counting
from handlers.cramp.screens import MUSCLES, steps, ten_minute_check

HOLD, CHECK = "cramp.hold", "cramp.check"
"""The kind of the runs that count seconds, and of the ten-minute check."""
STEP, LONGEST = timedelta(seconds=5), timedelta(minutes=2)
"""How often the count is shown, and when it stops by itself."""
CHECK_AFTER = timedelta(minutes=10)
STORE_SECONDS = 1.0
"""Longest wait until the database has stored the count or the check."""
log = logging.getLogger(__name__)


async def start_check(context: BotContext, place: MessageRef, edition: Edition, muscle: str) -> None:
    """Show the ten-minute check on the steps at ``place``. If the check is planned already, its time stays."""
    now = context.services.clock()
    # From this, ``draw_check`` can draw the steps again.
    data = lenient_json.dumps({"screen": muscle, "language": edition.code}).decode()
    check = deferred.Edit(CHECK, place, now + CHECK_AFTER, data)
    context.attempt.note_answered()  # the steps have been sent, and a restart must not repeat them

    def keep_time(connection: Connection) -> None:
        runs.stop(connection, place.chat_id, now, Priority.NORMAL)
        # The ten minutes run from the first steps on, even if the person switches to another muscle.
        if not deferred.replace_data(connection, CHECK, place, check.data):
            deferred.edit(connection, check)

    await _store(context, keep_time if place == context.message_ref else Bulk(_put_off_checks, check))


def _put_off_checks(connection: Connection, checks: list[deferred.Edit]) -> None:
    # Guided stretching stops, because nobody can follow it during a cramp.
    runs.stop_normal(connection, [(check.message[0], check.due_at - CHECK_AFTER) for check in checks])
    deferred.edit(connection, *checks)


async def start_count(context: BotContext, place: MessageRef, muscle: str) -> None:
    """Count the seconds on the steps at ``place``. The check waits until the count is over."""
    now = context.services.clock()
    # The screen shows no seconds yet, which is the first phase.
    run = Run(
        *(place.chat_id, place.message_id, HOLD, muscle, context.edition.code, Priority.URGENT),
        began_at=now,
        due_at=now + STEP,
        shown_until=1,
        picture=steps(context.edition, muscle).picture if place.pictured else None,
        pictured=place.pictured,
    )

    def work(connection: Connection) -> None:
        runs.begin(connection, run)
        deferred.postpone(connection, CHECK, place, now + LONGEST + STEP)

    await _store(context, work)


async def cancel(context: BotContext, *, check: bool = False) -> None:
    """Cancel the count on the message whose button was pressed, so that it overwrites nothing shown later.

    With ``check``, cancel the ten-minute check of this message too.
    """
    place = context.message_ref
    if not (context.origin.press_id and place):
        return

    def work(connection: Connection) -> None:
        runs.discard(connection, place.chat_id, place.message_id, HOLD)
        if check:
            deferred.cancel(connection, place.chat_id, place.message_id, CHECK)

    await _store(context, work)


async def cancel_check(context: BotContext, message_id: int) -> None:
    """Cancel the check of the steps in another message of the same chat."""
    place = context.message_ref
    if place:
        await _store(context, lambda connection: deferred.cancel(connection, place.chat_id, message_id, CHECK))


async def cancel_all(context: BotContext) -> None:
    """Cancel every count and check in the chat, for somebody who writes that the cramp is over."""
    place = context.message_ref
    if not place:
        return

    def work(connection: Connection) -> None:
        runs.discard(connection, place.chat_id, None, HOLD)
        deferred.cancel(connection, place.chat_id, None, CHECK)

    await _store(context, work)


async def return_to_steps(context: BotContext) -> None:
    """Replace a count with the plain steps, on the message whose button was pressed. Other messages stay."""
    place, now = context.message_ref, context.services.clock()
    if place:
        chat_id, message_id = place.chat_id, place.message_id
        await _store(context, lambda connection: runs.stop(connection, chat_id, now, Priority.URGENT, message_id))


async def interrupt(context: BotContext) -> None:
    """Stop guided stretching in the chat: something more important is on the screen."""
    place, now = context.message_ref, context.services.clock()
    if place:
        chat_id = place.chat_id
        await _store(context, lambda connection: runs.stop(connection, chat_id, now, Priority.NORMAL))


async def _store(context: BotContext, work: Callable[[Connection], object]) -> None:
    """Write to the database, and only log it if that fails: a person in pain neither waits long nor sees an error."""
    try:
        async with asyncio.timeout(STORE_SECONDS):
            await context.services.store.write(work)
    except (StoreError, TimeoutError) as error:
        why = str(error) or "the database is slow"  # a TimeoutError has no text
        log.warning("Cannot store a count or a ten-minute check (%s); it may not appear, the steps stay", why)


def _timeline(_: Edition, name: str) -> Timeline | None:
    whole_seconds = (int(span.total_seconds()) for span in (STEP, LONGEST))
    return counting(*whole_seconds) if name in MUSCLES else None


async def draw_count(services: Services, edition: Edition, run: Run, screen: Screen, person: Person) -> Draft:
    """Draw the steps with the seconds so far. Once the count is over, draw the steps alone."""
    if screen.state is not RunState.RUNNING:
        return steps(edition, run.name)
    timed = screen.phases[0]
    return steps(edition, run.name, timed.phase.step * timed.phase.seconds)


async def draw_check(services: Services, row: ClaimedRow) -> DueMessage:
    """Draw the ten-minute check above the steps. An edit makes no sound."""
    message = row.message_id
    # After an outage the count may not have ended yet. It would overwrite the check.
    await services.store.write(lambda connection: runs.discard(connection, row.chat_id, message, HOLD))
    shown = lenient_json.loads((row.data or "{}").encode())
    edition = services.content.edition(shown["language"], country=row.person.country)
    return DueMessage(ten_minute_check(edition, shown["screen"]))


DEFERRED: dict[str, Draw] = {CHECK: draw_check}
GUIDES = {HOLD: Guide(_timeline, draw_count)}
