import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.markup import Entity, Formatted, MarkupError, is_blank, parse_html, tidy
from simulator.markup.tidying import clean

LEG = "\U0001f9b5"  # two UTF-16 units


def shape(formatted: Formatted) -> list[tuple[str, str]]:
    units = formatted.text.encode("utf-16-le")
    return [(e.type, units[2 * e.offset : 2 * e.end].decode("utf-16-le")) for e in formatted.entities]


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("  <b>hej</b>  ", "hej", [("bold", "hej")]),
        ("\n\nhej \n", "hej", []),
        ("\u00a0hej\u00a0", "\u00a0hej\u00a0", []),
        ("<b>hej  </b>", "hej", [("bold", "hej")]),
        ("<i><b>hej</b>  </i>", "hej", [("bold", "hej"), ("italic", "hej")]),
        ("<b> hej</b>", " hej", [("bold", " hej")]),
        (" <b> hej</b>", " hej", [("bold", " hej")]),
        ("a<b> </b>", "a", []),
        ("<b>a</b>\r\n<i>b</i>", "a\nb", [("bold", "a"), ("italic", "b")]),
        ("<b>\u202e</b>a", "a", []),
        ("<b>a</b>\r<b>b</b>", "ab", [("bold", "ab")]),
        ("\u202ea<b>b</b>", "ab", [("bold", "b")]),
        ("a\u0333\u033f\u030ab", "ab", []),
        ("a\tb\x00c", "a b c", []),
        ("\u200f\u200e\u200fa", "\u200c\u200c\u200fa", []),
        (f"{LEG}\r<b>b</b>", f"{LEG}b", [("bold", "b")]),
    ],
)
def test_texts_are_tidied_as_telegram_does(source: str, text: str, entities: list[tuple[str, str]]) -> None:
    tidied = tidy(parse_html(source))
    assert tidied.text == text
    assert shape(tidied) == entities


@pytest.mark.parametrize("text", ["", "  ", "\n", "\t", "\u202e"])
def test_white_space_alone_is_nothing(text: str) -> None:
    assert tidy(Formatted(text)).text == ""


@pytest.mark.parametrize("text", ["", "\u200b", "\u00a0", "\u2800", "\U000e0041 \u3000"])
def test_texts_in_which_nothing_can_be_seen(text: str) -> None:
    assert is_blank(text)
    assert not is_blank(f"{text}.")


def test_names_of_languages_are_cleaned() -> None:
    tidied = tidy(Formatted("a", (Entity("pre", 0, 1, {"language": "p\ry\t"}),)))
    assert tidied.entities == (Entity("pre", 0, 1, {"language": "py "}),)


def test_a_text_without_odd_characters_stays_as_it_is() -> None:
    assert clean("a\nb\u200eå") == "a\nb\u200eå"


@pytest.mark.parametrize(
    ("text", "entity", "reason"),
    [
        ("a", Entity("bold", -1, 1), "Receive an entity with incorrect offset -1"),
        ("a", Entity("bold", 0, 1_000_001), "Receive an entity with incorrect length 1000001"),
        ("a", Entity("bold", 2, 1), "Entity begins after the end of the text at UTF-16 offset 2"),
        (
            "a", Entity("bold", 0, 2),
            "Entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 2",
        ),
        (LEG, Entity("bold", 1, 1), "Entity begins in a middle of a UTF-16 symbol at byte offset 4"),
        (
            f"å{LEG}a", Entity("bold", 0, 2),
            "Entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 6",
        ),
    ],
)  # fmt: skip
def test_entities_that_do_not_fit_the_text(text: str, entity: Entity, reason: str) -> None:
    with pytest.raises(MarkupError) as complaint:
        tidy(Formatted(text, (Entity("bold", 0, 0), entity)))
    assert str(complaint.value) == reason


kinds = st.sampled_from(["bold", "italic", "code", "pre", "text_link", "blockquote"])
entities = st.builds(Entity, kinds, st.integers(0, 20), st.integers(0, 20))


@given(st.text("ab \n\tå\r\u202e\u200e", min_size=40, max_size=40), st.lists(entities, max_size=8))
def test_tidying_twice_changes_nothing_more(text: str, raw: list[Entity]) -> None:
    once = tidy(Formatted(text, tuple(raw)))
    assert tidy(once) == once
    assert once.text == once.text.rstrip()
