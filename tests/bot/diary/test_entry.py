"""How an entry reads, what is asked next, and when several entries together are a reason to call."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.content import Edition
from bot.diary import entry
from bot.diary.words import Words
from bot.store.cramps import Cramp, Lasted, Muscle, Side
from tests.support.cramps import BAD, HOSTILE_NOTES, NIGHT

STOCKHOLM = "Europe/Stockholm"


def test_everything_that_is_known_has_a_line(edition: Edition) -> None:
    lines = entry.lines(edition, BAD)
    assert len(lines) == 8
    assert lines[-1].endswith(": after a long walk")
    assert entry.lines(edition, Cramp(NIGHT)) == []


@pytest.mark.parametrize("note", [note for note in HOSTILE_NOTES if "<" in note])
def test_a_note_injects_nothing(edition: Edition, note: str) -> None:
    (line,) = entry.lines(edition, Cramp(NIGHT, note=note))
    assert "<" not in line


def test_a_moment_is_that_of_the_clock_where_the_person_was(edition: Edition) -> None:
    assert entry.moment(edition, BAD, "America/New_York").endswith(" 03:12")
    assert entry.moment(edition, replace(BAD, zone=None), "America/New_York").endswith(" 22:12")


def test_without_a_clock_the_phone_shows_the_moment(edition: Edition) -> None:
    assert entry.moment(edition, Cramp(NIGHT), None).startswith("<tg-time unix=")


def test_the_questions_go_on_behind_the_last_one_and_leave_out_what_is_known() -> None:
    assert entry.next_question(Cramp(NIGHT)) == "pain"
    assert entry.next_question(Cramp(NIGHT, side=Side.LEFT), after="pain") == "muscle"
    assert entry.next_question(Cramp(NIGHT), after="woke") is None
    assert entry.next_question(BAD) is None


def test_every_answer_has_a_value_and_reads_like_its_button(edition: Edition) -> None:
    for field in entry.FIELDS:
        for key, label in edition.words(Words).answers(field).items():
            said = entry.answer(edition, replace(Cramp(NIGHT), **{field: entry.value_of(field, key)}), field)
            assert said
            assert said.startswith(label)


def calves(*lengths: Lasted | None, side: Side = Side.LEFT, muscle: Muscle = Muscle.CALF) -> list[Cramp]:
    """Return one cramp on each of the last days."""
    first = NIGHT - timedelta(days=len(lengths))
    return [
        Cramp(first + timedelta(days=day), STOCKHOLM, side=side, muscle=muscle, lasted=lasted)
        for day, lasted in enumerate(lengths)
    ]


GROWING = (Lasted.UNDER_1, Lasted.TO_5, Lasted.TO_10)


def test_the_same_calf_for_days_and_longer_each_time_is_a_reason_to_call() -> None:
    assert entry.is_growing(calves(*GROWING), STOCKHOLM, NIGHT)
    assert entry.is_growing(calves(Lasted.OVER_10, *GROWING), STOCKHOLM, NIGHT)
    both = Cramp(NIGHT, side=Side.BOTH, muscle=Muscle.CALF, lasted=Lasted.OVER_10)
    assert entry.is_growing([*calves(*GROWING[:2]), both], STOCKHOLM, NIGHT)


@pytest.mark.parametrize("cramps", [
    pytest.param([], id="nothing"),
    pytest.param(calves(*GROWING[:2]), id="two days"),
    pytest.param(calves(Lasted.TO_5, Lasted.TO_5, Lasted.TO_10), id="as long"),
    pytest.param(calves(*reversed(GROWING)), id="shorter"),
    pytest.param(calves(Lasted.TO_5, None, Lasted.TO_10), id="not known"),
    pytest.param(calves(*GROWING, muscle=Muscle.FOOT), id="the foot"),
    pytest.param([*calves(*GROWING[:2], None), *calves(Lasted.TO_10, side=Side.RIGHT)], id="the other leg"),
    pytest.param([replace(cramp, at=cramp.at - timedelta(days=8)) for cramp in calves(*GROWING)], id="long ago"),
    pytest.param([replace(cramp, at=NIGHT) for cramp in calves(*GROWING)], id="one day"),
])  # fmt: skip
def test_anything_else_is_none(cramps: list[Cramp]) -> None:
    assert not entry.is_growing(cramps, STOCKHOLM, NIGHT)
