"""The pictures of Charley.

Each picture is a hand-written SVG in this folder. The PNG beside it is made from it by `python -m assets`
and is what Telegram gets, because Telegram shows no SVG. Only making the PNGs needs the renderer, a
development dependency; the bot reads the finished files and never imports this package.
"""

from pathlib import Path

import resvg_py

FOLDER = Path(__file__).parent
PICTURE_WIDTH = 1080
LOGO_WIDTH = 512
LOGO = "charley"


def sources() -> list[Path]:
    """Every SVG of this folder, by name."""
    return sorted(FOLDER.glob("*.svg"))


def width_of(source: Path) -> int:
    """How many pixels wide the PNG of this SVG is; its height follows from the drawing."""
    return LOGO_WIDTH if source.stem == LOGO else PICTURE_WIDTH


def render(source: Path) -> bytes:
    """The PNG of this SVG. No fonts are loaded, so the result does not depend on the machine's.

    Raises ValueError if the file is not a drawable SVG.
    """
    return resvg_py.svg_to_bytes(svg_path=str(source), width=width_of(source), skip_system_fonts=True)


def make() -> list[Path]:
    """Write the PNG beside every SVG; the files written."""
    written = []
    for source in sources():
        target = source.with_suffix(".png")
        target.write_bytes(render(source))
        written.append(target)
    return written
