"""Which characters the page's font has, as its file says."""

import struct
from functools import cache
from pathlib import Path

from bot.config import ROOT

FONT = ROOT / "assets" / "fonts" / "NotoSans-Regular.ttf"
SEGMENTS, NO_CHARACTER = 4, 0xFFFF
"""The format of the table `cmap` (OpenType) in a font without characters above U+FFFF, and the end of its segments."""


@cache
def characters(font: Path = FONT) -> frozenset[str]:
    """Return the characters for which a font has a glyph."""
    data = font.read_bytes()
    (tables,) = struct.unpack_from(">4xH", data)
    offsets = dict(struct.unpack_from(">4s4xL", data, 12 + 16 * number) for number in range(tables))
    (subtable,) = struct.unpack_from(">8xL", data, offsets[b"cmap"])
    start = offsets[b"cmap"] + subtable
    kind, size = struct.unpack_from(">H4xH", data, start)
    if kind != SEGMENTS:
        raise ValueError(f"a table of characters of format {kind} cannot be read")
    ends, starts, deltas, ranges = start + 14, start + 16 + size, start + 16 + 2 * size, start + 16 + 3 * size
    with_glyph = set()
    for segment in range(0, size, 2):
        first, last, delta, skip = (_number(data, array + segment) for array in (starts, ends, deltas, ranges))
        for code in range(first, last + 1):
            glyph = _number(data, ranges + segment + skip + 2 * (code - first)) if skip else code
            if code != NO_CHARACTER and glyph and (glyph + delta) % 0x10000:
                with_glyph.add(chr(code))
    return frozenset(with_glyph)


def _number(data: bytes, offset: int) -> int:
    return int.from_bytes(data[offset : offset + 2], "big")
