"""A recording is played only if it says its routine in the time that this takes."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.content import Edition, Paragraph, Routine, RoutineStep, Side
from bot.content.loading import Content
from handlers.stretch import recordings
from handlers.stretch.recordings import ROOM_SECONDS
from handlers.stretch.voice_script import clock, spoken_lines
from tests.support.recordings import record
from tests.support.running_bot import content

FILES = {"short": {"en": "short.ogg", "sv": "kort.ogg"}}
SHORT = Routine(
    name="Short",
    button="Short",
    about=Paragraph(text="Once."),
    sequence=(RoutineStep(stretch="foot", side=Side.LEFT, hold=5, rest=5, repetitions=1),),
)


def with_recordings(files: Mapping[str, Mapping[str, str]]) -> Content:
    """Return the content with one short routine, and with these recordings."""
    change = {"routines": {"short": SHORT}, "recordings": files}
    return Content({code: edition.model_copy(update=change) for code, edition in content().items()})


def least(language: str) -> int:
    """Return after how many seconds of the recording its last words begin."""
    return spoken_lines(with_recordings(FILES)[language], "short")[-1].begins_at


def problems(folder: Path, files: Mapping[str, Mapping[str, str]] = FILES) -> list[str]:
    found = recordings.problems(with_recordings(files), folder)
    return [f"{'.'.join(map(str, key))}: {text}" for key, text in found]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a recording for each language, which lasts as long as it has to."""
    for code, file in FILES["short"].items():
        record(tmp_path / file, least(code) + 1)
    return tmp_path


def test_recordings_that_fit_are_right(folder: Path) -> None:
    assert problems(folder) == []


def test_each_language_has_its_own(edition: Edition) -> None:
    recorded = with_recordings(FILES)[edition.code]
    assert recorded.recording("short") == FILES["short"][edition.code]
    assert recorded.recording("evening") is None
    assert with_recordings({"short": {"fi": "x.ogg"}})[edition.code].recording("short") is None


@pytest.mark.parametrize(
    ("more", "is_right"), [(-1, False), (0.5, True), (ROOM_SECONDS - 1, True), (ROOM_SECONDS + 1, False)]
)
def test_the_length_has_to_fit(folder: Path, more: float, is_right: bool) -> None:
    needed = least("sv")
    record(folder / "kort.ogg", needed + more)
    wrong = (
        f"recordings.short.sv: kort.ogg lasts {clock(int(needed + more))}, "
        f"but has to last {clock(needed)} to {clock(needed + ROOM_SECONDS)}; "
        "record what python -m bot voice-script short --language sv prints, at its times"
    )
    assert problems(folder) == ([] if is_right else [wrong])


def test_a_file_that_is_not_there_is_reported(folder: Path) -> None:
    (folder / "short.ogg").unlink()
    assert problems(folder) == ["recordings.short.en: short.ogg is not in assets/"]


def test_a_file_of_another_kind_is_reported_with_the_remedy(folder: Path) -> None:
    (folder / "short.ogg").write_bytes(b"ID3" + bytes(99))
    (line,) = problems(folder)
    assert line.startswith("recordings.short.en: short.ogg is not an OGG/Opus file")
    assert "ffmpeg" in line


def test_a_name_of_nothing_is_reported(folder: Path) -> None:
    assert problems(folder, {"yoga": {"en": "short.ogg"}}) == ["recordings.yoga: is not in routines"]
    assert problems(folder, {"short": {"se": "kort.ogg"}}) == [
        "recordings.short.se: is no language of the content; there is en, sv"
    ]
