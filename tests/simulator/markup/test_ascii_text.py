import pytest

from simulator.markup.ascii_text import byte_offset, is_number, lower


def test_positions_in_errors_count_bytes() -> None:
    assert byte_offset("aå\U0001f9b5b", 3) == 7


@pytest.mark.parametrize(("text", "small"), [("ABC", "abc"), ("ÅÄÖ Leg", "ÅÄÖ leg"), ("\u212a", "\u212a")])
def test_only_ascii_letters_become_small(text: str, small: str) -> None:
    assert lower(text) == small


@pytest.mark.parametrize("text", ["0", "7", "-3", "10"])
def test_whole_numbers(text: str) -> None:
    assert is_number(text, -3, 10)


@pytest.mark.parametrize("text", ["", "-4", "11", "07", "+7", "-0", " 7", "7.0", "\u0667", "9" * 5000])
def test_whatever_is_no_number_of_the_range(text: str) -> None:
    assert not is_number(text, -3, 10)
