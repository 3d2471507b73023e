"""URLs and email addresses in a text, by TDLib's rules.

A web link is found by its dots. From a dot the domain is read in both directions, then what stands before and after it.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from simulator.markup.ascii_text import is_number, lower

Spans = Iterator[tuple[int, int]]
"""Places in a text: where each begins, and the position after it."""

_SEPARATORS = "\u0020\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_NOT_IN_URLS = _SEPARATORS + "\u200b\u200e\u200f\u2016-\u206f"
_BRACKETS = {")": "(", "]": "[", "}": "{"}
_NOT_AT_END = ".:;,('?!`"
"""Characters that belong to the sentence, and not to the URL, if they are at the end of it."""

_DOMAIN_CHARACTER = rf"[a-zA-Z0-9_.~\-]|[^\x00-\xbf{_NOT_IN_URLS}]"
_DOMAIN = re.compile(rf"(?:{_DOMAIN_CHARACTER})*")
_DOMAIN_AND_AT = re.compile(rf"(?:{_DOMAIN_CHARACTER}|@)*")
_USER = re.compile(rf"[^\n/\[\]{{}}()'`<>\"@«»{_NOT_IN_URLS}]*")
_PROTOCOL = re.compile(rf"(?:[a-zA-Z0-9+\-]|[^\x00-\x7f{_SEPARATORS}])*")
_DOTS = re.compile(r"\.*")
_PORT = re.compile(r":0*([1-9][0-9]{0,4})(?![0-9])")
_PATH = re.compile(rf"([/?#])([^\n<>\"«»{_NOT_IN_URLS}]*)")
_SCHEME = re.compile(r"(?:https?|ftp|tonsite)://", re.ASCII | re.IGNORECASE)
_APP_LINK = re.compile(r"(?:(?<=tg)|(?<=ton)|(?<=tonsite))://[a-zA-Z0-9_-]{1,253}", re.ASCII | re.IGNORECASE)
_EMAIL = re.compile(
    r"(?:[a-z0-9_-]{0,26}[.+]){0,10}[a-z0-9_-]{1,35}@(?:(?:[a-z0-9][a-z0-9_-]{0,28})?[a-z0-9]\.){1,6}[a-z]{2,8}",
    re.ASCII | re.IGNORECASE,
)
_ENCODED_DOMAIN = re.compile(r"xn--[a-zA-Z0-9]{2,}")

_SCHEMES = ("https", "http", "ftp", "tonsite")
_OTHER_SCHEMES = frozenset({"shttp", "sftp", "tftp"})
"""Words that end like one of the schemes."""
_MAIL = "mailto:"
_LENGTH_NOT_SEARCHED = 5
_LARGEST_PORT = 2**16 - 1
_LARGEST_OCTET = 255
_LABELS_OF_IPV4 = 4
_LONGEST_LABEL = 63
_FORGED_DOMAIN = "teiegram.org"


def app_links(text: str) -> Spans:
    """Yield links that Telegram's apps open by themselves, such as tg://resolve."""
    position = 0
    # TDLib does not search the last five bytes. They have room for a link only right after another one.
    while (match := _APP_LINK.search(text, position)) and len(text[position:].encode()) > _LENGTH_NOT_SEARCHED:
        start, position = match.start(), _end_with_path(text, match.end())
        is_short = lower(text[start - 2 : start]) == "tg"
        yield start - (2 if is_short else 3), position  # TDLib takes three letters even of "tonsite"


def web_links(text: str) -> Spans:
    """Yield links to a known top-level domain or an IPv4 address, and with a scheme to any domain."""
    for start, end in _candidates(text):
        if not _EMAIL.fullmatch(text[start:end].removeprefix(_MAIL)):
            link = _link(text[start:end])
            if link:
                yield start, start + len(link)


def emails(text: str) -> Spans:
    """Yield where email addresses begin and end."""
    for start, end in _candidates(text):
        address = text[start:end].removeprefix(_MAIL)
        if _EMAIL.fullmatch(address):
            yield end - len(address), end


