"""What was answered a moment ago is known, and nothing else is."""

from datetime import datetime, timedelta, timezone

from bot.app.recent_answers import RecentAnswers

NOW = datetime(2026, 11, 1, 3, 12, tzinfo=timezone.utc)
SPAN = timedelta(seconds=5)
LATER = NOW + SPAN


def test_an_answer_is_remembered_for_the_span() -> None:
    answers = RecentAnswers[str](SPAN)
    answers.add("still", NOW)
    assert answers.has("still", NOW)
    assert answers.has("still", LATER - timedelta(microseconds=1))
    assert not answers.has("still", LATER)
    assert not answers.has("eased", NOW)


def test_a_clock_that_was_set_back_keeps_nobody_from_an_answer() -> None:
    answers = RecentAnswers[str](SPAN)
    answers.add("still", LATER)
    assert not answers.has("still", NOW)


def test_old_answers_are_forgotten() -> None:
    answers = RecentAnswers[int](SPAN)
    for number in range(1000):
        answers.add(number, NOW + number * timedelta(seconds=1))
    assert len(answers._answered) == SPAN // timedelta(seconds=1)
