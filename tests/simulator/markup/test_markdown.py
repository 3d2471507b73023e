import pytest

from simulator.markup import Entity, Formatted, MarkupError, parse_markdown
from simulator.markup.markdown import code_block_start


@pytest.mark.parametrize(
    ("source", "text", "entity"),
    [
        ("*a*", "a", Entity("bold", 0, 1)),
        ("_a b_", "a b", Entity("italic", 0, 3)),
        ("\U0001f9b5`a*b`", "\U0001f9b5a*b", Entity("code", 2, 3)),
        ("```a``b```", "a``b", Entity("pre", 0, 4)),
        ("```py\na```", "a", Entity("pre", 0, 1, {"language": "py"})),
        ("[a](b.se)", "a", Entity("text_link", 0, 1, {"url": "http://b.se/"})),
        ("[a](b.se", "a", Entity("text_link", 0, 1, {"url": "http://b.se/"})),
        ("[a](tg://user?id=5)", "a", Entity("text_mention", 0, 1, {"user": {"id": 5}})),
    ],
)
def test_each_mark(source: str, text: str, entity: Entity) -> None:
    assert parse_markdown(source) == Formatted(text, (entity,))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a\\_b\\*c\\`d\\[e\\f", "a_b*c`d[e\\f"),
        ("__", ""),
        ("``````", ""),
        ("[a](nowhere)", "a"),
        ("[](b.se)", "(b.se)"),
        ("a](b) > c", "a](b) > c"),
    ],
)
def test_what_stays_plain_text(source: str, text: str) -> None:
    assert parse_markdown(source) == Formatted(text)


@pytest.mark.parametrize(
    ("source", "url"),
    [("[xt.me]", "http://t.mee/"), ("*a* [xyzt.me]", "http://t.me.me/"), ("*aa* _bbbb_ *c* [t.me]", "http://t.me/")],
)
def test_a_link_without_url_has_the_url_that_tdlib_reads(source: str, url: str) -> None:
    """It reads the URL where the text was, after it has moved the text by the bytes of the marks so far."""
    assert parse_markdown(source).entities[-1].extra == {"url": url}


@pytest.mark.parametrize(("source", "where"), [("å*a", 2), ("_a*b*", 0), ("`", 0), ("```a``", 0), ("[a", 0)])
def test_a_mark_without_its_end(source: str, where: int) -> None:
    with pytest.raises(MarkupError) as complaint:
        parse_markdown(source)
    assert str(complaint.value) == f"Can't find end of the entity starting at byte offset {where}"


@pytest.mark.parametrize(
    ("source", "start"),
    [
        ("", ("", 0)), ("a", ("", 0)), ("a`", ("", 0)), ("a\nb", ("a", 2)), ("a b", ("a", 1)), ("\n\nb", ("", 1)),
        ("\r\nb", ("", 2)), ("a\n\rb", ("a", 3)), ("c++ x", ("c++", 3)),
    ],
)  # fmt: skip
def test_where_code_begins(source: str, start: tuple[str, int]) -> None:
    assert code_block_start(source, 0) == start
