"""How long a person was shown each hold of a routine: the judge of guided stretching."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from bot.store.tables import RunState
from bot.stretching.progress import Screen
from bot.stretching.timeline import PhaseKind, Timeline

Hold = tuple[int, int]
"""The number of a step, and the repetition."""


@dataclass(frozen=True)
class Seen:
    """What the message shows from ``at`` on."""

    at: datetime
    screen: Screen


def seconds_shown(seen: Sequence[Seen]) -> dict[Hold, float]:
    """Return for how many seconds each hold was on the screen while it lasted.

    A hold that is alone on the screen lasts until something else is shown, whatever end it names. One among several
    lasts from its own beginning to its own end.
    """
    seconds: defaultdict[Hold, float] = defaultdict(float)
    for shown, following in pairwise(seen):
        if shown.screen.state is not RunState.RUNNING:
            continue
        is_alone = len(shown.screen.phases) == 1
        for timed in shown.screen.phases:
            if timed.phase.kind is PhaseKind.HOLD:
                begins_at = max(shown.at, timed.begins_at)
                ends_at = following.at if is_alone else min(following.at, timed.ends_at)
                seconds[timed.phase.step, timed.phase.repetition] += max(0.0, (ends_at - begins_at).total_seconds())
    return seconds


def dose(timeline: Timeline) -> dict[Hold, int]:
    """Return how many seconds each hold of a timeline takes."""
    holds = (phase for phase in timeline.phases if phase.kind is PhaseKind.HOLD)
    return {(phase.step, phase.repetition): phase.seconds for phase in holds}
