"""What changes on the steps by itself: the seconds of a stretch that is being held, and the ten-minute check.

Each is put off with ``bot.store.deferred``, and drawn here when it is due.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta

from bot.app import BotContext, Services
from bot.content import Edition
from bot.errors import StoreError
from bot.messages.sender import MessageRef
from bot.parsing import lenient_json
from bot.parsing.places.names import country_of
from bot.reminders.deferred import Draw, DueMessage
from bot.store import Connection, deferred
from bot.store.claiming import ClaimedRow
from handlers.cramp.screens import steps, ten_minute_check

HOLD, STEPS, CHECK = "cramp.hold", "cramp.steps", "cramp.check"
"""What is put off: the next count of seconds, the return to the plain steps, and the ten-minute check."""
STEP, LONGEST = timedelta(seconds=5), timedelta(minutes=2)
"""How often the count is shown, and when it stops by itself."""
CHECK_AFTER = timedelta(minutes=10)
STORE_SECONDS = 1.0
"""Longest wait until the database has stored what is put off."""
log = logging.getLogger(__name__)


async def start_check(context: BotContext, place: MessageRef, muscle: str) -> None:
    """Show the check below the steps at ``place`` in ten minutes. If it is put off already, its time stays."""
    data, due_at = _data(context, muscle), context.services.clock() + CHECK_AFTER
    is_edited = place == context.message_ref

    def work(connection: Connection) -> None:
        # The ten minutes run from the first steps on, also if the person switches to another muscle.
        if not (is_edited and deferred.replace_data(connection, CHECK, place, data)):
            deferred.edit(connection, CHECK, place, due_at, data)

    await _store(context, work)


async def start_count(context: BotContext, place: MessageRef, muscle: str) -> None:
    """Count the seconds on the steps at ``place``. The check waits until the count is over."""
    data, now = _data(context, muscle), context.services.clock()

    def work(connection: Connection) -> None:
        # A second tap on "Hold with me" starts again, instead of two counts that overwrite each other.
        deferred.cancel(connection, place.chat_id, place.message_id, HOLD)
        deferred.edit(connection, HOLD, place, now + STEP, data)
        deferred.postpone(connection, CHECK, place, now + LONGEST + STEP)

    await _store(context, work)


async def cancel(context: BotContext, *kinds: str) -> None:
    """Cancel what is put off for the message whose button was pressed, so that it overwrites nothing shown later."""
    place = context.message_ref
    if context.event.callback_query and place:
        await _store(context, lambda connection: deferred.cancel(connection, place.chat_id, place.message_id, *kinds))


async def cancel_check(context: BotContext, message_id: int) -> None:
    """Cancel the check of the steps in another message of the same chat."""
    place = context.message_ref
    if place:
        await _store(context, lambda connection: deferred.cancel(connection, place.chat_id, message_id, CHECK))


async def cancel_all(context: BotContext) -> None:
    """Cancel every count and check in the chat, for somebody who writes that the cramp is over."""
    place = context.message_ref
    if place:
        await _store(context, lambda connection: deferred.cancel(connection, place.chat_id, None, HOLD, CHECK))


async def return_to_steps(context: BotContext) -> None:
    """Replace a count with the plain steps, on the message whose button was pressed. Other messages stay."""
    place, now = context.message_ref, context.services.clock()
    if place:
        await _store(context, lambda connection: deferred.change_kind(connection, HOLD, STEPS, place, now))


async def _store(context: BotContext, work: Callable[[Connection], object]) -> None:
    """Store what is put off. A person in pain neither waits for it nor sees its errors."""
    try:
        async with asyncio.timeout(STORE_SECONDS):
            await context.services.store.write(work)
    except (StoreError, TimeoutError) as error:
        why = str(error) or "the database is slow"  # an error is never false, not even one without a text
        log.warning("Cannot store a count or a ten-minute check (%s); it may not appear, the steps stay", why)


def _data(context: BotContext, muscle: str) -> str:
    """Return what is needed to draw the steps again: the muscle, the language, and since when they are shown."""
    shown = {"screen": muscle, "language": context.edition.code, "since": context.services.clock().timestamp()}
    return lenient_json.dumps(shown).decode()


def _read_data(services: Services, row: ClaimedRow) -> tuple[Edition, str, float]:
    shown = lenient_json.loads((row.data or "{}").encode())
    country = country_of(row.person.zone) if row.person.zone else None
    return services.content.edition(shown["language"], country=country), shown["screen"], shown["since"]


async def draw_count(services: Services, row: ClaimedRow) -> DueMessage:
    """Draw the steps with the seconds so far, and again after ``STEP``. After ``LONGEST``, draw them without."""
    edition, muscle, since = _read_data(services, row)
    # From the clock and not from the number of edits, because edits may be late or lost.
    seconds = int(services.clock().timestamp() - since)
    if seconds < LONGEST.total_seconds():
        return DueMessage(steps(edition, muscle, seconds), repeat_after=STEP)
    return DueMessage(steps(edition, muscle))


async def draw_steps(services: Services, row: ClaimedRow) -> DueMessage:
    """Draw the steps without a count."""
    edition, muscle, _ = _read_data(services, row)
    return DueMessage(steps(edition, muscle))


async def draw_check(services: Services, row: ClaimedRow) -> DueMessage:
    """Draw the ten-minute check above the steps. An edit makes no sound."""
    edition, muscle, _ = _read_data(services, row)
    return DueMessage(ten_minute_check(edition, muscle))


DEFERRED: dict[str, Draw] = {HOLD: draw_count, STEPS: draw_steps, CHECK: draw_check}
