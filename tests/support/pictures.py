"""The bytes of small pictures: PNG, GIF, JPEG, WebP and BMP."""

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


def webp(width: int, height: int) -> bytes:
    """Return the first bytes of a lossless WebP of this size: fourteen bits for each side, one less than the side."""
    sides = struct.pack("<I", (width - 1) | (height - 1) << 14)
    data = b"VP8L" + struct.pack("<I", 5) + b"\x2f" + sides + b"\0"
    return b"RIFF" + struct.pack("<I", 4 + len(data)) + b"WEBP" + data


def bmp(width: int, height: int) -> bytes:
    """Return the first bytes of a bitmap of this size."""
    return b"BM" + b"\0" * 12 + struct.pack("<IiiHH", 40, width, height, 1, 24) + b"\0" * 24


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
