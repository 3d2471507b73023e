"""The pictures of Charley.

Each picture is an SVG drawn by hand. The PNG next to it is made by ``python -m assets``, because Telegram does not show
SVG. README.md says how they are drawn. Only this needs the renderer, which is a development dependency. The bot reads
the PNGs and never imports this package.
"""

from pathlib import Path

import resvg_py

FOLDER = Path(__file__).parent
PICTURE_WIDTH = 1080
"""Pixels."""
LOGO_WIDTH = 512
LOGO = "charley"
FIGURE = FOLDER / "shapes" / "figure.svg"
"""The sheet of shapes that every figure is put together from. It has no PNG."""


def sources() -> list[Path]:
    """Return the SVGs of this folder, sorted by name."""
    return sorted(FOLDER.glob("*.svg"))


def width_of(source: Path) -> int:
    """Return the width of the PNG in pixels; its height follows from the drawing."""
    return LOGO_WIDTH if source.stem == LOGO else PICTURE_WIDTH


def render(source: Path) -> bytes:
    """Return the PNG of an SVG. Raises ``ValueError`` if the file is not an SVG that can be drawn."""
    # Without the machine's fonts, every machine makes the same PNG.
    return resvg_py.svg_to_bytes(svg_path=str(source), width=width_of(source), skip_system_fonts=True)


def make() -> list[Path]:
    """Write the PNG of every SVG, and return the PNGs."""
    written = []
    for source in sources():
        target = source.with_suffix(".png")
        target.write_bytes(render(source))
        written.append(target)
    return written
