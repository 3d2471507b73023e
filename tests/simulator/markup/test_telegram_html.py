from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.markup import Entity, Formatted, MarkupError, as_json, parse_html, utf16_length


def bare(entity: Entity) -> tuple[str, int, int]:
    return entity.type, entity.offset, entity.size


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("b", "bold"), ("strong", "bold"), ("i", "italic"), ("em", "italic"), ("u", "underline"), ("ins", "underline"),
        ("s", "strikethrough"), ("strike", "strikethrough"), ("del", "strikethrough"), ("code", "code"), ("pre", "pre"),
        ("blockquote", "blockquote"), ("tg-spoiler", "spoiler"), ("B", "bold"),
    ],
)  # fmt: skip
def test_every_plain_tag(tag: str, kind: str) -> None:
    assert parse_html(f"a <{tag}>bc</{tag}> d") == Formatted("a bc d", (Entity(kind, 2, 2),))


@pytest.mark.parametrize(
    ("source", "entity"),
    [
        ('<span class="tg-spoiler">x</span>', {"type": "spoiler"}),
        ("<blockquote expandable>x</blockquote>", {"type": "expandable_blockquote"}),
        ("<blockquote expandable=''>x</blockquote>", {"type": "expandable_blockquote"}),
        ('<a href="http://a.se/?q=1&amp;r=2">x</a>', {"type": "text_link", "url": "http://a.se/?q=1&r=2"}),
        ("<a href='https://A.se'>x</a>", {"type": "text_link", "url": "https://a.se/"}),
        ('<a href="tg://user?id=42">x</a>', {"type": "text_mention", "user": {"id": 42}}),
        ('<tg-emoji emoji-id="5368324170671202286">x</tg-emoji>',
         {"type": "custom_emoji", "custom_emoji_id": "5368324170671202286"}),
        ('<tg-time unix="1795359986" format="wDT">x</tg-time>',
         {"type": "date_time", "unix_time": 1795359986, "date_time_format": "wDT"}),
        ('<tg-time unix="1795359986">x</tg-time>', {"type": "date_time", "unix_time": 1795359986}),
        ('<pre><code class="language-python">x</code></pre>', {"type": "pre", "language": "python"}),
        ('<code class="language-python"><pre>x</pre></code>', {"type": "pre", "language": "python"}),
        ('<code class="language-python">x</code>', {"type": "code"}),
        ("<a href=a.se >x</a>", {"type": "text_link", "url": "http://a.se/"}),
        ("<b foo bar='1' baz=qux>x</b>", {"type": "bold"}),
    ],
)  # fmt: skip
def test_tags_with_attributes(source: str, entity: dict[str, object]) -> None:
    parsed = parse_html(source)
    assert parsed.text == "x"
    assert as_json(parsed.entities) == [{"offset": 0, "length": 1, **entity}]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("&lt;b&gt; &amp; &quot;", '<b> & "'),
        ("&nbsp; &apos; &copy", "&nbsp; &apos; &copy"),
        ("&#65;&#x42;&#x1F600;", "AB\U0001f600"),
        ("&lt without end", "< without end"),
        ("a & b && c", "a & b && c"),
        ("&#0; &#; &#x; &#99999999999;", "&#0; &#; &#x; &#99999999999;"),
        ("a > b", "a > b"),
    ],
)
def test_character_references(source: str, text: str) -> None:
    assert parse_html(source) == Formatted(text)


def test_offsets_count_utf16_units() -> None:
    assert parse_html("\U0001f9b5å<b>\U0001f9b5</b>").entities == (Entity("bold", 3, 2),)


def test_nesting() -> None:
    entities = parse_html("<b>a<i>b<u>c</u></i></b>").entities
    assert {bare(entity) for entity in entities} == {("bold", 0, 3), ("italic", 1, 2), ("underline", 2, 1)}


@pytest.mark.parametrize(
    "source", ["a<b></b>", "<a href='nowhere'>a</a>", "<tg-time format='t'>a</tg-time>", "<a>a</a>"]
)
def test_what_stays_plain_text(source: str) -> None:
    assert parse_html(source) == Formatted("a")


def test_a_link_without_address_is_its_own_address() -> None:
    assert parse_html("<a>a.se</a>").entities == (Entity("text_link", 0, 4, {"url": "http://a.se/"}),)


def test_an_end_tag_without_name_ends_the_last_one() -> None:
    assert parse_html("<b>x</>y").entities == (Entity("bold", 0, 1),)


UNMATCHED = (
    "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units"
)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<b>", 'Can\'t find end tag corresponding to start tag "b"'),
        ("å<b>x</i>", 'Unmatched end tag at byte offset 6, expected "</b>", found "</i>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("å<h1>x</h1>", 'Unsupported start tag "h1" at byte offset 2'),
        ("a <", "Unclosed start tag at byte offset 2"),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b ", 'Empty attribute name in the tag "b" at byte offset 0'),
        ("<b\x00>", "Unclosed start tag at byte offset 0"),
        ("<a href", 'Unclosed start tag "a" at byte offset 0'),
        ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ('<a href="x"', "Unclosed start tag at byte offset 0"),
        ("<a =1>x</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=x/y>x</a>", "Unexpected end of name token at byte offset 8"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<b>x</b y>", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<tg-emoji>x</tg-emoji>", "Invalid custom emoji identifier specified"),
        ("<tg-emoji emoji-id='0'>x</tg-emoji>", "Invalid custom emoji identifier specified"),
        ("<tg-time unix='1' format='x'>x</tg-time>", "Invalid date format used"),
        ("&#xD800;", UNMATCHED),
    ],
)  # fmt: skip
def test_errors_in_markup(source: str, reason: str) -> None:
    with pytest.raises(MarkupError) as complaint:
        parse_html(source)
    assert str(complaint.value) == reason


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
tags = {"b": "bold", "i": "italic", "u": "underline", "s": "strikethrough", "tg-spoiler": "spoiler", "code": "code"}


@given(words)
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    assert parse_html(escaped(text)) == Formatted(text)


@given(words, st.lists(st.tuples(st.sampled_from(sorted(tags)), words, words), max_size=6))
def test_every_tag_marks_exactly_what_is_in_it(before: str, parts: list[tuple[str, str, str]]) -> None:
    source, text, expected = escaped(before), before, []
    for tag, inside, after in parts:
        if inside:
            expected.append((tags[tag], utf16_length(text), utf16_length(inside)))
        source += f"<{tag}>{escaped(inside)}</{tag}>{escaped(after)}"
        text += inside + after
    parsed = parse_html(source)
    assert parsed.text == text
    assert [bare(entity) for entity in parsed.entities] == expected


@given(st.text(st.sampled_from("<>/&;=\"' abitgl-#x1é\U0001f9b5"), max_size=40))
def test_anything_parses_or_is_refused(source: str) -> None:
    with suppress(MarkupError):
        parsed = parse_html(source)
        end = utf16_length(parsed.text)
        assert all(0 <= entity.offset < entity.end <= end for entity in parsed.entities)
