"""The script for a recording of a routine."""

import re
from itertools import pairwise

import pytest

from bot.content import Edition
from bot.content.telegram_html import visible
from bot.stretching.timeline import of_routine
from handlers.stretch.screens import Words
from handlers.stretch.voice_script import SpokenLine, script, seconds_to_say, spoken_lines
from tests.support.running_bot import content

every_routine = pytest.mark.parametrize("name", content().edition().routines)
LONGEST_SECONDS = 30
"""Whoever listens with closed eyes keeps no more in mind."""


def lengths(lines: list[SpokenLine]) -> list[int]:
    """Return how long each line but the last has until the next one begins."""
    return [following.begins_at - line.begins_at for line, following in pairwise(lines)]


def test_the_script_says_each_phase_at_its_second(edition: Edition) -> None:
    said, lines = edition.words(Words), list(script(edition, "evening"))
    assert [line.split()[0] for line in lines[:5]] == ["0:00", "0:20", "0:30", "0:40", "0:50"]
    assert lines[0].startswith(f"0:00  {visible(said.check.text)} {said.ready}. ")
    assert lines[1].startswith(f"0:20  {said.hold.format(seconds=10)}. ")
    assert lines[1].endswith(visible(edition.stretches["calf_towel"].cue))
    assert lines[3] == f"0:40  {said.hold.format(seconds=10)}."
    assert said.halfway.format(then=said.another) in lines[12]
    assert re.fullmatch(rf"4:\d\d  {said.done} {visible(said.done_line)}", lines[-1])
    assert "<" not in "".join(lines)


@every_routine
def test_how_to_stretch_is_said_once(edition: Edition, name: str) -> None:
    text = " ".join(line.text for line in spoken_lines(edition, name))
    for stretch in {step.stretch for step in edition.routines[name].sequence}:
        assert text.count(visible(edition.stretches[stretch].how.text)) == 1


@every_routine
def test_every_line_can_be_said_calmly_before_the_next_and_kept_in_mind(edition: Edition, name: str) -> None:
    lines = spoken_lines(edition, name)
    for line, length in zip(lines, lengths(lines), strict=False):
        assert seconds_to_say(line.text) <= length, line.text
    assert max(seconds_to_say(line.text) for line in lines) <= LONGEST_SECONDS


@every_routine
def test_no_phase_is_shorter_than_in_the_chat(edition: Edition, name: str) -> None:
    phases = of_routine(edition.routines[name]).phases
    assert all(
        length >= phase.seconds for length, phase in zip(lengths(spoken_lines(edition, name)), phases, strict=True)
    )


def test_a_calm_voice_says_two_words_in_a_second() -> None:
    assert [seconds_to_say(text) for text in ("Rest.", "Rest now.", "Rest now or sleep well.")] == [1, 1, 3]
