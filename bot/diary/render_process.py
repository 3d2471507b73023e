"""A process that renders one picture or one page, writes it to its standard output, and ends.

The libraries take tens of megabytes, and a page takes a moment of processor time. With a process of its own, the memory
does not stay in use, and the bot does not wait. ``bot.diary.renderer`` starts the process, and writes the job to its
standard input as JSON.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FONTS = ROOT / "assets" / "fonts"
TEMPLATE = Path(__file__).with_name("report.typ")
PATIENT = 10
"""The niceness of the process, compared with the bot's: nobody in pain waits for it."""


def picture(svg: str) -> bytes:
    """Return an SVG as PNG."""
    import resvg_py  # noqa: PLC0415  # each job needs one of the two libraries

    fonts = [str(font) for font in sorted(FONTS.glob("*.ttf"))]
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, font_files=fonts, skip_system_fonts=True))


def page(data: dict[str, Any]) -> bytes:
    """Return the report with this data as a tagged PDF (PDF/UA-1). The data is text, and never markup."""
    import typst  # noqa: PLC0415  # each job needs one of the two libraries

    return typst.compile(
        TEMPLATE,
        format="pdf",
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data)},
        pdf_standards="ua-1",
    )


def main() -> int:
    """Do the job on the standard input. Return the exit status: 0 if the result is on the standard output."""
    os.nice(PATIENT)
    job = json.load(sys.stdin.buffer)
    result = picture(job["svg"]) if "svg" in job else page(job["page"])
    sys.stdout.buffer.write(result)
    return 0


if __name__ == "__main__":
    sys.exit(main())
