"""The timeline of a routine, its phases in order: pure functions of its block in ``content.yaml``."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cache

from bot.content import Routine

READY_SECONDS = 5


class PhaseKind(StrEnum):
    """What a person does in a phase."""

    READY = "ready"
    """Gets into the position of the first stretch."""

    HOLD = "hold"
    REST = "rest"
    """Lets go, and gets into the position of the next hold. That may be another leg or another stretch."""

    COUNT = "count"
    """Holds a stretch for as long as it takes, while seconds are counted."""


@dataclass(frozen=True)
class Phase:
    """One part of a run.

    Attributes:
        kind: What the person does.
        seconds: How long it lasts.
        step: The number, from 0, of its step. Getting ready and resting belong to the step of the next hold.
        repetition: The number, from 1, of the hold within its step. In the phase before a hold, it is the number of
            that hold.
    """

    kind: PhaseKind
    seconds: int
    step: int = 0
    repetition: int = 1


class Detail(IntEnum):
    """How often the message of a run is edited. The coarser it is, the more phases one edit shows."""

    PHASE = 0
    """Each hold, and each rest."""

    HOLD = 1
    """Each hold, together with the phase before it."""

    STEP = 2
    """Each step."""

    WHOLE = 3
    """Once, with everything that is still to come."""


@dataclass(frozen=True)
class Timeline:
    """The phases of a run, in order.

    ``keeps_time`` means that time goes on even while the message cannot be edited, as when seconds are counted.
    Otherwise the run waits until its next phase is shown.
    """

    phases: tuple[Phase, ...]
    keeps_time: bool = False

    @property
    def seconds(self) -> int:
        """The seconds from the first phase to the end of the last one."""
        return sum(phase.seconds for phase in self.phases)

    def end_of_window(self, first: int, detail: Detail) -> int:
        """Return the index after the last phase that one edit shows, if ``first`` is the first one it shows."""
        if detail is Detail.WHOLE:
            return len(self.phases)
        if detail is Detail.PHASE:
            return first + 1
        step = self.phases[first].step
        for index in range(first, len(self.phases)):
            if self.phases[index].step != step:
                return index
            if detail is Detail.HOLD and self.phases[index].kind is PhaseKind.HOLD:
                return index + 1
        return len(self.phases)

    def edits_per_second(self, detail: Detail) -> float:
        """Return how many edits per second the message needs on average, if the person presses no button."""
        first = edits = 0
        while first < len(self.phases):
            first, edits = self.end_of_window(first, detail), edits + 1
        return edits / self.seconds

    def lead(self, index: int) -> int:
        """Return the index of the phase before the hold, if ``index`` is that of a hold; otherwise ``index``."""
        is_hold = index < len(self.phases) and self.phases[index].kind is PhaseKind.HOLD
        return index - 1 if is_hold else index

    def next_step(self, index: int) -> int:
        """Return the index of the first phase in the next step after ``index``; that of the end if there is none."""
        following = range(index, len(self.phases))
        return next((i for i in following if self.phases[i].step != self.phases[index].step), len(self.phases))

    def holds(self, first: int, end: int) -> int:
        """Return the number of holds in the phases from ``first`` up to ``end``."""
        return sum(phase.kind is PhaseKind.HOLD for phase in self.phases[first:end])


@cache
def of_routine(routine: Routine) -> Timeline:
    """Return the timeline of a routine: getting ready, then its holds, with a rest between each hold and the next."""
    phases: list[Phase] = []
    rest = 0
    for number, step in enumerate(routine.sequence):
        for repetition in range(1, step.repetitions + 1):
            kind, seconds = (PhaseKind.REST, rest) if phases else (PhaseKind.READY, READY_SECONDS)
            phases.append(Phase(kind, seconds, number, repetition))
            phases.append(Phase(PhaseKind.HOLD, step.hold, number, repetition))
            rest = step.rest
    return Timeline(tuple(phases))


@cache
def counting(every: int, longest: int) -> Timeline:
    """Return a timeline that counts up to ``longest`` seconds in steps of ``every`` seconds."""
    return Timeline(tuple(Phase(PhaseKind.COUNT, every, step) for step in range(longest // every)), keeps_time=True)


def detail_for(timeline: Timeline, edits_per_second: float) -> Detail:
    """Return the finest detail with which a run needs at most ``edits_per_second``; the coarsest if all need more."""
    affordable = (detail for detail in Detail if timeline.edits_per_second(detail) <= edits_per_second)
    return next(affordable, Detail.WHOLE)
