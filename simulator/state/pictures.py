"""The width and height of a picture, read from its first bytes."""

import struct


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Return the width and height of a PNG, GIF or JPEG in pixels; None for anything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:  # noqa: PLR2004 (signature and sides)
        width, height = struct.unpack(">II", content[16:24])
    elif content[:6] in (b"GIF87a", b"GIF89a"):
        width, height = struct.unpack("<HH", content[6:10])
    elif content.startswith(b"\xff\xd8"):
        return _jpeg_size(content)
    else:
        return None
    return (width, height) if width and height else None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """Walk through the segments of a JPEG to the frame header, the only one that holds the size."""
    position = 2
    while position + 9 < len(content) and content[position] == 0xFF:  # noqa: PLR2004 (every segment starts with it)
        marker = content[position + 1]
        if marker in _FRAME_HEADERS:
            height, width = struct.unpack(">HH", content[position + 5 : position + 9])
            return width, height
        position += 2 + int.from_bytes(content[position + 2 : position + 4])
    return None


# SOF0 to SOF15. DHT (C4), JPG (C8) and DAC (CC) lie in the same range and are no frame headers.
_FRAME_HEADERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
