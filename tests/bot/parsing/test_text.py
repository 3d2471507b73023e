"""What people type in pain, brought into a form that can be compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.parsing.text import behind_command, closest, command, plain


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("cramp", "cramp"),
        ("CRAMP!!!", "cramp"),
        ("Ow!! CRAMP...", "ow cramp"),
        ("  leg \n cramp ", "leg cramp"),
        ("it's", "it s"),
        ("Ånej, ÄNTLIGEN", "ånej äntligen"),
        ("straße", "strasse"),
        ("👍", "👍"),
        (" ❤ ", "❤"),
        ("...", "..."),
        ("", ""),
    ],
)
def test_the_plain_form(text: str, form: str) -> None:
    assert plain(text) == form


def test_a_long_text_is_cut_before_it_is_looked_at() -> None:
    assert plain("a" * 100_000) == "a" * 200
    assert plain("!" * 100_000) == "!" * 200


@given(st.text())
def test_the_plain_form_is_final(text: str) -> None:
    once = plain(text)
    assert len(once) <= 600, "case folding makes at most three of one"
    assert not once or once == once.strip()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("/cramp", "cramp"),
        ("/CRAMP", "cramp"),
        ("/cramp now please", "cramp"),
        ("/cramp\nnow", "cramp"),
        ("/start cramp", "start"),
        ("/cramp@charley_bot", None),
        ("/cramp@other_bot please", None),
        ("cramp", None),
        (" /cramp", None),
        ("/", None),
        ("/cramp!", "cramp"),
        ("/cramp,please", "cramp"),
        ("/cramp🦵", "cramp"),
        ("/cramp/", None),
        ("/cramp<", None),
        ("/cramp@", None),
        ("/cramp@other_bot!", None),
        ("/kråmp", None),
        ("//", None),
        ("", None),
    ],
)
def test_the_command_a_text_begins_with(text: str, name: str | None) -> None:
    assert command(text) == name


@pytest.mark.parametrize(
    ("text", "behind"),
    [
        ("/cramp", ""),
        ("/cramp ", ""),
        ("/cramp my foot", "my foot"),
        ("/cramp\nmy foot", "my foot"),
        ("/cramp\u00a0my foot", "my foot"),
        ("/cramp,my foot", ",my foot"),
        ("/cramp@charley_bot my foot", "my foot"),
        ("/kråmp my foot", "my foot"),
        ("/ my foot", "my foot"),
        ("my foot", ""),
    ],
)
def test_what_stands_behind_a_command(text: str, behind: str) -> None:
    assert behind_command(text) == behind


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("crmap", "cramp"),
        ("camp", "cramp"),
        ("cramps", "cramp"),
        ("kramp", "cramp"),
        ("hepl", "help"),
        ("stat", "start"),
        ("cmrap", "cramp"),
        ("crap", "cramp"),
        ("crpam", "cramp"),
        ("rampc", "cramp"),
        ("pmarc", None),
        ("weather", None),
        ("", None),
    ],
)
def test_the_name_that_was_probably_meant(slip: str, meant: str | None) -> None:
    assert closest(slip, iter(["cramp", "start", "help"])) == meant
