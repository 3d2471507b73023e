"""Reads how long a recording lasts. It is OGG/Opus, the format of Telegram's voice messages (RFC 3533, RFC 7845)."""

import struct
from collections.abc import Iterator

SAMPLES_PER_SECOND = 48_000
"""Opus positions count samples at this rate, even if the recording was made at another rate."""
NO_PACKET_ENDS = 2**64 - 1
"""The position of a page on which no packet ends."""
_PAGE = struct.Struct("<4sBBQIIIB")
_HEAD = struct.Struct("<8sBBH")


def seconds(data: bytes) -> float:
    """Return how many seconds an OGG/Opus file lasts. Raises ``ValueError`` for any other data, or a part of a file."""
    pages = list(_pages(data))
    head = pages[0][1] if pages else b""
    if len(head) < _HEAD.size or not head.startswith(b"OpusHead"):
        raise ValueError("is not an OGG/Opus file")
    pre_skip: int = _HEAD.unpack_from(head)[-1]
    last = max((position for position, _ in pages if position != NO_PACKET_ENDS), default=0)
    return max(0, last - pre_skip) / SAMPLES_PER_SECOND


def _pages(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the position at the end of each page, in samples, and its content."""
    at = 0
    while at < len(data):
        if len(data) < at + _PAGE.size:
            raise ValueError("is not an OGG/Opus file, or is cut off")
        mark, _, _, position, _, _, _, segments = _PAGE.unpack_from(data, at)
        begin = at + _PAGE.size + segments
        end = begin + sum(data[at + _PAGE.size : begin])
        if mark != b"OggS" or end > len(data):
            raise ValueError("is not an OGG/Opus file, or is cut off")
        yield position, data[begin:end]
        at = end
