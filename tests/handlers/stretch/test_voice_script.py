"""The script for a recording of a routine."""

import re

from bot.content import Edition
from bot.content.telegram_html import visible
from bot.stretching.timeline import of_routine
from handlers.stretch.screens import Words
from handlers.stretch.voice_script import script


def test_the_script_says_each_phase_at_its_second(edition: Edition) -> None:
    timeline, said = of_routine(edition.routines["evening"]), edition.words(Words)
    lines = list(script(edition, "evening"))
    begins = [
        int(minutes) * 60 + int(seconds)
        for minutes, seconds in re.findall(r"^(\d+):(\d\d)  ", "\n".join(lines), re.MULTILINE)
    ]
    assert begins == [sum(phase.seconds for phase in timeline.phases[:number]) for number in range(len(lines))]
    assert lines[0].startswith(f"0:00  {said.ready}. ")
    assert visible(said.check.text) in lines[0]
    assert lines[1] == f"0:05  {said.hold.format(seconds=10)}."
    assert lines[12].startswith(f"1:55  {said.halfway.format(then=said.another)}. ")
    assert visible(edition.stretches["hamstring"].how.text) in lines[12]
    assert lines[-1] == f"3:55  {said.done} {visible(said.done_line)}"
    assert "<" not in "".join(lines)
