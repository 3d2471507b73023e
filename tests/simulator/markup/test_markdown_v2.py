import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.markup import Entity, Formatted, MarkupError, parse_markdown_v2


@pytest.mark.parametrize(
    ("source", "entity"),
    [
        ("*a*", Entity("bold", 0, 1)),
        ("_a_", Entity("italic", 0, 1)),
        ("__a__", Entity("underline", 0, 1)),
        ("~a~", Entity("strikethrough", 0, 1)),
        ("||a||", Entity("spoiler", 0, 1)),
        ("`a`", Entity("code", 0, 1)),
        ("```a```", Entity("pre", 0, 1)),
        ("```py\na```", Entity("pre", 0, 1, {"language": "py"})),
        (">a", Entity("blockquote", 0, 1)),
        (">a||", Entity("expandable_blockquote", 0, 1)),
        ("[a](b\\.se/\\))", Entity("text_link", 0, 1, {"url": "http://b.se/)"})),
        ("[a](tg://user?id=5)", Entity("text_mention", 0, 1, {"user": {"id": 5}})),
        ("![a](tg://emoji?id=5)", Entity("custom_emoji", 0, 1, {"custom_emoji_id": "5"})),
        ("![a](tg://time?unix=5&format=wt)", Entity("date_time", 0, 1, {"unix_time": 5, "date_time_format": "wt"})),
    ],
)
def test_each_mark(source: str, entity: Entity) -> None:
    assert parse_markdown_v2(source) == Formatted("a", (entity,))


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("*_a_*", "a", [("bold", 0, 1), ("italic", 0, 1)]),
        ("___a_ b__", "a b", [("underline", 0, 3), ("italic", 0, 1)]),
        ("*a\nb*", "a\nb", [("bold", 0, 3)]),
        ("`*a\\`b`", "*a`b", [("code", 0, 4)]),
        ("a\n>b\n>c\nd", "a\nb\nc\nd", [("blockquote", 2, 4)]),
        (">a\n**>b||\nc", "a\nb\nc", [("blockquote", 0, 2), ("expandable_blockquote", 2, 2)]),
        (">a||\r\nb", "a\r\nb", [("expandable_blockquote", 0, 3)]),
        (">>a", "a", [("blockquote", 0, 1)]),
        (">*a*\nb", "a\nb", [("blockquote", 0, 2), ("bold", 0, 1)]),
        ("[b\\.se]", "b.se", [("text_link", 0, 4)]),
        ("[a](nowhere)[](b.se)**", "a", []),
        ("\\*a\\.\\\\ \\\u00e5", "*a.\\ \\\u00e5", []),
    ],
)
def test_marks_together(source: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    parsed = parse_markdown_v2(source)
    assert parsed.text == text
    assert [(entity.type, entity.offset, entity.size) for entity in parsed.entities] == entities


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("a.", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("a>b", "Character '>' is reserved and must be escaped with the preceding '\\'"),
        ("a|b", "Character '|' is reserved and must be escaped with the preceding '\\'"),
        ("!a", "Character '!' is reserved and must be escaped with the preceding '\\'"),
        ("\u00e5*a", "Can't find end of Bold entity at byte offset 2"),
        ("```py\na", "Can't find end of PreCode entity at byte offset 0"),
        ("[a", "Can't find end of TextUrl entity at byte offset 0"),
        (">*a\nb*", "Can't find end of Bold entity at byte offset 1"),
        ("*>a\nb", "Can't find end of Bold entity at byte offset 0"),
        (">*a||\nb", "Can't find end of Bold entity at byte offset 1"),
        (">*a||", "Can't find end of Bold entity at byte offset 1"),
        ("[a](b.se", "Can't find end of a URL at byte offset 4"),
        ("![a](b.se\\)", "Can't find end of a URL at byte offset 5"),
        ("![a]", "The entity must contain a tg://emoji or tg://time URL"),
        ("![a](b.se)", "Invalid tg://emoji or tg://time URL specified"),
    ],
)
def test_errors_in_markup(source: str, reason: str) -> None:
    with pytest.raises(MarkupError) as complaint:
        parse_markdown_v2(source)
    assert str(complaint.value) == reason


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\x7f"), max_size=30))
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    assert (
        parse_markdown_v2("".join(f"\\{character}" if character <= "~" else character for character in text)).text
        == text
    )
