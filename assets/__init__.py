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


def mirrored(svg: str) -> str:
    """Return the drawing with left and right exchanged."""
    x, _, width, _ = svg.partition('viewBox="')[2].partition('"')[0].split()
    turned = f'</style><g transform="translate({2 * float(x) + float(width)} 0) scale(-1 1)">'
    return svg.replace("</style>", turned).replace("</svg>", "</g></svg>")


def render(svg: str, width: int = PICTURE_WIDTH) -> bytes:
    """Return the PNG of an SVG, ``width`` pixels wide. Raises ``ValueError`` if the text is not an SVG."""
    # Without the machine's fonts, every machine makes the same PNG.
    return resvg_py.svg_to_bytes(svg_string=svg, width=width, skip_system_fonts=True)


def pictures_of(source: Path) -> dict[str, bytes]:
    """Return the PNGs of an SVG by file name: a stretch is drawn for the right leg and mirrored for the left."""
    svg = source.read_text()
    pngs = {f"{source.stem}.png": render(svg, LOGO_WIDTH if source.stem == LOGO else PICTURE_WIDTH)}
    if "stretch" in source.stem:
        pngs[f"{source.stem}-left.png"] = render(mirrored(svg))
    return pngs


def make() -> list[Path]:
    """Write the PNGs of every SVG, and return them."""
    written = []
    for source in sources():
        for name, png in pictures_of(source).items():
            (FOLDER / name).write_bytes(png)
            written.append(FOLDER / name)
    return written
