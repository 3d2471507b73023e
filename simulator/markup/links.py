"""Links: which URLs Telegram accepts, and which of them mention a person."""

import re
from urllib.parse import urlsplit

from simulator.markup.entities import Entity

_USER_LINK = re.compile(r"tg:(?://)?user\?id=(\d+)", re.IGNORECASE)
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_TELEGRAM_LINK = re.compile(r"tg:(?://)?([\w-]+)(\?.*|/.*)?", re.IGNORECASE)


def mentioned_user(url: str) -> int | None:
    """Return the id of the user that a tg://user?id= link mentions. None for any other link."""
    link = _USER_LINK.fullmatch(url.strip())
    return int(link[1]) if link else None


def checked_link(url: str) -> str:
    """Return the URL as Telegram stores it; "" if Telegram does not accept it.

    It accepts tg:, http: and https:, and takes a URL without a scheme as http:.
    """
    url = url.strip()
    telegram = _TELEGRAM_LINK.fullmatch(url)
    if telegram:
        return f"tg://{telegram[1]}{telegram[2] or ''}"
    whole = url if _SCHEME.match(url) and "//" in url else f"http://{url}"
    try:
        parts = urlsplit(whole)
        host = parts.hostname or ""
    except ValueError:
        return ""
    is_web = parts.scheme.lower() in ("http", "https")
    if not is_web or re.search(r"\s", whole) or not ("." in host or ":" in host):
        return ""
    return parts._replace(scheme=parts.scheme.lower(), path=parts.path or "/").geturl()


def link_entity(url: str, offset: int, size: int) -> Entity | None:
    """Return the entity of a link. None if Telegram would leave plain text there."""
    user = mentioned_user(url)
    if user is not None:
        return Entity("text_mention", offset, size, {"user": {"id": user}})
    checked = checked_link(url)
    return Entity("text_link", offset, size, {"url": checked}) if checked else None
