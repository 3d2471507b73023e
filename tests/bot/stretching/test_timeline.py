"""Routines as phases in time."""

import pytest

from bot.content import Paragraph, Routine, RoutineStep, Side
from bot.stretching.timeline import Detail, PhaseKind, Timeline, counting, detail_for, of_routine
from tests.support.running_bot import content

ROUTINES = content().edition().routines
EVENING = of_routine(ROUTINES["evening"])
FOUR_MINUTES = 240


def routine(*steps: tuple[int, int, int]) -> Routine:
    """Return a routine whose steps are ``(hold, rest, repetitions)``."""
    sequence = tuple(
        RoutineStep(stretch="foot", side=Side.LEFT, hold=hold, rest=rest, repetitions=times)
        for hold, rest, times in steps
    )
    return Routine(name="Test", button="Test", about=Paragraph(text="Test."), sequence=sequence)


def kinds(timeline: Timeline) -> str:
    return " ".join(f"{phase.kind}{phase.seconds}" for phase in timeline.phases)


def windows(timeline: Timeline, detail: Detail) -> list[int]:
    """Return how many phases each edit shows."""
    first, lengths = 0, []
    while first < len(timeline.phases):
        end = timeline.end_of_window(first, detail)
        lengths.append(end - first)
        first = end
    return lengths


def test_a_rest_stands_between_holds_and_not_after_the_last_one() -> None:
    timeline = of_routine(routine((10, 8, 2), (20, 7, 1)))
    assert kinds(timeline) == "ready5 hold10 rest8 hold10 rest8 hold20"
    assert [(phase.step, phase.repetition) for phase in timeline.phases] == [
        (0, 1), (0, 1), (0, 2), (0, 2), (1, 1), (1, 1),
    ]  # fmt: skip
    assert timeline.seconds == 61
    assert not timeline.keeps_time


def test_the_evening_is_the_dose_of_the_trial_in_under_four_minutes() -> None:
    holds = [phase for phase in EVENING.phases if phase.kind is PhaseKind.HOLD]
    assert {phase.seconds for phase in holds} == {10}
    assert [phase.repetition for phase in holds] == [1, 2, 3] * 4
    assert {phase.seconds for phase in EVENING.phases if phase.kind is PhaseKind.REST} == {10}
    stretches = [(step.stretch, step.side) for step in ROUTINES["evening"].sequence]
    assert stretches == [("calf_towel", "left"), ("calf_towel", "right"), ("hamstring", "left"), ("hamstring", "right")]
    assert EVENING.seconds < FOUR_MINUTES


@pytest.mark.parametrize("name", ROUTINES)
def test_every_routine_stretches_both_legs_alike(name: str) -> None:
    left, right = (
        [
            (step.stretch, step.hold, step.rest, step.repetitions)
            for step in ROUTINES[name].sequence
            if step.side is side
        ]
        for side in Side
    )
    assert left == right != []


@pytest.mark.parametrize("name", content().edition().stretches)
def test_the_left_leg_has_the_mirrored_picture_of_the_right_leg(name: str) -> None:
    edition = content().edition()
    right, left = (edition.pictures[edition.stretches[name].picture(side)].file for side in (Side.RIGHT, Side.LEFT))
    assert left == right.replace(".png", "-left.png"), "which the tests of the pictures compare"


@pytest.mark.parametrize(("detail", "lengths"), [
    (Detail.PHASE, [1] * 24), (Detail.HOLD, [2] * 12), (Detail.STEP, [6] * 4), (Detail.WHOLE, [24]),
])  # fmt: skip
def test_one_edit_shows_more_the_coarser_the_detail_is(detail: Detail, lengths: list[int]) -> None:
    assert windows(EVENING, detail) == lengths
    assert EVENING.edits_per_second(detail) == len(lengths) / EVENING.seconds


def test_a_window_can_begin_in_the_middle_of_a_step() -> None:
    assert EVENING.end_of_window(3, Detail.HOLD) == 4, "a hold alone"
    assert EVENING.end_of_window(3, Detail.STEP) == 6
    assert EVENING.end_of_window(23, Detail.STEP) == 24


def test_the_detail_is_the_finest_that_can_be_afforded() -> None:
    for detail in Detail:
        assert detail_for(EVENING, EVENING.edits_per_second(detail)) is detail
        assert detail_for(EVENING, EVENING.edits_per_second(detail) * 0.99) is Detail(min(detail + 1, Detail.WHOLE))
    assert detail_for(EVENING, 100.0) is Detail.PHASE
    assert detail_for(EVENING, 0.0) is Detail.WHOLE


def test_each_hold_has_a_phase_before_it_to_go_back_to() -> None:
    for index, phase in enumerate(EVENING.phases):
        assert EVENING.phases[EVENING.lead(index)].kind is not PhaseKind.HOLD
        assert EVENING.phases[EVENING.lead(index)].repetition == phase.repetition
    assert EVENING.lead(24) == 24


def test_the_next_step_is_after_all_holds_of_this_one() -> None:
    assert [EVENING.next_step(index) for index in (0, 5, 6, 18, 23, 24)] == [6, 6, 12, 24, 24, 24]
    assert EVENING.holds(0, 6) == 3
    assert EVENING.holds(6, 24) == 9
    assert EVENING.holds(24, 24) == 0


def test_a_count_goes_on_while_nothing_can_be_shown() -> None:
    count = counting(5, 120)
    assert kinds(count) == " ".join(["count5"] * 24)
    assert count.keeps_time
    assert count.seconds == 120
