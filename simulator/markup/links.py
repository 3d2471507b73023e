"""Links: which addresses Telegram accepts, and which of them mention a person."""

import re
from urllib.parse import urlsplit

from simulator.markup.entities import Entity

_MENTION = re.compile(r"tg:(?://)?user\?id=(\d+)", re.IGNORECASE)
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_TELEGRAM = re.compile(r"tg:(?://)?([\w-]+)(\?.*|/.*)?", re.IGNORECASE)


def mentioned_user(url: str) -> int | None:
    """The user a tg://user?id= link stands for."""
    found = _MENTION.fullmatch(url.strip())
    return int(found[1]) if found else None


def checked_link(url: str) -> str:
    """The address as Telegram stores it; "" if it is no address it accepts."""
    url = url.strip()
    telegram = _TELEGRAM.fullmatch(url)
    if telegram:
        return f"tg://{telegram[1]}{telegram[2] or ''}"
    return _http(url)


def _http(url: str) -> str:
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
    """The entity of a link; None if Telegram would leave plain text there."""
    user = mentioned_user(url)
    if user is not None:
        return Entity("text_mention", offset, size, {"user": {"id": user}})
    address = checked_link(url)
    return Entity("text_link", offset, size, {"url": address}) if address else None
