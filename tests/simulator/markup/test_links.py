import pytest

from simulator.markup import Entity, MarkupError
from simulator.markup.links import checked_link, custom_emoji, date_time, image_link, link_entity, mentioned_user


@pytest.mark.parametrize(
    ("url", "stored"),
    [
        ("http://a.se", "http://a.se/"),
        ("HTTPS://A.se/B?c#d", "https://a.se/B?c#d"),
        ("a.se?b", "http://a.se/?b"),
        ("a.se/b c\n", "http://a.se/b%20c"),
        ("http://u:p@a.se:080", "http://u:p@a.se:80/"),
        ("b\u00fccher.se", "http://b\u00fccher.se/"),
        ("http://127.0.0.1:80/", "http://127.0.0.1:80/"),
        ("http://[::1]/", "http://[::1]/"),
        ("tg://resolve?domain=x", "tg://resolve?domain=x"),
        ("TG:resolve", "tg://resolve/"),
        ("tonsite://a.ton/b", "tonsite://a.ton/b"),
    ],
)
def test_links_as_telegram_stores_them(url: str, stored: str) -> None:
    assert checked_link(url) == stored


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "URL host is empty"),
        (".", "Host is invalid"),
        ("localhost", "Wrong HTTP URL"),
        ("ftp://a.se", "Unsupported URL protocol"),
        ("javascript:alert(1)", "Wrong port number specified in the URL"),
        ("http://a.se:65536", "Wrong port number specified in the URL"),
        ("http://a b.se", "Disallowed character in URL host"),
        ("http://a%2.se", "Wrong percent-encoded symbol in URL host"),
        ("http://u<@a.se", "Disallowed character in URL userinfo"),
        ("http://[::1", "Disallowed character in URL host"),
        ("http://[::g]", "Wrong IPv6 address specified in the URL"),
        ("http://[\x00]", "Wrong IPv6 address specified in the URL"),
        ("tg://a.b", "Unallowed characters in URL host"),
        ("tg://https://a.se", "Wrong tg URL"),
        ("ton://a:1", "Wrong ton URL"),
    ],
)
def test_links_that_telegram_refuses(url: str, reason: str) -> None:
    with pytest.raises(MarkupError) as complaint:
        checked_link(url)
    assert str(complaint.value) == reason


@pytest.mark.parametrize(
    ("url", "user"),
    [
        ("tg://user?id=5", 5),
        ("TG:USER/?a=b&ID=7&id=8#c", 7),
        ("tg://user?id=1099511627775", 2**40 - 1),
        ("tg://user?id=1099511627776", None),
        ("tg://user?id=0", None),
        ("tg://user?id=05", None),
        ("tg://user?id=x", None),
        ("tg://users?id=5", None),
        ("http://user?id=5", None),
    ],
)
def test_links_to_people(url: str, user: int | None) -> None:
    assert mentioned_user(url) == user


def test_a_link_becomes_an_entity_if_telegram_accepts_it() -> None:
    assert link_entity("a.se", 1, 2) == Entity("text_link", 1, 2, {"url": "http://a.se/"})
    assert link_entity("tg://user?id=5", 1, 2) == Entity("text_mention", 1, 2, {"user": {"id": 5}})
    assert link_entity("nowhere", 1, 2) is None


@pytest.mark.parametrize(
    ("url", "entity"),
    [
        ("tg://emoji?id=5", ("custom_emoji", {"custom_emoji_id": "5"})),
        ("tg://time?unix=5", ("date_time", {"unix_time": 5})),
        ("tg:time?unix=4&format=Wt&unix=5", ("date_time", {"unix_time": 5, "date_time_format": "wt"})),
    ],
)
def test_links_of_images(url: str, entity: object) -> None:
    assert image_link(url) == entity


@pytest.mark.parametrize(
    "url", ["", "a.se", "tg://emoji?id=0", "tg://time", "tg://time?unix=0", "tg://time?unix=1&format=x"]
)
def test_an_image_is_an_emoji_or_a_time(url: str) -> None:
    with pytest.raises(MarkupError, match="Invalid tg://emoji or tg://time URL specified"):
        image_link(url)


@pytest.mark.parametrize("identifier", ["", "0", "x", "05", "9223372036854775808"])
def test_invalid_identifiers_of_emoji(identifier: str) -> None:
    with pytest.raises(MarkupError, match="Invalid custom emoji identifier specified"):
        custom_emoji(identifier)


@pytest.mark.parametrize(
    ("date_format", "stored"), [("R", "r"), ("W", "w"), ("TtDdw", "wdt"), ("TDw", "wDT"), ("tW", "wt")]
)
def test_formats_of_dates_are_put_in_order(date_format: str, stored: str) -> None:
    assert date_time(1, date_format) == {"unix_time": 1, "date_time_format": stored}
