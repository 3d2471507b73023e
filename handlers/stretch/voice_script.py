"""The words for a recording of a routine, for people who stretch with closed eyes. Each line has its time."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from bot.content import Edition, Routine
from bot.content.telegram_html import visible
from bot.stretching.timeline import Phase, PhaseKind, of_routine
from handlers.stretch.screens import Words, heading, step_line

WORDS_PER_SECOND = 2.0
"""How fast a calm voice speaks, with the pauses between its sentences."""
MINUTE = 60


@dataclass(frozen=True)
class SpokenLine:
    """A text, and the second of the recording at which it begins."""

    begins_at: int
    text: str


def spoken_lines(edition: Edition, name: str) -> list[SpokenLine]:
    """Return what is said in a routine. The last line says that the routine is done.

    A phase lasts as long as in the chat, or longer if its words need that, because nobody can read the words
    beforehand.
    """
    routine, words = edition.routines[name], edition.words(Words)
    lines, begins_at = list[SpokenLine](), 0
    for phase in of_routine(routine).phases:
        text = visible(" ".join(_sentences(edition, routine, phase)))
        lines.append(SpokenLine(begins_at, text))
        begins_at += max(phase.seconds, seconds_to_say(text))
    return [*lines, SpokenLine(begins_at, visible(f"{words.done} {words.done_line}"))]


def seconds_to_say(text: str) -> int:
    """Return how long it takes to say a text calmly."""
    return math.ceil(len(text.split()) / WORDS_PER_SECOND)


def script(edition: Edition, name: str) -> Iterator[str]:
    """Yield the lines of a routine's script. Each begins with the time at which to say it."""
    for line in spoken_lines(edition, name):
        yield f"{clock(line.begins_at)}  {line.text}"


def clock(seconds: int) -> str:
    """Return a length of time as players show it, like 3:55."""
    return f"{seconds // MINUTE}:{seconds % MINUTE:02}"


def _sentences(edition: Edition, routine: Routine, phase: Phase) -> Iterator[str]:
    """Yield what is said at the beginning of a phase. How to stretch is said once, as it is the same with both legs."""
    if phase.kind is PhaseKind.READY:
        yield edition.words(Words).check.text
    yield _sentence(heading(edition, routine, phase))
    step = routine.sequence[phase.step]
    if phase.repetition > 1:
        return
    if phase.kind is PhaseKind.HOLD:
        yield edition.stretches[step.stretch].cue
        return
    yield _sentence(step_line(edition, step))
    if step.stretch not in {earlier.stretch for earlier in routine.sequence[: phase.step]}:
        yield edition.stretches[step.stretch].how.text


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."
