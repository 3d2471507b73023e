from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.markup import Entity, Formatted, MarkupError, parse_html, tidy, utf16_length
from simulator.markup.entities import QUOTES, STYLES, entity_from_json


def shape(formatted: Formatted) -> list[tuple[str, str]]:
    units = formatted.text.encode("utf-16-le")
    return [(e.type, units[2 * e.offset : 2 * e.end].decode("utf-16-le")) for e in formatted.entities]


@pytest.mark.parametrize(("text", "units"), [("", 0), ("abc", 3), ("å", 1), ("\U0001f9b5", 2), ("a\U0001f9b5b", 4)])
def test_length_counts_utf16_units(text: str, units: int) -> None:
    assert utf16_length(text) == units


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("  <b>hej</b>  ", "hej", [("bold", "hej")]),
        ("\n\nhej \n", "hej", []),
        ("<b>hej  </b>", "hej", [("bold", "hej")]),
        ("<b> hej</b>", " hej", [("bold", " hej")]),
        ("a<b> </b>", "a", []),
        ("<b>a</b><b>b</b>", "ab", [("bold", "ab")]),
        ("<b>a<b>b</b></b>", "ab", [("bold", "ab")]),
        ("<b>a</b> <b>b</b>", "a b", [("bold", "a"), ("bold", "b")]),
        ("<i><b>x</b></i>", "x", [("bold", "x"), ("italic", "x")]),
        ("<b>a<code>b</code>c</b>", "abc", [("bold", "a"), ("code", "b"), ("bold", "c")]),
        ("<code>a<b>b</b></code>", "ab", [("code", "ab")]),
        ("<code>a<a href='x.se'>b</a></code>", "ab", [("code", "ab")]),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "ab", [("blockquote", "ab")]),
        ("<blockquote>a<code>b</code></blockquote>", "ab", [("blockquote", "ab"), ("code", "b")]),
        ("<b>a</b>\r\n<i>b</i>", "a\nb", [("bold", "a"), ("italic", "b")]),
        ("\u202ea<b>b</b>", "ab", [("bold", "b")]),
        ("a\tb\x00c", "a b c", []),
        ("\U0001f9b5\r<b>b</b>", "\U0001f9b5b", [("bold", "b")]),
    ],
)
def test_texts_are_tidied_as_telegram_does(source: str, text: str, entities: list[tuple[str, str]]) -> None:
    tidied = tidy(parse_html(source))
    assert tidied.text == text
    assert shape(tidied) == entities


@pytest.mark.parametrize("text", ["", "  ", "\n", "\t", "\u202e"])
def test_blank_texts_end_up_empty(text: str) -> None:
    assert tidy(Formatted(text)).text == ""


def test_outer_entities_come_first() -> None:
    tidied = tidy(parse_html("<u><b>a</b>b</u><blockquote><i>c</i></blockquote>"))
    assert [entity.type for entity in tidied.entities] == ["underline", "bold", "blockquote", "italic"]


@pytest.mark.parametrize(
    ("value", "entity"),
    [
        ({"type": "bold", "offset": 1, "length": 2}, Entity("bold", 1, 2)),
        ({"type": "pre", "offset": 0, "length": 1, "language": "sql"}, Entity("pre", 0, 1, {"language": "sql"})),
        ({"type": "text_link", "offset": 0, "length": 1, "url": "a.se"}, Entity("text_link", 0, 1, {"url": "a.se"})),
        ({"type": "hashtag", "offset": 0, "length": 1}, None),
    ],
)
def test_entities_that_bots_send(value: dict[str, Any], entity: Entity | None) -> None:
    assert entity_from_json(value) == entity


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (5, "expected an Object"),
        ({"type": "bold", "offset": "1", "length": 2}, 'field "offset" must be of type Number'),
        ({"type": "big", "offset": 1, "length": 2}, "Unsupported type specified"),
        ({"offset": 1, "length": 2}, "Type is not specified"),
    ],
)
def test_invalid_entities(value: object, reason: str) -> None:
    with pytest.raises(MarkupError, match=reason):
        entity_from_json(value)


kinds = st.sampled_from([*STYLES, *QUOTES, "code", "pre", "text_link"])
entities = st.builds(Entity, kinds, st.integers(0, 20), st.integers(0, 20))


@given(st.text("ab \n\tå", min_size=40, max_size=40), st.lists(entities, max_size=8))
def test_tidied_entities_are_sorted_inside_the_text_and_properly_nested(text: str, raw: list[Entity]) -> None:
    tidied = tidy(Formatted(text, tuple(raw)))
    assert list(tidied.entities) == sorted(tidied.entities, key=Entity.sort_key)
    assert all(0 <= entity.offset < entity.end <= utf16_length(tidied.text) for entity in tidied.entities)
    for kind in STYLES:
        same = [entity for entity in tidied.entities if entity.type == kind]
        assert all(one.end <= two.offset for one, two in pairwise(same))


@given(st.text("ab \n\tå\r\u202e", max_size=40), st.lists(entities, max_size=5))
def test_tidying_twice_changes_nothing_more(text: str, raw: list[Entity]) -> None:
    whole = [entity for entity in raw if entity.end <= utf16_length(text)]
    once = tidy(Formatted(text, tuple(whole)))
    assert tidy(once) == once
