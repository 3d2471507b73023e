"""Telegram must accept every text that ``bot.content.telegram_html`` accepts, and show the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.telegram_html import TAGS, escape, length, visible
from simulator.markup import MarkupError, parse_html

SCRAPS = st.sampled_from(
    ["<", ">", "/", "b", "i", "<b>", "</b>", "<i>", "</i>", "<a href='x'>", "</a>", "<!--", "-->", "<?", "<!", " ", "x"]
    + ["&", "&amp;", "&lt;", "&gt;", "&quot;", "&#228;", "&nbsp;", ";", '"', "=", "å", "🦵", "\n"]
)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain", "plain"),
        ("", ""),
        ("<b>bold</b> and <i>not</i>", "bold and not"),
        ("<b><i>nested</i></b>", "nested"),
        ('<a href="https://a.test/?x=1&amp;y=2">link</a>', "link"),
        ('<tg-time unix="1" format="t">21:30</tg-time>', "21:30"),
        ("<blockquote>ours</blockquote>", "ours"),
        ("5 &lt; 6 &gt; 4 &amp; &quot;so&quot;", '5 < 6 > 4 & "so"'),
        ("&#228;&#128513;", "ä😁"),
        ("a > b", "a > b"),
        ("line\nline", "line\nline"),
    ],
)
def test_the_text_a_person_sees(html: str, text: str) -> None:
    assert visible(html) == text
    assert parse_html(html).text == text, "Telegram sees the same"


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<b>open", "<b> is never closed"),
        ("<b><i>crossed</b></i>", "</b> closes nothing"),
        ("closed</b>", "</b> closes nothing"),
        ("<h1>title", "<h1> is not a tag that Telegram knows"),
        ("one<br>two", "<br> is not a tag that Telegram knows"),
        ("5 < 6", "a lone < must be written &lt;"),
        ("I <3 you", "a lone < must be written &lt;"),
        ("the end <", "a lone < must be written &lt;"),
        ("the end <b", "a lone < must be written &lt;"),
        ("salt & water", "a lone & must be written &amp;"),
        ("salt&nbsp;water", "a lone & must be written &amp;"),
        ("&amp", "a lone & must be written &amp;"),
    ],
)
def test_markup_that_telegram_would_refuse_is_an_error_with_its_reason(html: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{reason}$"):
        visible(html)


@pytest.mark.parametrize(
    "html",
    [
        "<!-- remark -->",
        "<!doctype html>text",
        "<?php x>text",
        "<![CDATA[text]]>",
        "<b/>text",
        "<b>text</b foo>",
        "</>",
    ],
)
def test_what_only_browsers_understand_is_refused(html: str) -> None:
    with pytest.raises(MarkupError):
        parse_html(html)
    with pytest.raises(ValueError, match="."):
        visible(html)


@pytest.mark.parametrize("tag", sorted(TAGS))
def test_every_tag_is_one_of_telegrams(tag: str) -> None:
    assert parse_html(f"<{tag}>x</{tag}>").text == visible(f"<{tag}>x</{tag}>") == "x"


@given(st.lists(SCRAPS, max_size=12).map("".join))
def test_nothing_gets_through_that_telegram_refuses(html: str) -> None:
    try:
        text = visible(html)
    except ValueError:
        return
    assert parse_html(html).text == text


@given(st.text(st.characters(codec="utf-8")))
def test_what_is_escaped_is_seen_as_it_was(text: str) -> None:
    text = text.replace("\r", "\n")
    assert visible(escape(text)) == text


@pytest.mark.parametrize(("text", "units"), [("", 0), ("cramp", 5), ("åäö", 3), ("🦵", 2), ("👩‍⚕️", 5)])
def test_length_is_counted_as_telegram_counts(text: str, units: int) -> None:
    assert length(text) == units
