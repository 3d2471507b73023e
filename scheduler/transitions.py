"""The new state of a row of the outbox after an attempt to send it: a pure function of the attempt's outcome."""

from collections.abc import Collection
from datetime import datetime, timedelta

from bot.messages.outcome import Outcome, Verdict
from bot.reminders.deferred import DueMessage
from bot.store.claiming import ClaimedRow
from bot.store.outbox import MOST_ATTEMPTS, Transition
from bot.store.tables import OutboxState, RowType

RETRY_AFTER = timedelta(seconds=30)
"""Pause before a message that may not have arrived is sent again."""
LONGEST_REASON = 60
"""The number of characters that the column ``reason`` can hold."""


def transition_after(
    row: ClaimedRow, outcome: Outcome, message: DueMessage | None, now: datetime, must_arrive: Collection[str]
) -> Transition:
    """Return the transition of a row after an attempt to send it.

    Args:
        row: The row.
        outcome: How the attempt ended.
        message: The message that was sent. None if there was nothing to say.
        now: UTC.
        must_arrive: The kinds that are sent again if they may not have arrived: two copies are better than none.
    """
    if row.type is RowType.EDIT:
        return _transition_of_edit(row, outcome, message, now)
    reason = outcome.why[:LONGEST_REASON]
    match outcome.verdict:
        case Verdict.SENT:
            return Transition(row.id, OutboxState.SENT, message_id=outcome.message_id)
        case Verdict.LATER:
            return _retry_later(row, outcome, now)
        case Verdict.UNKNOWN if (outcome.failed or row.kind in must_arrive) and row.attempts < MOST_ATTEMPTS:
            return Transition(row.id, OutboxState.PENDING, not_before=now + RETRY_AFTER)
        case Verdict.UNKNOWN:
            return Transition(row.id, OutboxState.PRESUMED, reason)
        case Verdict.STALE if message is None:
            return Transition(row.id, OutboxState.CANCELLED, reason)
    return Transition(row.id, OutboxState.DEAD, reason)


def _transition_of_edit(row: ClaimedRow, outcome: Outcome, message: DueMessage | None, now: datetime) -> Transition:
    """Return the transition of an edit, which may be made twice. The row is deleted when it is made or impossible."""
    is_repeatable = outcome.verdict in {Verdict.SENT, Verdict.STALE, Verdict.LATER, Verdict.UNKNOWN}
    if is_repeatable and message and message.repeat_after:
        pause = max(message.repeat_after, timedelta(seconds=outcome.wait_seconds))
        return Transition(row.id, OutboxState.PENDING, due_at=now + pause, counts_as_attempt=False)
    if outcome.verdict is Verdict.LATER:
        return _retry_later(row, outcome, now)
    if outcome.verdict is Verdict.UNKNOWN and row.attempts < MOST_ATTEMPTS:
        return Transition(row.id, OutboxState.PENDING, not_before=now + RETRY_AFTER)
    return Transition(row.id, OutboxState.DEAD, delete=True)


def _retry_later(row: ClaimedRow, outcome: Outcome, now: datetime) -> Transition:
    not_before = now + timedelta(seconds=outcome.wait_seconds)
    return Transition(row.id, OutboxState.PENDING, not_before=not_before, counts_as_attempt=False)
