"""How a row of the outbox goes on after an attempt to send it: a pure function of the attempt's outcome."""

from collections.abc import Collection
from datetime import datetime, timedelta

from bot.messages.outcome import Outcome, Verdict
from bot.reminders.deferred import DueMessage
from bot.store.outbox import MOST_ATTEMPTS, Due, End
from bot.store.tables import OutboxState, RowType

RETRY_AFTER = timedelta(seconds=30)
"""Pause before a message that may not have arrived is sent again."""
LONGEST_REASON = 60
"""Characters of the column."""


def end_of(due: Due, outcome: Outcome, message: DueMessage | None, now: datetime, must_arrive: Collection[str]) -> End:
    """Return how an attempt ends; without a message there was nothing to say.

    ``now`` is UTC. A message of a ``must_arrive`` kind is sent a second time rather than perhaps not at all.
    """
    if due.type is RowType.EDIT:
        return _end_of_edit(due, outcome, message, now)
    reason = outcome.why[:LONGEST_REASON]
    match outcome.verdict:
        case Verdict.SENT:
            return End(due.id, OutboxState.SENT, message_id=outcome.message_id)
        case Verdict.LATER:
            return _put_off(due, outcome, now)
        case Verdict.UNKNOWN if (outcome.failed or due.kind in must_arrive) and due.attempts < MOST_ATTEMPTS:
            return End(due.id, OutboxState.PENDING, not_before=now + RETRY_AFTER)
        case Verdict.UNKNOWN:
            return End(due.id, OutboxState.PRESUMED, reason)
        case Verdict.STALE if message is None:
            return End(due.id, OutboxState.CANCELLED, reason)
    return End(due.id, OutboxState.DEAD, reason)


def _end_of_edit(due: Due, outcome: Outcome, message: DueMessage | None, now: datetime) -> End:
    """An edit may be made twice. The row of one that was made, or cannot be made, is deleted."""
    is_repeatable = outcome.verdict in {Verdict.SENT, Verdict.STALE, Verdict.LATER, Verdict.UNKNOWN}
    if is_repeatable and message and message.repeat_after:
        pause = max(message.repeat_after, timedelta(seconds=outcome.wait_seconds))
        return End(due.id, OutboxState.PENDING, due_at=now + pause, counts=False)
    if outcome.verdict is Verdict.LATER:
        return _put_off(due, outcome, now)
    if outcome.verdict is Verdict.UNKNOWN and due.attempts < MOST_ATTEMPTS:
        return End(due.id, OutboxState.PENDING, not_before=now + RETRY_AFTER)
    return End(due.id, OutboxState.DEAD, forgotten=True)


def _put_off(due: Due, outcome: Outcome, now: datetime) -> End:
    not_before = now + timedelta(seconds=outcome.wait_seconds)
    return End(due.id, OutboxState.PENDING, not_before=not_before, counts=False)
