"""Small recordings: a tone, encoded as Telegram's voice messages are."""

import math
import struct
from functools import cache
from io import BytesIO
from pathlib import Path

import av

SAMPLES_PER_SECOND = 16_000
HERTZ = 440
FAST = {"b": "6000", "compression_level": "0", "frame_duration": "60"}
"""Options of the encoder."""


@cache
def tone(seconds: float) -> bytes:
    """Return an OGG/Opus file with a tone of this length."""
    samples, file = round(seconds * SAMPLES_PER_SECOND), BytesIO()
    second = [round(6000 * math.sin(math.tau * HERTZ * at / SAMPLES_PER_SECOND)) for at in range(SAMPLES_PER_SECOND)]
    with av.open(file, "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=SAMPLES_PER_SECOND, layout="mono", options=FAST)
        for begin in range(0, samples, SAMPLES_PER_SECOND):
            wave = second[: samples - begin]
            frame = av.AudioFrame(format="s16", layout="mono", samples=len(wave))
            frame.planes[0].update(struct.pack(f"<{len(wave)}h", *wave))
            frame.sample_rate, frame.pts = SAMPLES_PER_SECOND, begin
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


def record(file: Path, seconds: float) -> None:
    """Write a tone of this length into a file."""
    file.write_bytes(tone(seconds))
