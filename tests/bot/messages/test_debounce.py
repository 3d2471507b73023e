"""A press that was answered a moment ago is known, and nothing else is."""

from datetime import datetime, timedelta, timezone

from bot.messages.debounce import REPETITION, Presses
from bot.messages.sender import MessageRef

NOW = datetime(2026, 11, 1, 3, 12, tzinfo=timezone.utc)
PRESS = (1, MessageRef(1, 10, pictured=True), "cramp:still")
LATER = NOW + REPETITION


def test_the_same_press_is_recognised_for_some_seconds() -> None:
    presses = Presses()
    presses.note(PRESS, NOW)
    assert presses.is_answered(PRESS, NOW)
    assert presses.is_answered(PRESS, LATER - timedelta(microseconds=1))
    assert not presses.is_answered(PRESS, LATER)


def test_another_person_message_or_button_is_another_press() -> None:
    presses = Presses()
    presses.note(PRESS, NOW)
    who, place, data = PRESS
    for other in [(2, place, data), (who, MessageRef(1, 11, pictured=True), data), (who, place, "cramp:eased")]:
        assert not presses.is_answered(other, NOW)


def test_a_clock_that_was_set_back_keeps_nobody_from_an_answer() -> None:
    presses = Presses()
    presses.note(PRESS, LATER)
    assert not presses.is_answered(PRESS, NOW)


def test_old_presses_are_forgotten() -> None:
    presses = Presses()
    for number in range(1000):
        presses.note((number, PRESS[1], PRESS[2]), NOW + number * timedelta(seconds=1))
    assert len(presses._answered) == REPETITION // timedelta(seconds=1)
