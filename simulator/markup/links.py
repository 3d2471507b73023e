"""Links: which URLs Telegram accepts and how it writes them, and the tg: links that stand for something else."""

import re
import socket
from typing import NamedTuple

from simulator.json_objects import Json
from simulator.markup.ascii_text import LARGEST_INTEGER, LARGEST_LONG, is_number, lower
from simulator.markup.entities import Entity, MarkupError

_LARGEST_PORT = 2**16 - 1
_LARGEST_USER_ID = 2**40 - 1

_APP_SCHEME = re.compile(r"(tg|ton|tonsite):(?://)?", re.ASCII | re.IGNORECASE)
"""The beginnings of the links that Telegram's apps open by themselves."""

_WEB_SCHEME = re.compile(r"([^:/?#@\[\]]*)://")
_AUTHORITY = re.compile(r"[^/?#]*")
_PORT = re.compile(r"(.+):([^:@\]]*)", re.DOTALL)
_ESCAPED_IN_PATH = re.compile(r"[\x00-\x20]")
_ALLOWED = r"(?:[a-zA-Z0-9\x80-\U0010ffff.\-_!$,~*'();&+={}]|%[0-9a-fA-F]{{2}})*"
_HOST = re.compile(_ALLOWED.format(""))
_USER = re.compile(_ALLOWED.format(":"))
_APP_HOST = re.compile(r"[a-zA-Z0-9_-]*")
_SITE_HOST = re.compile(r"[a-zA-Z0-9_.-]*")
_DATE_FORMAT = re.compile(r"[rR]|[tTdDwW]*")


class _Parts(NamedTuple):
    scheme: str
    user: str
    host: str
    port: str
    path: str


def link_entity(url: str, offset: int, size: int) -> Entity | None:
    """Return the entity of a link in markup. None if Telegram would leave plain text there."""
    user = mentioned_user(url)
    if user:
        return Entity("text_mention", offset, size, {"user": {"id": user}})
    try:
        return Entity("text_link", offset, size, {"url": checked_link(url)})
    except MarkupError:
        return None


def mentioned_user(url: str) -> int | None:
    """Return the id of the user that a tg://user?id= link mentions. None for any other link."""
    identifier = next((value for name, value in _query(lower(url), "user") if name == "id"), "")
    return int(identifier) if is_number(identifier, 1, _LARGEST_USER_ID) else None


def custom_emoji(identifier: str) -> Json:
    """Return the fields of a custom_emoji entity. MarkupError if there can be no emoji with this identifier."""
    if not is_number(identifier, -LARGEST_LONG - 1, LARGEST_LONG) or identifier == "0":
        raise MarkupError("Invalid custom emoji identifier specified")
    return {"custom_emoji_id": identifier}


def date_time(unix_time: int, date_format: str) -> Json:
    """Return the fields of a date_time entity. MarkupError if Telegram does not know the format."""
    if not _DATE_FORMAT.fullmatch(date_format):
        raise MarkupError("Invalid date format used")
    letters = date_format.replace("R", "r").replace("W", "w")
    stored = "".join(next((letter for letter in choice if letter in letters), "") for choice in ("r", "w", "dD", "tT"))
    return {"unix_time": unix_time} | ({"date_time_format": stored} if stored else {})


def image_link(url: str) -> tuple[str, Json]:
    """Return the type and the fields of the entity that ![](URL) stands for: an emoji, or a time.

    Raises:
        MarkupError: if the URL stands for neither.
    """
    try:
        emoji = next((value for name, value in _query(url, "emoji") if name == "id"), None)
        if emoji is not None:
            return "custom_emoji", custom_emoji(emoji)
        time = _query(url, "time")
        moments = [value for name, value in time if name == "unix"]
        if moments and all(is_number(moment, 1, LARGEST_INTEGER) for moment in moments):
            return "date_time", date_time(int(moments[-1]), dict(time).get("format", ""))
    except MarkupError:
        pass
    raise MarkupError("Invalid tg://emoji or tg://time URL specified")


def _query(url: str, host: str) -> list[tuple[str, str]]:
    """Return the names and values in the query of a tg: link to this host; nothing for any other link."""
    query = re.match(rf"tg:(?://)?{host}/?\?([^#]*)", url, re.ASCII | re.IGNORECASE)
    pairs = [parameter.partition("=") for parameter in query[1].split("&")] if query else []
    return [(name, value) for name, _, value in pairs]


def checked_link(url: str) -> str:
    """Return a URL as Telegram stores it. A URL without a scheme is taken as http:.

    Raises:
        MarkupError: if Telegram does not accept the URL.
    """
    app = _APP_SCHEME.match(url)
    if app is None:
        parts = _parts(url)
        if "." not in parts.host and not parts.host.startswith("["):
            raise MarkupError("Wrong HTTP URL")
        user = f"{parts.user}@" if parts.user else ""
        return f"{parts.scheme or 'http'}://{user}{parts.host}{parts.port}{parts.path}"
    scheme, parts = lower(app[1]), _parts(url[app.end() :])
    if parts.scheme or parts.user or parts.port or parts.host.startswith("["):
        raise MarkupError("Wrong tg URL" if scheme == "tg" else "Wrong ton URL")
    if not (_SITE_HOST if scheme == "tonsite" else _APP_HOST).fullmatch(parts.host):
        raise MarkupError("Unallowed characters in URL host")
    path = parts.path[1:] if parts.path.startswith("/?") else parts.path
    return f"{scheme}://{parts.host}{path}"


def _parts(url: str) -> _Parts:
    """Return the parts of a URL. The port has its colon, and the path is at least a slash."""
    match = _WEB_SCHEME.match(url)
    scheme = lower(match[1]) if match else ""
    if match and scheme not in ("http", "https"):
        raise MarkupError("Unsupported URL protocol")
    rest = url[match.end() :] if match else url
    authority = _AUTHORITY.match(rest)
    assert authority
    before_port, port = authority[0], ""
    if with_port := _PORT.fullmatch(authority[0]):
        before_port, number = with_port[1], with_port[2].lstrip("0")
        if not is_number(number, 1, _LARGEST_PORT):
            raise MarkupError("Wrong port number specified in the URL")
        port = f":{number}"
    user, _, host = before_port.rpartition("@")
    _check_host(host, user)
    path = rest[authority.end() :].rstrip(" \t\r\n\v\0")
    path = path if path.startswith("/") else f"/{path}"
    path = _ESCAPED_IN_PATH.sub(lambda match: f"%{ord(match[0]):02X}", path)
    return _Parts(scheme, user, lower(host), port, path)


def _check_host(host: str, user: str) -> None:
    if host.startswith("[") and host.endswith("]"):
        try:
            socket.inet_pton(socket.AF_INET6, host[1:-1])
        except (OSError, ValueError):  # ValueError for a host with a NUL
            raise MarkupError("Wrong IPv6 address specified in the URL") from None
        return
    if not host:
        raise MarkupError("URL host is empty")
    if host == ".":
        raise MarkupError("Host is invalid")
    _check_characters(host, "host", _HOST)
    _check_characters(user, "userinfo", _USER)


def _check_characters(part: str, name: str, allowed: re.Pattern[str]) -> None:
    match = allowed.match(part)
    assert match
    wrong = part[match.end() : match.end() + 1]
    if wrong == "%":
        raise MarkupError(f"Wrong percent-encoded symbol in URL {name}")
    if wrong:
        raise MarkupError(f"Disallowed character in URL {name}")
