"""Times in the past, as people write them: ``past.txt`` lists what each text may mean."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.parsing.past import OLDEST, names_past, read_past

FILE = Path(__file__).with_name("past.txt")
MORNING = datetime.fromisoformat("2026-11-25 09:00")
WORDS = sorted(
    {word for line in FILE.read_text(encoding="utf-8").splitlines() for word in line.partition("|")[0].split()}
)


def examples() -> Iterator[tuple[datetime, str, str]]:
    """Yield what the clock shows, a text, and the moments that it may mean."""
    now = MORNING
    for line in FILE.read_text(encoding="utf-8").splitlines():
        text, is_example, expected = line.partition(" | ")
        if text.startswith("now "):
            now = datetime.fromisoformat(text.removeprefix("now "))
        elif is_example:
            yield now, text, expected


def written(text: str, now: datetime) -> str:
    return ", ".join(f"{moment:%m-%d %H:%M}" for moment in read_past(text, now)) or "-"


def test_there_are_enough_examples_in_both_languages() -> None:
    texts = [text for _, text, _ in examples()]
    swedish = [
        text for text in texts if any(word in text for word in ("i natt", "igår", "i går", "kl", "sedan", "morse"))
    ]
    assert len(texts) >= 300
    assert len(swedish) >= 100


def test_no_example_is_read_wrong() -> None:
    different = [f"{text} | {written(text, now)}" for now, text, right in examples() if written(text, now) != right]
    assert different == []


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join))
def test_no_moment_is_in_the_future_or_long_ago(text: str) -> None:
    assert all(MORNING - OLDEST <= moment <= MORNING for moment in read_past(text, MORNING))


@given(st.text(max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    read_past(text, MORNING)


def test_seconds_do_not_count() -> None:
    assert read_past("now", MORNING + timedelta(seconds=40)) == (MORNING,)


@pytest.mark.parametrize("text", ["last night", "igår 22:40", "för en timme sedan", "natten till söndag", "24/11 at 3"])
def test_a_day_or_a_night_is_in_the_past(text: str) -> None:
    assert names_past(text)


@pytest.mark.parametrize("text", ["3", "03:10", "now", "nu", "halv fyra", "tomorrow"])
def test_a_time_alone_is_not(text: str) -> None:
    assert not names_past(text)
