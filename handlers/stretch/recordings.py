"""A check of the recordings for people who stretch with closed eyes: each must last as long as its routine."""

from collections.abc import Iterator
from pathlib import Path

from bot.content import Edition, ogg_opus
from bot.content.fields import Problem
from bot.content.loading import Content
from handlers.stretch.voice_script import clock, spoken_lines

ROOM_SECONDS = 15
"""How long a recording may go on after its last words begin."""


def problems(content: Content, folder: Path) -> Iterator[Problem]:
    """Yield what is wrong with the recordings. ``folder`` has the files."""
    for name, files in content.edition().recordings.items():
        if name not in content.edition().routines:
            yield ("recordings", name), "is not in routines"
            continue
        for language, file in files.items():
            if language not in content:
                yield ("recordings", name, language), f"is no language of the content; there is {', '.join(content)}"
            elif text := _problem(content[language], name, folder / file):
                yield ("recordings", name, language), f"{file} {text}"


def _problem(edition: Edition, name: str, file: Path) -> str | None:
    """Return what is wrong with the recording of a routine, and what to do; None if it is right."""
    try:
        seconds = ogg_opus.seconds(file.read_bytes())
    except OSError:
        return "is not in assets/"
    except ValueError as error:
        return f"{error}; convert the recording with: ffmpeg -i RECORDING -c:a libopus {file.name}"
    least = spoken_lines(edition, name)[-1].begins_at
    if least <= seconds <= least + ROOM_SECONDS:
        return None
    script = f"python -m bot voice-script {name} --language {edition.code}"
    needed = f"{clock(least)} to {clock(least + ROOM_SECONDS)}"
    return f"lasts {clock(int(seconds))}, but has to last {needed}; record what {script} prints, at its times"
