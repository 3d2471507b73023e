"""How a run goes on: pure functions of its timeline, its row and the present moment.

A hold counts from the moment at which the message is known to show it. So the edit leaves a little ahead of the hold.
If the edit is late, the rest of the run moves with it. Nobody is told to let go before a hold has lasted its full time.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.store.runs import Run
from bot.store.tables import RunState
from bot.stretching.timeline import Detail, Phase, PhaseKind, Timeline

AHEAD = timedelta(seconds=1)
"""How long before a hold its edit leaves, so that the message shows the hold when it begins."""
QUICK = timedelta(seconds=0.8)
"""An edit that took no longer than this has no lag. With a tick every second, this much of ``AHEAD`` is left for the
edit."""
MINUTE = timedelta(minutes=1)
KEPT_EDITS = 16
"""The number of latest edits whose moments a run remembers: at least as many as a chat takes in a minute."""
LONGEST_PAUSE = timedelta(minutes=10)
LONGEST_DELAY = timedelta(minutes=10)
"""A run whose message could not be edited for this long is stopped, because by then nobody is holding any more."""


@dataclass(frozen=True)
class TimedPhase:
    """A phase with the moments (UTC) at which it begins and ends."""

    phase: Phase
    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Screen:
    """The content of a run's message: the state of the run, and while it is running, the phases to show.

    In a pause, ``phases`` has the phase with which the run will go on. At the end it is empty.
    """

    state: RunState
    phases: Sequence[TimedPhase]


def screen(timeline: Timeline, run: Run) -> Screen:
    """Return the content of a run's message."""
    if run.state is RunState.PAUSED:
        return Screen(run.state, _timed(timeline, run.phase, run.phase + 1, run.began_at))
    if run.state is RunState.RUNNING:
        return Screen(run.state, _timed(timeline, run.phase, run.shown_until, run.began_at))
    return Screen(run.state, ())


def advance(timeline: Timeline, run: Run, now: datetime, detail: Detail) -> Run:
    """Return the run as its message should show it ``now`` (UTC): with other phases, or in a new state.

    To be called when the run is due. After the edit, give the result to ``shown``.
    """
    if run.state is RunState.PAUSED and now - run.began_at >= LONGEST_PAUSE:
        return _ended(run, RunState.STOPPED, now)
    if run.state is not RunState.RUNNING:
        return run
    over_at = _end(timeline, run)
    if now - over_at > LONGEST_DELAY:
        return _ended(run, RunState.STOPPED, now)
    first, begins_at = run.shown_until, over_at
    if timeline.keeps_time:  # phases that are over by now are not shown
        for phase in timeline.phases[first:]:
            ends_at = begins_at + timedelta(seconds=phase.seconds)
            if ends_at > now:
                break
            first, begins_at = first + 1, ends_at
    if first == len(timeline.phases):
        return _ended(run, RunState.DONE, now)
    if not timeline.keeps_time:
        begins_at = max(begins_at, _earliest(timeline.phases[first], run.lag, now))
    return replace(run, phase=first, shown_until=timeline.end_of_window(first, detail), began_at=begins_at)


def shown(timeline: Timeline, run: Run, sent_at: datetime, at: datetime) -> Run:
    """Return the run after the edit that ``advance`` asked for was made.

    Args:
        timeline: The timeline of the run.
        run: The result of ``advance``. Its state is running or paused.
        sent_at: When the edit was sent (UTC).
        at: When Telegram had confirmed the edit (UTC).

    """
    run = edited(run, at)
    if run.state is RunState.PAUSED:
        return replace(run, due_at=run.began_at + LONGEST_PAUSE)
    if timeline.keeps_time:
        return replace(run, due_at=_end(timeline, run))
    lag = math.ceil((at - sent_at).total_seconds()) if at - sent_at > QUICK else 0
    holds = (timed for timed in screen(timeline, run).phases if timed.phase.kind is PhaseKind.HOLD)
    hold = next(holds, None)
    if hold is not None and at > hold.begins_at:
        # The hold began before the edit arrived, and the times on the screen are wrong: show the hold once more, from
        # now on. Even a quick edit gets some lag, because at the same fraction of a second it would be late again.
        return replace(run, shown_until=run.phase, began_at=at, due_at=at, lag=max(lag, 1))
    ends_at, following = _end(timeline, run), timeline.phases[run.shown_until : run.shown_until + 1]
    is_hold = bool(following) and following[0].kind is PhaseKind.HOLD
    due_at = ends_at - AHEAD - timedelta(seconds=lag) if is_hold else ends_at
    return replace(run, due_at=max(at, due_at), lag=lag)


