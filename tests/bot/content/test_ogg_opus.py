"""The length of a recording, as a real encoder makes it and a real player plays it."""

from collections.abc import Callable
from io import BytesIO

import av
import pytest

from bot.content import ogg_opus
from tests.support.pictures import png
from tests.support.recordings import tone


@pytest.mark.parametrize("length", [0.5, 1.0, 7.3, 61.0])
def test_the_length_is_what_was_recorded(length: float) -> None:
    assert ogg_opus.seconds(tone(length)) == pytest.approx(length, abs=0.03)


def test_a_player_plays_it_as_long() -> None:
    with av.open(BytesIO(tone(7.3)), "r") as container:
        played = sum(frame.samples / frame.sample_rate for frame in container.decode(audio=0))
    assert ogg_opus.seconds(tone(7.3)) == pytest.approx(played, abs=0.001)


SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda _: b"",
    "the mark alone": lambda _: b"OggS",
    "a picture": lambda _: png(8, 8),
    "another format of sound": lambda _: b"ID3" + bytes(200),
    "another codec": lambda whole: whole.replace(b"OpusHead", b"vorbis  "),
    "its last byte is missing": lambda whole: whole[:-1],
    "its beginning alone": lambda whole: whole[:40],
    "its beginning is missing": lambda whole: whole[28:],
    "with more behind it": lambda whole: whole + b"and more",
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_what_is_no_whole_recording_is_refused(spoil: Callable[[bytes], bytes]) -> None:
    with pytest.raises(ValueError, match="is not an OGG/Opus file"):
        ogg_opus.seconds(spoil(tone(1)))


def test_a_page_on_which_no_packet_ends_does_not_count() -> None:
    page = b"OggS\0\0" + b"\xff" * 8 + bytes(12) + b"\0"
    assert ogg_opus.seconds(tone(1) + page) == ogg_opus.seconds(tone(1))
