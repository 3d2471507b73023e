"""Which characters the font has."""

import struct
from pathlib import Path

import pytest

from bot.diary.font import FONT, characters
from bot.diary.summary import REPLACEMENT


def test_the_font_has_what_people_here_write() -> None:
    assert set("Aa09 åäöÅÄÖéüß“”‘’–—…•€ΑωЯя" + REPLACEMENT) <= characters()


def test_it_has_no_other_scripts() -> None:
    assert not characters() & set("ع足\u20e3\uffff")


def test_regular_and_bold_have_the_same_characters() -> None:
    assert characters() == characters(FONT.with_name("NotoSans-Bold.ttf"))


def test_a_font_of_another_kind_is_refused(tmp_path: Path) -> None:
    table = struct.pack(">8xL", 12) + struct.pack(">H18x", 12)
    other = tmp_path / "font.ttf"
    other.write_bytes(struct.pack(">4xH6x", 1) + struct.pack(">4s4xL4x", b"cmap", 28) + table)
    with pytest.raises(ValueError, match="format 12"):
        characters(other)
