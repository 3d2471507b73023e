"""How a run goes on, and that nobody is shown less than the dose."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.content import Routine
from bot.store.runs import Run
from bot.store.tables import Priority, RunState
from bot.stretching import progress
from bot.stretching.timeline import Detail, PhaseKind, Timeline, counting, of_routine
from tests.support.held import Hold, Seen, dose, seconds_shown
from tests.support.routines import routines
from tests.support.running_bot import content

EVENING = datetime(2026, 11, 1, 20, 30, tzinfo=timezone.utc)
TIMELINE = of_routine(content().edition().routines["evening"])
FAST = timedelta(milliseconds=150)
HOUR = 3600.0


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def new_run(now: datetime = EVENING) -> Run:
    return Run(1, 2, "stretch", "evening", "en", Priority.NORMAL, began_at=now, due_at=now)


def step(timeline: Timeline, run: Run, took: timedelta = FAST, detail: Detail = Detail.PHASE) -> tuple[Run, Seen]:
    """Edit the message when it is due; return the run after it, and what is seen from then on."""
    ahead = progress.advance(timeline, run, run.due_at, detail)
    seen = Seen(run.due_at + took, progress.screen(timeline, ahead))
    return progress.shown(timeline, ahead, run.due_at, run.due_at + took), seen


def play(timeline: Timeline, took: timedelta = FAST, detail: Detail = Detail.PHASE) -> list[Seen]:
    """Return all that is seen of a run, if every edit takes as long."""
    run = new_run()
    seen: list[Seen] = []
    while not seen or seen[-1].screen.state is RunState.RUNNING:
        ahead = progress.advance(timeline, run, run.due_at, detail)
        seen.append(Seen(run.due_at + took, progress.screen(timeline, ahead)))
        if ahead.state is RunState.RUNNING:
            run = progress.shown(timeline, ahead, run.due_at, run.due_at + took)
        assert len(seen) < 100
    return seen


def starts(seen: list[Seen]) -> list[float]:
    """Return the seconds at which each phase begins, as shown."""
    return [(timed.begins_at - EVENING).total_seconds() for shown in seen for timed in shown.screen.phases]


@pytest.mark.parametrize("detail", Detail)
def test_a_run_takes_as_long_as_its_routine_and_ends_with_done(detail: Detail) -> None:
    seen = play(TIMELINE, detail=detail)
    assert seen[-1].screen == progress.Screen(RunState.DONE, ())
    assert seen[-1].at == EVENING + seconds(TIMELINE.seconds) + FAST
    assert starts(seen) == [0, *range(5, 235, 10)]


def test_a_hold_is_on_the_screen_when_it_begins_and_until_it_ends() -> None:
    seen = play(TIMELINE)
    assert seconds_shown(seen) == {hold: 10 + FAST.total_seconds() for hold in dose(TIMELINE)}
    hold = next(shown for shown in seen if shown.screen.phases[0].phase.kind is PhaseKind.HOLD)
    assert hold.at == hold.screen.phases[0].begins_at - progress.AHEAD + FAST


def test_times_are_whole_seconds_whenever_a_run_begins() -> None:
    run = new_run(EVENING + seconds(0.4))
    run, seen = step(TIMELINE, run)
    assert seen.screen.phases[0].begins_at == EVENING + seconds(1)
    assert run.due_at == EVENING + seconds(1 + 5 - 1)


def test_a_slow_network_makes_no_hold_shorter() -> None:
    seen = play(TIMELINE, took=seconds(3.2))
    shown = seconds_shown(seen)
    assert {hold: shown[hold] >= 10 for hold in dose(TIMELINE)} == dict.fromkeys(dose(TIMELINE), True)
    assert seen[-1].at < EVENING + seconds(TIMELINE.seconds + 30), "after the first edit it is allowed for"


def test_a_late_edit_is_corrected() -> None:
    run, _ = step(TIMELINE, new_run())
    late, seen = step(TIMELINE, run, took=seconds(4))
    assert late.shown_until == late.phase == 1
    assert (late.lag, late.due_at) == (4, seen.at)
    again, corrected = step(TIMELINE, late)
    assert corrected.screen.phases[0].begins_at == seen.at + seconds(4)
    assert again.shown_until == 2


def test_a_hold_begins_although_its_edits_leave_at_the_very_second_of_its_beginning() -> None:
    run, _ = step(TIMELINE, new_run())
    for second in range(20, 30):  # Telegram refused the edit until then, and each second has one try
        at = EVENING + seconds(second)
        if run.due_at <= at:
            run = progress.shown(TIMELINE, progress.advance(TIMELINE, run, at, Detail.PHASE), at, at + FAST)
    assert (run.phase, run.shown_until, run.began_at) == (1, 2, EVENING + seconds(22))


def test_nothing_shown_means_that_the_run_waits() -> None:
    run, _ = step(TIMELINE, new_run())
    later = progress.advance(TIMELINE, run, run.due_at + seconds(200), Detail.PHASE)
    assert later.began_at == run.due_at + seconds(200)
    assert later.phase == 1


@pytest.mark.parametrize("at", [0.2, 4.0, 5.0, 9.0, 14.9])
def test_a_pause_goes_back_to_before_the_present_hold(at: float) -> None:
    run = new_run()
    while run.due_at <= EVENING + seconds(at):
        run, _ = step(TIMELINE, run)
    paused = progress.pause(TIMELINE, run, EVENING + seconds(at))
    assert (paused.state, paused.phase, paused.due_at) == (RunState.PAUSED, 0, EVENING + seconds(at))
    shown, seen = step(TIMELINE, paused)
    assert [timed.phase for timed in seen.screen.phases] == [TIMELINE.phases[0]]
    assert shown.due_at == EVENING + seconds(at) + progress.LONGEST_PAUSE
    resumed = progress.resume(shown, EVENING + seconds(100))
    _, seen = step(TIMELINE, resumed)
    assert seen.screen.phases[0].begins_at == EVENING + seconds(100)
    assert seen.screen.phases[0].phase.kind is PhaseKind.READY


def test_a_pause_in_a_rest_goes_on_with_the_rest() -> None:
    run = new_run()
    while run.due_at < EVENING + seconds(20):
        run, _ = step(TIMELINE, run)
    assert progress.pause(TIMELINE, run, EVENING + seconds(18)).phase == 2


@pytest.mark.parametrize(("at", "phase"), [(3, 0), (7, 0), (17, 2), (27, 2), (62, 4)])
def test_a_pause_knows_where_a_coarse_screen_is(at: int, phase: int) -> None:
    run, _ = step(TIMELINE, new_run(), detail=Detail.STEP)
    assert progress.pause(TIMELINE, run, EVENING + seconds(at)).phase == phase


def test_a_long_pause_stops_the_run() -> None:
    paused = progress.pause(TIMELINE, new_run(), EVENING)
    shown, _ = step(TIMELINE, paused)
    assert progress.advance(TIMELINE, shown, shown.due_at, Detail.PHASE).state is RunState.STOPPED


def test_a_run_that_could_not_be_shown_for_long_is_stopped() -> None:
    run, _ = step(TIMELINE, new_run())
    almost = run.due_at + progress.LONGEST_DELAY
    assert progress.advance(TIMELINE, run, almost, Detail.PHASE).state is RunState.RUNNING
    assert progress.advance(TIMELINE, run, almost + seconds(2), Detail.PHASE).state is RunState.STOPPED


def test_skip_goes_to_the_other_leg_and_counts_what_is_left_out() -> None:
    run, _ = step(TIMELINE, new_run())
    run, _ = step(TIMELINE, run)
    skipped = progress.skip(TIMELINE, run, EVENING + seconds(8))
    assert (skipped.phase, skipped.shown_until, skipped.skipped) == (6, 6, 3)
    _, seen = step(TIMELINE, skipped)
    assert seen.screen.phases[0].phase == TIMELINE.phases[6]


def test_a_second_tap_changes_nothing() -> None:
    run, _ = step(TIMELINE, new_run())
    paused = progress.pause(TIMELINE, run, EVENING)
    assert progress.pause(TIMELINE, paused, EVENING + seconds(1)) is paused
    assert progress.resume(run, EVENING + seconds(1)) is run


def test_skip_in_a_pause_goes_on() -> None:
    paused = progress.pause(TIMELINE, new_run(), EVENING)
    assert progress.skip(TIMELINE, paused, EVENING).state is RunState.RUNNING


def test_whoever_skips_everything_has_not_stretched() -> None:
    run = new_run()
    for number in range(1, 5):
        run = progress.skip(TIMELINE, run, EVENING + seconds(number))
    done = progress.advance(TIMELINE, run, run.due_at, Detail.PHASE)
    assert done.state is RunState.DONE
    assert not progress.has_stretched(TIMELINE, done)
    assert progress.has_stretched(TIMELINE, replace(done, skipped=9))
    assert progress.pause(TIMELINE, run, run.due_at) is run, "there is nothing left to pause"
    assert progress.skip(TIMELINE, run, run.due_at).skipped == 12


def test_a_count_shows_the_present_second_however_late() -> None:
    count = counting(5, 120)
    run = progress.advance(count, new_run(), EVENING, Detail.PHASE)
    run = progress.shown(count, run, EVENING, EVENING + FAST)
    assert run.due_at == EVENING + seconds(5)
    late = progress.advance(count, run, EVENING + seconds(23), Detail.PHASE)
    assert (late.phase, late.began_at) == (4, EVENING + seconds(20))
    over = progress.advance(count, late, EVENING + seconds(121), Detail.PHASE)
    assert over.state is RunState.DONE


def test_a_minute_has_no_more_edits_than_it_may() -> None:
    run = new_run()
    for second in range(20):
        run = progress.edited(run, EVENING + seconds(second))
    assert run.edits == tuple(EVENING + seconds(second) for second in range(4, 20))
    assert progress.crowded_until(run, EVENING + seconds(20), 14) == EVENING + seconds(66)
    assert progress.crowded_until(run, EVENING + seconds(66), 14) is None
    assert progress.crowded_until(run, EVENING + seconds(20), 17) is None
    assert progress.crowded_until(new_run(), EVENING, 1) is None


def test_an_end_stays_what_it_is() -> None:
    for state in (RunState.DONE, RunState.STOPPED):
        run = replace(new_run(), state=state)
        assert progress.advance(TIMELINE, run, EVENING + seconds(5), Detail.PHASE) is run
        assert progress.screen(TIMELINE, run).phases == ()


# Any routine, any troubles


@dataclass(frozen=True)
class Try:
    """What happens to one edit: it is late, refused for a while, or its answer is lost."""

    delay: float = 0.1
    refused: float = 0.0
    is_unanswered: bool = False
    detail: Detail = Detail.PHASE


@dataclass(frozen=True)
class Press:
    """A button that is pressed so many seconds after the one before."""

    name: str
    after: float


@dataclass
class Story:
    """One run through ``timeline``, with troubles and presses."""

    timeline: Timeline
    tries: list[Try]
    presses: list[Press]
    now: datetime = EVENING
    run: Run = field(default_factory=new_run)
    seen: list[Seen] = field(default_factory=list)
    skipped: set[Hold] = field(default_factory=set)

    def play(self) -> None:
        """Play until the message shows an end."""
        press_at = self.now
        while True:
            if self.presses and press_at + seconds(self.presses[0].after) <= self.run.due_at:
                press = self.presses.pop(0)
                press_at += seconds(press.after)
                self.now = max(self.now, press_at)
                self.press(press.name)
                continue
            self.now = max(self.now, self.run.due_at)
            attempt = self.tries.pop(0) if self.tries else Try()
            if self.edit(attempt):
                return
            assert self.now < EVENING + seconds(HOUR * 12), "it never ends"

    def press(self, name: str) -> None:
        if not self.run.is_active:
            return
        here = self.timeline.lead(progress.current(self.timeline, self.run, self.now))
        match name:
            case "pause":
                self.run = progress.pause(self.timeline, self.run, self.now)
            case "resume":
                self.run = progress.resume(self.run, self.now)
            case "skip":
                left_out = self.timeline.phases[here : self.timeline.next_step(here)]
                self.skipped |= {(phase.step, phase.repetition) for phase in left_out}
                self.run = progress.skip(self.timeline, self.run, self.now)
            case "stop":
                self.run = replace(self.run, state=RunState.STOPPED, began_at=self.now, due_at=self.now)

    def edit(self, attempt: Try) -> bool:
        """Make one edit; return whether the message shows the end."""
        ahead = progress.advance(self.timeline, self.run, self.now, attempt.detail)
        sent_at = self.now
        if attempt.refused:
            self.run = replace(self.run, due_at=sent_at + seconds(attempt.refused))
            return False
        self.seen.append(Seen(sent_at + seconds(attempt.delay / 2), progress.screen(self.timeline, ahead)))
        self.now += seconds(attempt.delay)
        if attempt.is_unanswered:
            self.run = replace(self.run, due_at=self.now)
            return False
        if not ahead.is_active:
            self.run = ahead
            return True
        self.run = progress.shown(self.timeline, ahead, sent_at, self.now)
        return False


tries = st.lists(
    st.builds(
        Try,
        delay=st.floats(0.05, 40.0) | st.floats(0.05, 1.5),
        refused=st.just(0.0) | st.floats(1.0, 90.0),
        is_unanswered=st.booleans(),
        detail=st.sampled_from(Detail),
    ),
    max_size=25,
)
presses = st.lists(
    st.builds(Press, name=st.sampled_from(["pause", "resume", "skip", "stop"]), after=st.floats(0.1, 120.0)), max_size=8
)


@settings(max_examples=150, deadline=None)
@given(routine=routines(steps=5, hold=40, rest=20, repetitions=4), tries=tries, presses=presses)
def test_every_hold_that_was_not_skipped_is_shown_for_its_dose(
    routine: Routine, tries: list[Try], presses: list[Press]
) -> None:
    story = Story(of_routine(routine), tries, presses)
    story.play()
    last = story.seen[-1].screen.state
    assert last in {RunState.DONE, RunState.STOPPED}
    shown, needed = seconds_shown(story.seen), dose(story.timeline)
    if last is RunState.DONE:
        missing = {hold: shown[hold] for hold, least in needed.items() if shown[hold] < least - 1e-6}
        assert missing.keys() <= story.skipped
