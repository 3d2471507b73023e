from datetime import timedelta

from simulator import SkippableClock
from simulator.state.callback_queries import Presses

ANSWER = {"answered": True, "text": "a", "show_alert": False}


def test_the_first_answer_counts(clock: SkippableClock) -> None:
    presses = Presses(clock)
    press = presses.add()
    assert presses.answer(press.id, ANSWER)
    assert presses.answer(press.id, ANSWER | {"text": "b"})
    assert press.answer == ANSWER


def test_only_presses_of_the_last_minute_can_be_answered(clock: SkippableClock) -> None:
    presses = Presses(clock)
    old = presses.add()
    clock.skip(timedelta(seconds=30))
    new = presses.add()
    clock.skip(timedelta(seconds=30))
    assert [presses.answer(press.id, ANSWER) for press in (old, new)] == [False, True]
    assert old.answer is None


def test_ids_differ(clock: SkippableClock) -> None:
    presses = Presses(clock)
    assert len({presses.add().id for _ in range(10)}) == 10
