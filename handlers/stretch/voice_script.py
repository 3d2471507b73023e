"""The words for a recording that guides through a routine with closed eyes, each with its time."""

from collections.abc import Iterator

from bot.content import Edition
from bot.content.telegram_html import visible
from bot.stretching.timeline import PhaseKind, of_routine
from handlers.stretch.screens import Words, heading, step_line


def script(edition: Edition, name: str) -> Iterator[str]:
    """Yield the lines of the script of a routine: when to begin to say what, and at the end how long it lasts."""
    routine, words = edition.routines[name], edition.words(Words)
    timeline, seconds = of_routine(routine), 0
    for phase in timeline.phases:
        parts = [_sentence(heading(edition, routine, phase))]
        if phase.repetition == 1 and phase.kind is not PhaseKind.HOLD:
            step = routine.sequence[phase.step]
            parts += [_sentence(step_line(edition, step)), edition.stretches[step.stretch].how.text]
        if phase.kind is PhaseKind.READY:
            parts.append(words.check.text)
        yield f"{_clock(seconds)}  {visible(' '.join(parts))}"
        seconds += phase.seconds
    yield f"{_clock(seconds)}  {visible(f'{words.done} {words.done_line}')}"


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02}"
