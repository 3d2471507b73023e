import pytest

from simulator.markup.links import checked_link, link_entity, mentioned_user


@pytest.mark.parametrize(
    ("url", "stored"),
    [
        ("http://a.se", "http://a.se/"),
        ("HTTPS://a.se/b?c#d", "https://a.se/b?c#d"),
        ("a.se/b", "http://a.se/b"),
        ("tg://resolve?domain=x", "tg://resolve?domain=x"),
        ("tg:resolve?domain=x", "tg://resolve?domain=x"),
        ("http://127.0.0.1:80/", "http://127.0.0.1:80/"),
        ("http://[::1]/", "http://[::1]/"),
        ("localhost", ""),
        ("ftp://a.se", ""),
        ("javascript:alert(1)", ""),
        ("http://a b.se", ""),
        ("http://[::1", ""),
        ("", ""),
    ],
)
def test_addresses(url: str, stored: str) -> None:
    assert checked_link(url) == stored


def test_links_to_people() -> None:
    assert mentioned_user("tg://user?id=5") == 5
    assert mentioned_user("tg://user?id=x") is None


def test_an_invalid_link_has_no_entity() -> None:
    assert link_entity("nowhere", 0, 1) is None
