"""Which listed words somebody meant who misspelt one, or who wrote several as one."""

import pytest

from bot.parsing.intent.spelling import Slips, everyday_words, pieces

SLIPS = Slips(["swollen", "chest", "cold", "leg", "breathing"])


@pytest.mark.parametrize(("text", "meant"), [
    ("swolen", "swollen"), ("swollenn", "swollen"), ("swallen", "swollen"), ("sowllen", "swollen"), ("wsollen", "swollen"),
    ("chets", "chest"), ("swoln", None), ("swolln", "swollen"), ("braetihng", "breathing"), ("clod", "cold"),
    ("bold", None), ("lge", None), ("chset", "chest"), ("xhesq", None), ("sw0llen", None), ("swollen" * 6, None),
])  # fmt: skip
def test_a_slip_means_a_listed_word(text: str, meant: str | None) -> None:
    assert SLIPS.meant(text) == ({meant} if meant else set())


@pytest.mark.parametrize("text", ["hyperventierar", "hyperxventilerar", "hyperevntilering", "hypervntiler"])
def test_a_slip_in_what_a_word_begins_with(text: str) -> None:
    slips = Slips(["hyperventiler"], beginnings=["hyperventiler"])
    assert slips.meant(text) == {"hyperventiler"}


def test_a_slip_in_the_first_letter_of_a_beginning_is_not_looked_for() -> None:
    assert Slips(["hyperventiler"], beginnings=["hyperventiler"]).meant("nyperventilerande") == set()


@pytest.mark.parametrize(("text", "words"), [
    ("icantbreathe", ["i", "cant", "breathe"]),
    ("icantbreathehelp", ["i", "cant", "breathe", "help"]),
    ("icntbreathehelp", ["i", "breathe", "help"]),
    ("cantgo", []),
    ("cantxgoo", []),
    ("xyzzyxyzzyxyzzy", []),
    ("cant" * 11, []),
])  # fmt: skip
def test_words_written_as_one_are_found(text: str, words: list[str]) -> None:
    assert pieces(text, {"cant", "breathe", "help"}, {"i", "go"}) == words


def test_everyday_words_have_no_accents() -> None:
    assert {"chess", "kostat", "hander"} <= everyday_words()
    assert all(word.isascii() and len(word) > 3 for word in everyday_words() if word.isalpha())
