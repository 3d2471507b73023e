"""How guided stretching looks: the choice of a routine, the screens of a run, and its ends."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram.constants import KeyboardButtonStyle as Style

from bot.content import (
    Alert,
    Edition,
    HalfLabel,
    Label,
    Line,
    Model,
    Paragraph,
    Placeholders,
    Routine,
    RoutineStep,
    Side,
    Text,
    wording,
)
from bot.content.edition import join_paragraphs
from bot.content.telegram_html import escape
from bot.messages.sender import Draft, rows_of
from bot.store.people import Person
from bot.store.tables import RunState
from bot.stretching.progress import Screen, TimedPhase
from bot.stretching.timeline import Phase, PhaseKind, of_routine

EVENING = "evening"
"""The routine that /stretch offers first."""
BUTTONS_IN_ROW = 2
MINUTE = 60


class Words(Model):
    """The words around the stretches and the routines."""

    left: Line
    right: Line
    step: Annotated[Line, Placeholders("stretch", "leg")]
    check: Paragraph
    minutes: Annotated[Text, Placeholders("minutes")]
    choose: Text
    ready: Line
    rest: Annotated[Line, Placeholders("seconds")]
    switch: Line
    another: Line
    halfway: Annotated[Line, Placeholders("then")]
    hold: Annotated[Line, Placeholders("seconds")]
    number: Annotated[Text, Placeholders("number", "total")]
    ends: Annotated[Text, Placeholders("time")]
    starts: Annotated[Text, Placeholders("number", "total", "time")]
    span: Annotated[Text, Placeholders("start", "end")]
    spans: Annotated[Text, Placeholders("seconds", "times")]
    soon: Annotated[Text, Placeholders("seconds")]
    paused: Line
    paused_line: Text
    stopped: Line
    stopped_line: Text
    done: Line
    done_line: Text
    first_evening: Text
    evenings: Annotated[Text, Placeholders("done", "days")]
    review: Text
    kept: Text
    sound: Text
    listen: Text
    unplayed: Text
    start_button: HalfLabel
    voice_button: HalfLabel
    pause_button: HalfLabel
    resume_button: Label
    skip_button: HalfLabel
    stop_button: HalfLabel
    again_button: Label
    others_button: Label
    back_button: Label
    keep_button: HalfLabel
    change_button: HalfLabel
    end_button: Label
    loud_button: Label
    silent_button: Label
    over: Alert


def offer(edition: Edition, name: str, person: Person) -> Draft:
    """Return a routine with the picture of its first stretch, and the buttons that start it or play its recording."""
    words, routine = edition.words(Words), edition.routines[name]
    minutes = words.minutes.format(minutes=-(-of_routine(routine).seconds // MINUTE))
    parts = [f"<b>{escape(routine.name)}</b>", routine.about.text, minutes]
    start = Button(words.start_button, callback_data=f"stretch:start:{name}", style=Style.SUCCESS)
    others = Button(words.others_button, callback_data=f"stretch:others:{name}")
    sound = Button(
        words.loud_button if person.end_sound else words.silent_button, callback_data=f"stretch:sound:{name}"
    )
    text = join_paragraphs([*parts, words.check.text])
    voice = [Button(words.voice_button, callback_data=f"stretch:listen:{name}")] if edition.recording(name) else []
    return Draft(text, [[start, *voice], [others], [sound]], picture(edition, routine.sequence[0]))


def others(edition: Edition, name: str) -> Draft:
    """Return the choice of a routine other than ``name``, below the picture of ``name``."""
    words = edition.words(Words)
    buttons = [
        Button(routine.button, callback_data=f"stretch:show:{other}")
        for other, routine in edition.routines.items()
        if other != name
    ]
    back = Button(words.back_button, callback_data=f"stretch:show:{name}")
    return Draft(
        words.choose, [*rows_of(buttons, BUTTONS_IN_ROW), [back]], picture(edition, edition.routines[name].sequence[0])
    )


def picture(edition: Edition, step: RoutineStep) -> str:
    """Return the name of the picture of a step."""
    return edition.stretches[step.stretch].picture(step.side)


def in_run(edition: Edition, routine: Routine, screen: Screen, person: Person, now: datetime) -> Draft:
    """Return the message of a run that goes on: what to do now and until when, or that it is paused."""
    words, first = edition.words(Words), screen.phases[0].phase
    step = routine.sequence[first.step]
    stop = Button(words.stop_button, callback_data="stretch:stop")
    skip = Button(words.skip_button, callback_data="stretch:skip")
    if screen.state is RunState.PAUSED:
        resume = Button(words.resume_button, callback_data="stretch:resume", style=Style.SUCCESS)
        lines = [f"<b>{escape(words.paused)}</b>", step_line(edition, step), words.paused_line]
        return Draft("\n".join(lines), [[resume], [skip, stop]], picture(edition, step))
    pause = Button(words.pause_button, callback_data="stretch:pause")
    is_alone = len(screen.phases) == 1
    lines = (_one_phase if is_alone else _many_phases)(edition, routine, screen.phases, person, now)
    text = "\n".join([f"<b>{escape(heading(edition, routine, screen.phases[0].phase))}</b>", *lines])
    return Draft(text, [[pause, skip], [stop]], picture(edition, step))


def stopped(edition: Edition, name: str) -> Draft:
    """Return the last screen of a run that was stopped before its end."""
    words = edition.words(Words)
    again = Button(words.again_button, callback_data=f"stretch:start:{name}")
    others = Button(words.others_button, callback_data=f"stretch:others:{name}")
    return Draft(f"<b>{escape(words.stopped)}</b>\n{words.stopped_line}", [[again], [others]])


def done(edition: Edition, name: str, evenings: str | None = None) -> Draft:
    """Return the last screen of a run that is done. ``evenings`` says on how many evenings the person stretched."""
    words = edition.words(Words)
    lines = [f"<b>{escape(words.done)}</b> {escape(edition.routines[name].name)}"]
    others = Button(words.others_button, callback_data=f"stretch:others:{name}")
    return Draft("\n".join([*lines, *([evenings] if evenings else []), words.done_line]), [[others]])


def heading(edition: Edition, routine: Routine, phase: Phase) -> str:
    """Return what to do in a phase, in a few words."""
    words = edition.words(Words)
    if phase.kind is PhaseKind.READY:
        return words.ready
    if phase.kind is PhaseKind.HOLD:
        return words.hold.format(seconds=phase.seconds)
    if phase.repetition > 1:
        return words.rest.format(seconds=phase.seconds)
    before, step = routine.sequence[phase.step - 1 : phase.step + 1]
    change = words.switch if before.stretch == step.stretch else words.another
    is_halfway = 2 * phase.step == len(routine.sequence)
    return words.halfway.format(then=change) if is_halfway else change


def _one_phase(
    edition: Edition, routine: Routine, phases: Sequence[TimedPhase], person: Person, now: datetime
) -> list[str]:
    """Return the lines below the heading for one hold, or for what comes before it."""
    words, (timed,) = edition.words(Words), phases
    phase = timed.phase
    step = routine.sequence[phase.step]
    ends_at = _time(edition, timed.ends_at, person, now)
    which = {"number": phase.repetition, "total": step.repetitions}
    line = step_line(edition, step)
    if phase.kind is PhaseKind.HOLD:
        cue = edition.stretches[step.stretch].cue
        return [line, cue, f"{words.number.format(**which)} {words.ends.format(time=ends_at)}"]
    starts = words.starts.format(time=ends_at, **which)
    if phase.repetition > 1:
        return [line, starts]
    return [line, edition.stretches[step.stretch].how.text, starts, *_check(edition, phase.kind)]


def _many_phases(
    edition: Edition, routine: Routine, phases: Sequence[TimedPhase], person: Person, now: datetime
) -> list[str]:
    """Return the lines below the heading for several holds, each with its beginning and its end."""
    words, lines, explained = edition.words(Words), list[str](), set[str]()
    for number, group in groupby(phases, lambda timed: timed.phase.step):
        step = routine.sequence[number]
        lines.append(step_line(edition, step))
        if step.stretch not in explained:
            explained.add(step.stretch)
            lines.append(edition.stretches[step.stretch].how.text)
        holds = [timed for timed in group if timed.phase.kind is PhaseKind.HOLD]
        spans = [[_time(edition, at, person, now) for at in (timed.begins_at, timed.ends_at)] for timed in holds]
        times = ", ".join(words.span.format(start=start, end=end) for start, end in spans)
        lines.append(words.spans.format(seconds=step.hold, times=times))
    return lines + _check(edition, phases[0].phase.kind)


def _check(edition: Edition, kind: PhaseKind) -> list[str]:
    """Return the question for signs of a clot, which stands before the first stretch."""
    return [edition.words(Words).check.text] if kind is PhaseKind.READY else []


def step_line(edition: Edition, step: RoutineStep) -> str:
    """Return the muscle and the side of a step, as HTML."""
    words = edition.words(Words)
    leg = words.left if step.side is Side.LEFT else words.right
    return escape(words.step.format(stretch=edition.stretches[step.stretch].name, leg=leg))


def _time(edition: Edition, moment: datetime, person: Person, now: datetime) -> str:
    """Return a moment for a phone's own clock, or for a phone without such clocks."""
    seconds = max(0, round((moment - now).total_seconds()))
    return wording.second_on_phone(moment, person.zone, edition.words(Words).soon.format(seconds=seconds))
