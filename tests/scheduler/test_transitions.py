"""How a row goes on after each outcome of an attempt."""

from datetime import datetime, timedelta, timezone

import pytest

from bot.messages.outcome import Outcome, Verdict
from bot.messages.sender import Draft
from bot.reminders.deferred import DueMessage
from bot.store.claiming import ClaimedRow
from bot.store.outbox import MOST_ATTEMPTS, Transition
from bot.store.people import Person
from bot.store.tables import OutboxState, RowType
from scheduler.transitions import RETRY_AFTER, transition_after

NOW = datetime(2026, 11, 1, 20, 0, tzinfo=timezone.utc)
WAIT = timedelta(seconds=7)
STEP = timedelta(seconds=5)
ONCE, REPEATED = DueMessage(Draft("x")), DueMessage(Draft("x"), repeat_after=STEP)


def due(*, edits: bool = False, attempts: int = 1) -> ClaimedRow:
    message, pictured = (9, True) if edits else (None, None)
    type_ = RowType.EDIT if edits else RowType.OCCURRENCE
    return ClaimedRow(1, 2, type_, "water", 1, NOW, True, None, message, pictured, attempts, Person(2))


@pytest.mark.parametrize(("verdict", "end"), [
    (Verdict.SENT, Transition(1, OutboxState.SENT, message_id=5)),
    (Verdict.LATER, Transition(1, OutboxState.PENDING, not_before=NOW + WAIT, counts_as_attempt=False)),
    (Verdict.UNKNOWN, Transition(1, OutboxState.PRESUMED, "why")),
    (Verdict.STALE, Transition(1, OutboxState.DEAD, "why")),
    (Verdict.GONE, Transition(1, OutboxState.DEAD, "why")),
    (Verdict.BUG, Transition(1, OutboxState.DEAD, "why")),
    (Verdict.MOVED, Transition(1, OutboxState.DEAD, "why")),
])  # fmt: skip
def test_a_message_ends_as_the_verdict_says(verdict: Verdict, end: Transition) -> None:
    outcome = Outcome(verdict, message_id=5 if verdict is Verdict.SENT else None, wait_seconds=7, why="why")
    assert transition_after(due(), outcome, ONCE, NOW, ()) == end


@pytest.mark.parametrize(("attempts", "end"), [
    (1, Transition(1, OutboxState.PENDING, not_before=NOW + RETRY_AFTER)),
    (MOST_ATTEMPTS, Transition(1, OutboxState.PRESUMED, "why")),
])  # fmt: skip
def test_a_message_that_must_arrive_is_repeated_once(attempts: int, end: Transition) -> None:
    assert transition_after(due(attempts=attempts), Outcome(Verdict.UNKNOWN, why="why"), ONCE, NOW, {"water"}) == end


def test_a_row_with_nothing_to_say_is_cancelled() -> None:
    assert transition_after(due(), Outcome(Verdict.STALE, why="over"), None, NOW, ()) == Transition(
        1, OutboxState.CANCELLED, "over"
    )


def test_a_reason_fits_its_column() -> None:
    assert transition_after(due(), Outcome(Verdict.BUG, why="x" * 99), ONCE, NOW, ()) == Transition(
        1, OutboxState.DEAD, "x" * 60
    )


@pytest.mark.parametrize("verdict", [Verdict.SENT, Verdict.STALE, Verdict.UNKNOWN])
def test_a_repeating_edit_is_due_again(verdict: Verdict) -> None:
    end = transition_after(due(edits=True), Outcome(verdict), REPEATED, NOW, ())
    assert end == Transition(1, OutboxState.PENDING, due_at=NOW + STEP, counts_as_attempt=False)


def test_a_repeating_edit_waits_as_long_as_telegram_says() -> None:
    end = transition_after(due(edits=True), Outcome(Verdict.LATER, wait_seconds=7), REPEATED, NOW, ())
    assert end == Transition(1, OutboxState.PENDING, due_at=NOW + WAIT, counts_as_attempt=False)


@pytest.mark.parametrize("verdict", [Verdict.SENT, Verdict.STALE, Verdict.GONE, Verdict.BUG])
@pytest.mark.parametrize("message", [ONCE, None])
def test_an_edit_that_has_ended_is_deleted(verdict: Verdict, message: DueMessage | None) -> None:
    assert transition_after(due(edits=True), Outcome(verdict), message, NOW, ()).delete


@pytest.mark.parametrize("verdict", [Verdict.GONE, Verdict.BUG])
def test_a_repeating_edit_ends_when_its_message_is_gone(verdict: Verdict) -> None:
    assert transition_after(due(edits=True), Outcome(verdict), REPEATED, NOW, ()).delete


def test_an_edit_that_may_have_failed_is_repeated_once() -> None:
    first, second = (
        transition_after(due(edits=True, attempts=attempts), Outcome(Verdict.UNKNOWN), ONCE, NOW, ())
        for attempts in (1, 2)
    )
    assert first == Transition(1, OutboxState.PENDING, not_before=NOW + RETRY_AFTER)
    assert second.delete
