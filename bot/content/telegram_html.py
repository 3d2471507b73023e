"""The HTML that Telegram understands, as far as Charley's own words need it.

Telegram refuses a whole message for one unclosed tag, so every text is read here before the bot may start.
Source: the Bot API's "HTML style" (core.telegram.org/bots/api#html-style).
"""

import re
from functools import partial
from html import escape as escaped
from html import unescape
from html.parser import HTMLParser

TAGS = frozenset({"b", "i", "u", "s", "code", "pre", "a", "blockquote", "tg-spoiler", "tg-time"})
_ODD_END = re.compile(r"</(?![a-z-]+>)[^>]*>?")
_MARKUP = re.compile(r"<[!?]")
_ENTITY = re.compile(r"&(?!lt;|gt;|amp;|quot;|#\d+;)")

__all__ = ["escape", "length", "visible"]


escape = partial(escaped, quote=False)
"""A plain text as HTML."""


def visible(html: str) -> str:
    """The text a person sees; ``ValueError`` says in words what Telegram would refuse."""
    if _ENTITY.search(html):
        raise ValueError("a lone & must be written &amp;")
    if _MARKUP.search(html):
        raise ValueError("<! and <? are not tags Telegram knows")
    if odd := _ODD_END.search(html):
        raise ValueError(f"{odd[0]} is not an end tag Telegram knows")
    reader = _Reader()
    reader.feed(html)
    reader.close()
    if reader.open:
        raise ValueError(f"<{reader.open[-1]}> is never closed")
    return "".join(reader.text)


def length(text: str) -> int:
    """How long Telegram counts a text: in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            raise ValueError(f"<{tag}> is not a tag Telegram knows")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise ValueError(f"</{tag}> closes nothing")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        raise ValueError(f"<{tag}/> is not a tag Telegram knows")

    def handle_data(self, data: str) -> None:
        if "<" in data:
            raise ValueError("a lone < must be written &lt;")
        self.text.append(data)

    def handle_entityref(self, name: str) -> None:
        self.text.append(unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        self.text.append(unescape(f"&#{name};"))
