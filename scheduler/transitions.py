"""What becomes of a row of the outbox after an attempt to send it: a pure function of how the attempt went."""

from collections.abc import Collection
from datetime import datetime, timedelta

from bot.messages.outcome import Outcome, Verdict
from bot.reminders.deferred import DueMessage
from bot.store.outbox import MOST_ATTEMPTS, Due, End

AGAIN = timedelta(seconds=30)
"""After how long what may not have arrived is sent again, if its server failed or if it must arrive."""


def end_of(due: Due, outcome: Outcome, message: DueMessage | None, now: datetime, must_arrive: Collection[str]) -> End:
    """How an attempt ends; without a message nothing was to be said.

    ``now`` is UTC, ``must_arrive`` are the kinds that rather come twice than perhaps not at all.
    """
    if due.pictured is not None:
        return _end_of_edit(due, outcome, message, now)
    match outcome.verdict:
        case Verdict.SENT:
            return End(due.id, "sent", message_id=outcome.message_id)
        case Verdict.LATER:
            return _not_yet(due, outcome, now)
        case Verdict.UNKNOWN if (outcome.failed or due.kind in must_arrive) and due.attempts < MOST_ATTEMPTS:
            return End(due.id, "pending", again_at=now + AGAIN)
        case Verdict.UNKNOWN:
            return End(due.id, "presumed", outcome.why[:60])
        case Verdict.STALE if message is None:
            return End(due.id, "cancelled", outcome.why[:60])
    return End(due.id, "dead", outcome.why[:60])


def _end_of_edit(due: Due, outcome: Outcome, message: DueMessage | None, now: datetime) -> End:
    """An edit may be made twice; of one that is made, and of one that cannot be made, nothing is kept."""
    told = outcome.verdict in {Verdict.SENT, Verdict.STALE, Verdict.LATER, Verdict.UNKNOWN}
    if told and message and message.repeat_after:
        wait = max(message.repeat_after, timedelta(seconds=outcome.wait_seconds))
        return End(due.id, "pending", due_at=now + wait, counts=False)
    if outcome.verdict is Verdict.LATER:
        return _not_yet(due, outcome, now)
    if outcome.verdict is Verdict.UNKNOWN and due.attempts < MOST_ATTEMPTS:
        return End(due.id, "pending", again_at=now + AGAIN)
    return End(due.id, outcome.verdict.value, forgotten=True)


def _not_yet(due: Due, outcome: Outcome, now: datetime) -> End:
    return End(due.id, "pending", again_at=now + timedelta(seconds=outcome.wait_seconds), counts=False)
