import pytest

from simulator.markup import Entity, as_json, utf16_length
from simulator.markup.entities import in_order


@pytest.mark.parametrize(("text", "units"), [("", 0), ("abc", 3), ("å", 1), ("\U0001f9b5", 2), ("a\U0001f9b5b", 4)])
def test_length_counts_utf16_units(text: str, units: int) -> None:
    assert utf16_length(text) == units


def test_outer_entities_come_first() -> None:
    inside_out = [
        Entity("bold", 1, 1), Entity("custom_emoji", 0, 2), Entity("spoiler", 0, 2), Entity("italic", 0, 2),
        Entity("mention", 0, 2), Entity("text_link", 0, 2), Entity("code", 0, 2), Entity("pre", 0, 2),
        Entity("pre", 0, 2, {"language": "py"}), Entity("blockquote", 0, 2), Entity("underline", 0, 3),
    ]  # fmt: skip
    assert in_order(inside_out) == inside_out[::-1]


def test_an_entity_as_a_message_entity_object() -> None:
    assert as_json([Entity("text_link", 1, 2, {"url": "http://a.se/"})]) == [
        {"type": "text_link", "offset": 1, "length": 2, "url": "http://a.se/"}
    ]