def edited(run: Run, at: datetime) -> Run:
    """Return the run after an edit of its message that arrived no later than ``at`` (UTC)."""
    return replace(run, edits=(*run.edits, at)[-KEPT_EDITS:])


def crowded_until(run: Run, now: datetime, most: int) -> datetime | None:
    """Return the moment (UTC) before which one more edit would exceed ``most`` in a minute; None if it is allowed now.

    The moments of edits are stored with the run, because the limits in memory are empty after every start.
    """
    until = run.edits[-most] + MINUTE if len(run.edits) >= most else now
    return until if until > now else None


def pause(timeline: Timeline, run: Run, now: datetime) -> Run:
    """Return the run after a press of "Pause". Later it goes on with the phase before the present hold.

    A run that is not running stays the same. So does a run without phases left, because its last step was just skipped.
    """
    first = timeline.lead(current(timeline, run, now))
    if run.state is not RunState.RUNNING or first == len(timeline.phases):
        return run
    return replace(run, state=RunState.PAUSED, phase=first, shown_until=first, began_at=now, due_at=now)


def resume(run: Run, now: datetime) -> Run:
    """Return the run after a press of "Go on". A run that is not paused stays the same."""
    return replace(run, state=RunState.RUNNING, began_at=now, due_at=now) if run.state is RunState.PAUSED else run


def skip(timeline: Timeline, run: Run, now: datetime) -> Run:
    """Return the run after a press of "Skip". It goes on with the next step, even if it was paused."""
    first = timeline.lead(current(timeline, run, now))
    following = timeline.next_step(first)
    skipped = run.skipped + timeline.holds(first, following)
    going_on = replace(run, state=RunState.RUNNING, began_at=now, due_at=now, skipped=skipped)
    return replace(going_on, phase=following, shown_until=following)


def stop(run: Run, now: datetime) -> Run:
    """Return the run after a press of "Stop"."""
    return _ended(run, RunState.STOPPED, now)


def current(timeline: Timeline, run: Run, now: datetime) -> int:
    """Return the index of the phase in which the person is now."""
    for index, timed in enumerate(screen(timeline, run).phases, start=run.phase):
        if now < timed.ends_at:
            return index
    return max(run.phase, run.shown_until - 1)


def has_stretched(timeline: Timeline, run: Run) -> bool:
    """Return whether the person has done at least one hold of a run that has come to its end."""
    return run.skipped < timeline.holds(0, len(timeline.phases))


def _ended(run: Run, state: RunState, now: datetime) -> Run:
    return replace(run, state=state, began_at=now, due_at=now)


def _earliest(phase: Phase, lag: int, now: datetime) -> datetime:
    """Return the first whole second at which a phase can begin if an edit leaves ``now`` to show it."""
    if phase.kind is PhaseKind.REST:  # letting go needs no time ahead
        return now.replace(microsecond=0)
    at = now + timedelta(seconds=lag)
    return at if at.microsecond == 0 else at.replace(microsecond=0) + timedelta(seconds=1)


def _timed(timeline: Timeline, first: int, end: int, begins_at: datetime) -> list[TimedPhase]:
    timed = []
    for phase in timeline.phases[first:end]:
        ends_at = begins_at + timedelta(seconds=phase.seconds)
        timed.append(TimedPhase(phase, begins_at, ends_at))
        begins_at = ends_at
    return timed


def _end(timeline: Timeline, run: Run) -> datetime:
    """Return when the last phase on the screen ends."""
    seconds = sum(phase.seconds for phase in timeline.phases[run.phase : run.shown_until])
    return run.began_at + timedelta(seconds=seconds)
