"""The bytes of small pictures: PNG, GIF and JPEG."""

import struct
import zlib


def png(width: int, height: int) -> bytes:
    """Return a black picture of this size in pixels."""
    rows = b"".join(b"\0" + b"\0\0\0" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in parts)


def gif(width: int, height: int) -> bytes:
    """Return the first bytes of an animation of this size in pixels."""
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\0\0\0"


def jpeg(width: int, height: int) -> bytes:
    """Return the first bytes of a photo of this size: a segment that readers must skip, then the frame."""
    skipped = b"\xff\xe0\x00\x04ab"
    frame = b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", height, width) + b"\0" * 10
    return b"\xff\xd8" + skipped + frame


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