def _candidates(text: str) -> Spans:
    """Yield each stretch of text that has a dot inside and is not a part of something longer."""
    begin = 0
    while 0 <= (dot := text.find(".", begin)) < len(text) - 1:
        if text[dot + 1] == " ":  # the end of a sentence
            begin = dot + 2
            continue
        domain_end = _run_end(_DOMAIN_AND_AT, text, dot)
        has_at = "@" in text[dot:domain_end]
        domain = _run_start(_DOMAIN, text, begin, dot)
        if has_at:
            domain = _run_start(_USER, text, begin, domain)
        start = _start(text, begin, domain, has_at=has_at)
        port = _PORT.match(text, domain_end)
        has_port = port and int(port[1]) <= _LARGEST_PORT
        end = _end_with_path(text, port.end() if port and has_port else domain_end)
        end = dot + 1 + len(text[dot + 1 : end].rstrip("."))
        if start is None:
            begin = text.rfind(".", dot, end) + 1
        else:
            if end > dot + 1:
                yield start, end
            begin = _run_end(_DOTS, text, end)


def _start(text: str, begin: int, domain: int, *, has_at: bool) -> int | None:
    """Return where the candidate with this domain starts; None if it is a part of something else."""
    start = domain
    if text[begin:domain].endswith("@"):
        start = _run_start(_USER, text, begin, domain - 1)
        if has_at or start == domain - 1:
            return None
    before = text[begin:start]
    if before.endswith("://"):
        protocol = lower(before[_run_start(_PROTOCOL, before, 0, len(before) - 3) : -3])
        scheme = next(filter(protocol.endswith, _SCHEMES), "")
        return start - len(f"{scheme}://") if scheme and protocol not in _OTHER_SCHEMES else None
    is_part = before and (before[-1].isalnum() or before[-1] in "_/#@")
    return None if is_part else start


def _end_with_path(text: str, end: int) -> int:
    """Return the end of a URL, given the position at which its path begins, if it has one."""
    match = _PATH.match(text, end)
    path = match[2].rstrip(_NOT_AT_END) if match else ""
    return end + 1 + len(path) if match and (path or match[1] == "/") else end


def _run_end(run: re.Pattern[str], text: str, position: int) -> int:
    match = run.match(text, position)
    return match.end() if match else position


def _run_start(run: re.Pattern[str], text: str, begin: int, position: int) -> int:
    """Return the start of the run of characters that ends at a position."""
    return position - _run_end(run, text[begin:position][::-1], 0)


def _link(url: str) -> str:
    """Return the part of a candidate that is a link; "" if there is none."""
    scheme = _SCHEME.match(url)
    rest = url[scheme.end() :] if scheme else url
    authority = re.split("[/?#]", rest, maxsplit=1)[0]
    path = rest[len(authority) :]
    domain = authority.partition("@")[2] if "@" in authority else authority
    domain = domain.rpartition(":")[0] if ":" in domain else domain
    if lower(domain) == _FORGED_DOMAIN or not _is_domain(domain, with_scheme=scheme is not None):
        return ""
    return url[: len(url) - len(path)] + _balanced(path).rstrip(_NOT_AT_END)


def _balanced(path: str) -> str:
    """Return a path up to the first bracket that closes what the path has not opened."""
    opened = dict.fromkeys(_BRACKETS.values(), 0)
    for position, character in enumerate(path):
        if character in opened:
            opened[character] += 1
        elif character in _BRACKETS:
            opened[_BRACKETS[character]] -= 1
            if opened[_BRACKETS[character]] < 0:
                return path[:position]
    return path


def _is_domain(domain: str, *, with_scheme: bool) -> bool:
    labels = domain.split(".")
    if any(not label or len(label.encode()) > _LONGEST_LABEL or label.endswith("-") for label in labels):
        return False
    if len(labels) == _LABELS_OF_IPV4 and all(is_number(label, 0, _LARGEST_OCTET) for label in labels):
        return True
    if len(labels) == 1 or "_" in labels[-2] or re.fullmatch("[0-9.]*", domain):
        return False
    top_level = labels[-1]
    if top_level.startswith("xn--"):
        return _ENCODED_DOMAIN.fullmatch(top_level) is not None
    if len(top_level) == 1 or "_" in top_level or "-" in top_level:
        return False
    small = top_level.lower()
    is_sentence = small != top_level and small[1:] == top_level[1:]  # only the first letter is a capital
    return with_scheme or (small in top_level_domains() and not is_sentence)


@cache
def top_level_domains() -> frozenset[str]:
    """Return the top-level domains. Without a scheme, a text is a link only if it ends with one of them."""
    return frozenset(files(__package__).joinpath("top_level_domains.txt").read_text(encoding="utf-8").split())
