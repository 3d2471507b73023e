from itertools import product
from string import ascii_lowercase

import pytest

from simulator.markup.urls import Spans, app_links, emails, top_level_domains, web_links


def parts(text: str, spans: Spans) -> list[str]:
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize(
    "link",
    [
        "t.me", "1177.se", "www.x.com", "X.COM", "b\u00fccher.de", "\u043f.\u0440\u0444", "a.xn--p1ai", "127.0.0.1",
        "http://a.unknown", "HTTPS://x.com", "ftp://x.com", "http://u:p@x.com", "u@x.com:80/", "x.com:8443",
        "x.com/", "x.com/a(b)", "x.com?q=1", "x.com#a", "x.com/\u00e5\u2013\u00e4", "xn--a.com",
    ],
)  # fmt: skip
def test_web_links(link: str) -> None:
    assert parts(link, web_links(link)) == [link]
    assert parts(f"see \u00ab{link}\u00bb", web_links(f"see \u00ab{link}\u00bb")) == [link]


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("(x.com).", "x.com"),
        ("x.com/a(b)c)d", "x.com/a(b)c"),
        ("x.com/a, b", "x.com/a"),
        ("x.com?", "x.com"),
        ("x.com?)", "x.com"),
        ("x.com:0 x", "x.com"),
        ("x.com:65536", "x.com"),
        ("x.com...", "x.com"),
        ("yhttp://x.com", "http://x.com"),
        ("half. x.com", "x.com"),
    ],
)
def test_where_a_link_begins_and_ends(text: str, link: str) -> None:
    assert parts(text, web_links(text)) == [link]


@pytest.mark.parametrize(
    "text",
    [
        "", ".", "a.", ".com", "half. And so on", "x.unknown", "x.Com", "x.c", "x-.com", "x_y.com", "a..com", "1.2.3", "1.2.3.256",
        "01.2.3.4", "sftp://x.com", "x://x.com", "/x.com", "#x.com", "@x.com", "a@x.com", "x.co_m", "x.xn--a", "localhost",
        "teiegram.org", "x." + "a" * 64 + ".com", "a/b@x.com@", "1.5",
    ],
)  # fmt: skip
def test_whatever_is_no_link(text: str) -> None:
    assert parts(text, web_links(text)) == []


def test_addresses_for_email() -> None:
    text = "a+b.c@d-e.co.uk, mailto:x@y.com; a@b.toolongtld a@-b.com a.b+c@d.com"
    assert parts(text, emails(text)) == ["a+b.c@d-e.co.uk", "x@y.com", "+c@d.com"]


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("tg://resolve?domain=x.", ["tg://resolve?domain=x"]),
        ("TON://a/b ton://c", ["TON://a/b", "ton://c"]),
        ("tonsite://abc", ["ite://abc"]),
        ("xtg://a", ["tg://a"]),
        ("tg:a tg:// t://a", []),
        ("tg://atg://b", ["tg://atg"]),
    ],
)
def test_links_of_telegrams_apps(text: str, links: list[str]) -> None:
    assert parts(text, app_links(text)) == links


def test_the_top_level_domains_are_those_that_tdlib_knows() -> None:
    from assets.top_level_domains import is_known, known  # noqa: PLC0415 - needs TDLib

    assert sorted(top_level_domains()) == known(), "make domains writes them again"
    short = {"".join(letters) for length in (2, 3) for letters in product(ascii_lowercase, repeat=length)}
    assert {domain for domain in short if is_known(domain)} == short & top_level_domains()
