"""Texts that a grammar writes: what people and bots write, what only just is no markup, and what nobody would write."""

import re
import unicodedata
from collections.abc import Callable
from random import Random

from simulator.json_objects import Json
from simulator.markup import Entity
from simulator.markup.entities import QUOTES, STYLES

MODES = ("html", "markdown", "markdownv2")
NO_MODE = "text"
DEEPEST = 7
"""After this many rules inside each other, each symbol becomes the first of its alternatives."""
BROKEN = 0.3
"""The share of texts in which something is then deleted, repeated or put in."""
MOST_SLIPS = 3
MOST_ENTITIES = 8
OUTSIDE = 0.01
"""The share of entities that are moved and may not fit the text then."""
UTF16_UNITS_IN_BMP = 0x10000

RULES: dict[str, tuple[str, ...]] = {
    # What is written in every mode
    "text": ("{piece}", "{piece}{gap}{text}", "{piece}{gap}{text}", "{piece}{text}", ""),
    "gap": (" ", " ", " ", "\n", "  ", "\n\n", ", ", ": ", "-", "/", "\t", "\r\n", "\u00a0", "\u200b", "\u2019", ". ", "; "),
    "piece": (
        "{word}", "{word}", "{mention}", "{command}", "{hashtag}", "{cashtag}", "{card}", "{number}", "{url}", "{url}",
        "{email}", "{app_link}", "{odd}",
    ),
    "word": ("a", "leg", "Cramp", "kramp", "vad\u00e5r", "\u043d\u043e\u0433\u0430", "\u811a", "\u0930\u0938\u094d", "\U0001f9b5", "x", "s", "THE", "_", "e\u0301", "\u00b2", "\u2167"),
    "sign": (
        ".", "@", "/", "#", "$", ":", ",", "-", "+", "_", "(", ")", "[", "]", "{open}", "{close}", "!", "?", "'", '"', "&",
        "=", "~", "|", "`", "*", ">", "<", "\\", "%", ";", "\u00ab", "\u00bb", "\u00b7", "\u200c", "\u200d", "\u2013",
    ),
    "odd": (
        "{sign}", "{sign}", "{sign}{sign}", "{word}{sign}{word}", "\u202e", "\u200e\u200f\u200e", "\u0333", "\r", "\x00",
        "\x1f", "\u2003", "\ufeff", "\u0dca", "\U000e0041",
    ),
    "open": ("{",),
    "close": ("}",),
    "name": ("durov", "charley_bot", "abc", "gif", "GIF", "ab", "a_1", "name{name}", "x{digits}"),
    "digits": ("1", "7", "22", "404", "{digits}{digits}", "0{digits}"),
    "mention": ("@{name}", "@{name}", "@{name}@{name}", "{word}@{name}", "@{name}{word}"),
    "command": ("/{name}", "/{name}", "/{name}@{name}", "/{name}@", "//{name}", "{word}/{name}", "/{name}/", "</{name}>", "/1"),
    "hashtag": ("#{word}", "#{word}", "#{digits}", "#{word}{digits}", "#{word}@{name}", "##{word}", "#{word}#{word}", "#{word}\u200c{word}", "{word}#{word}"),
    "cashtag": ("$BTC", "$TON@{name}", "$1INCH", "$1INCHA", "$ABCDEFGH", "$ABCDEFGHI", "$$A", "${word}", "$A{word}", "$A@ab"),
    "card": (
        "4242424242424242", "4242 4242 4242 4242", "5555-5555-5555-4444", "378282246310005", "6200000000000005", "2200000000000004",
        "4222222222222", "4242424242424242 12 34", "4242 4242 4242 4243", "{digits}4242424242424242", "+4242424242424242", "4242424242424242-",
        "30569309025904", "4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2", "8171999927660000", "2223003122003222", "{word}4242424242424242{word}",
    ),
    "number": ("{digits}", "{digits}:{digits}", "1:05", "0:59:59", "{digits}.{digits}", "{digits},{digits}", "{digits} {digits}"),
    "url": (
        "{host}", "{host}", "{scheme}{host}", "{scheme}{host}{path}", "{host}{path}", "{host}:{digits}", "{host}:8443{path}",
        "{scheme}{user}@{host}", "{user}@{host}{path}", "({host})", "{host}.", "{host}...", "{word}{scheme}{host}", "{host}@{host}",
    ),
    "scheme": ("http://", "https://", "HTTP://", "ftp://", "sftp://", "shttp://", "tonsite://", "x://", "http:/", "mailto:", "tg://", "//"),
    "host": (
        "t.me", "www.1177.se", "example.com", "a.b.c.org", "X.COM", "x.Com", "x.cOm", "b\u00fccher.de", "\u043f\u043e\u0447\u0442\u0430.\u0440\u0444", "\u043f.\u0420\u0424", "xn--e1afmkfd.xn--p1ai",
        "127.0.0.1", "1.2.3.256", "1.2.3", "01.2.3.4", "x.unknown", "x_y.com", "x.y_z.com", "-x.com", "x-.com", "a..b.com", "x.c", "teiegram.org",
        "localhost", "{word}.{word}", "{word}.com", "x.xn--a", "x.co_m", "{digits}.{digits}.com", "~x.net", "x.\u4e2d\u56fd", "{host}.{host}",
    ),
    "path": (
        "/", "/{word}", "/{word}{path}", "?q={word}", "#{word}", "/a(b)c", "/a)b", "/[{word}]", "/{open}a{close}", "/a.", "/a,b", "/a?b!c;", "?", "#", "?.",
        "/'{word}'", "/\u00ab{word}\u00bb", "/{word}\u2013{word}", "/:@!$&*+,;=~-_", "/?)", "/a\u200bb",
    ),
    "user": ("a", "a.b", "a+b.c", "{name}", "a:b", "{word}", "a..b", "?", "a/b"),
    "email": ("a@b.com", "a.b+c@d-e.co.uk", "{user}@{host}", "mailto:{user}@{host}", "a@b.toolongtld", "a@-b.com", "a@b_.com", "{name}{name}@{name}.{name}.com"),
    "app_link": ("tg://resolve?domain={name}", "tg://{name}{path}", "TG://x", "ton://{name}", "tonsite://{host}{path}", "tg://", "tg:{name}", "{word}tg://{name}", "tg://{name}tg://x"),
    "link": ("{url}", "{url}", "{app_link}", "tg://user?id=5", "tg:user?id={digits}", "TG://USER/?a=b&ID=7#x", "tg://user?id=0", "javascript:alert(1)", "", "{email}", "http://[::1]/", "http://[::g]/", "http://a%20b.com/%", "http://x.com:0/", "http://@x.com", "HTTPS://U:P@X.COM:080?Q", "tg:{host}", " t.me"),
    "emoji_id": ("5368324170671202286", "5", "-5", "0", "05", "99999999999999999999", "x", ""),
    "time": ("1795359986", "1", "0", "-1", "2147483648", "99999999999", "5x", ""),
    "format": ("", "r", "R", "wDT", "t", "TtdDwW", "rt", "x"),
    # HTML
    "html": ("{escaped}", "{escaped}{html}", "{element}{html}", "{element}", "{html}{gap}{html}", "{element}{element}"),
    "escaped": ("{word}", "{word}{gap}{word}", "{mention}", "{command}", "{hashtag}", "{url}", "{email}", "{reference}", "{gap}"),
    "reference": ("&lt;", "&gt;", "&amp;", "&quot;", "&nbsp;", "&lt", "&#65;", "&#X41;", "&#x1F9B5;", "&#x10FFFE", "&#0;", "&#xD83D;", "&#12345678901;", "&", "&#x;", "&AMP;", "&#55357;&#56832;"),
    "element": (
        "<b>{html}</b>", "<strong>{html}</strong>", "<i>{html}</i>", "<EM>{html}</em>", "<u>{html}</u>", "<ins>{html}</ins>", "<s>{html}</s>",
        "<strike>{html}</strike>", "<del>{html}</del>", "<tg-spoiler>{html}</tg-spoiler>", '<span class="tg-spoiler">{html}</span>',
        "<code>{html}</code>", "<pre>{html}</pre>", '<pre><code class="language-{name}">{html}</code></pre>',
        '<code class="language-{name}"><pre>{html}</pre></code>', '<code class="{name}">{html}</code>', "<blockquote>{html}</blockquote>",
        "<blockquote expandable>{html}</blockquote>", '<a href="{link}">{html}</a>', "<a href='{link}'>{html}</a>", "<a href={name}>{html}</a>",
        "<a>{html}</a>", "<a>{host}</a>", '<tg-emoji emoji-id="{emoji_id}">{word}</tg-emoji>', '<tg-time unix="{time}" format="{format}">{html}</tg-time>',
        "<b>{html}</>", "<b ><i\n>{html}</i ></b\t>", "<{attributes}>{html}</>", "<h1>{html}</h1>", "<b>{html}</i>", "<b>{html}", "{html}</b>",
    ),
    "attributes": (
        "b a=b", "b a", "b a = 'x' c", "a href=t.me href", "a HREF='t.me'", "code class=language-x class=y", "span class=tg-spoiler class='x'",
        "span", "span class=tg-x", "b =", "b a=/", "b a='x", "b a=\"&lt;&quot;'\"", "b a=x\x00", "b\x00", "blockquote expandable=x", "tg-time unix=5x", "a href=", "b a=x'y'",
    ),
    # Markdown
    "markdown": ("{plain}", "{plain}{markdown}", "{marked}{markdown}", "{marked}", "{markdown}{gap}{markdown}"),
    "plain": ("{word}", "{word}{gap}{word}", "\\{sign}", "\\_", "\\*", "\\[", "\\`", "\\\\", "{digits}", "{gap}"),
    "marked": (
        "*{text}*", "_{text}_", "`{text}`", "```{text}```", "```{name}\n{text}```", "```{name} {text}```", "```\r\n{text}```", "[{text}]({link})",
        "[{text}]({link})", "[{text}]", "[{host}]", "[{host}{path}]", "[]({link})", "[{text}]({link}", "*{plain}*", "_{plain}_", "[{plain}]({link})", "*{text}", "``", "````{text}````",
    ),
    # MarkdownV2
    "markdownv2": ("{line}", "{line}\n{markdownv2}", "{quote}", "{quote}\n{markdownv2}", "{quote}\n{quote}", "{line}{markdownv2}"),
    "line": ("{safe}", "{safe}{line}", "{nested}{line}", "{nested}", "{nested}{nested}"),
    "quote": (">{line}", ">{line}\n>{line}", ">{line}||", ">{line}\n>{line}||", "**>{line}", "**>{line}||", ">{line}\n||", ">", ">>{line}", ">||", ">{line}||\r", "\\\n>{line}", "\r>{line}", "*>{line}*"),
    "safe": ("{word}", "{word} {word}", "{escape}", "{word}{escape}", " ", "{digits}", "@{name}", "/{name}", "\r", "t\\.me", "a@b\\.com"),
    "escape": ("\\{sign}", "\\{sign}", "\\a", "\\\\", "\\\n", "\\\r", "\\\x7f", "\\\u00e5", "\\"),
    "nested": (
        "*{line}*", "_{line}_", "__{line}__", "~{line}~", "||{line}||", "`{code}`", "```{code}```", "```{name}\n{code}```", "```{name}{code}```", "[{line}]({linkv2})",
        "[{line}]", "[t\\.me/{name}]", "![{word}](tg://emoji?id={emoji_id})", "![{line}](tg://time?unix={time}&format={format})", "![{line}]({linkv2})", "![{word}]",
        "_{line}___{line}__", "___{line}___", "***{line}***", "*_{line}_*", "*{line}_", "||||", "[{line}]({linkv2}", "*{line}", "{sign}",
    ),
    "code": ("{word}", "{text}", "{word}\\`{code}", "`", "\n{word}", "\\\\", ""),
    "linkv2": ("{link}", "{link}\\)", "\\({link}", "http://t\\.me/{word}", "{link}\\"),
}  # fmt: skip

_SYMBOL = re.compile(r"\{(\w+)\}")


def written(random: Random, mode: str) -> str:
    """Return a text in a parse mode, or in none ("text"). Many are wrong in one place."""
    source = _expanded(random, mode, 0)
    if random.random() < BROKEN:
        for _ in range(random.randint(1, MOST_SLIPS)):
            source = _with_slip(random, source, mode)
    return without_danger(source, mode)


def without_danger(source: str, mode: str) -> str:
    """Return a text that TDLib survives.

    It stops the process when its answer is no UTF-8, as with [\u00e5.me] in Markdown, of which it cuts characters in half.
    """
    is_dangerous = mode == "markdown" and "[" in source
    return source.encode("ascii", "ignore").decode() if is_dangerous else source


def _expanded(random: Random, symbol: str, depth: int) -> str:
    alternative = random.choice(RULES[symbol]) if depth < DEEPEST else RULES[symbol][0]
    return _SYMBOL.sub(lambda match: _expanded(random, match[1], depth + 1), alternative)


def _with_slip(random: Random, source: str, mode: str) -> str:
    start = random.randint(0, len(source))
    end = min(len(source), start + random.randint(0, 2))
    put_in = random.choice(
        (
            "",
            source[start:end] * 2,
            _expanded(random, "sign", 0),
            _expanded(random, "nested", 0),
            _any_character(random),
        )
    )
    return source[:start] + put_in + source[end:]


def _any_character(random: Random) -> str:
    """Return any character that Unicode has assigned."""
    while unicodedata.category(character := chr(random.randrange(random.choice((0x250, 0x3000, 0x20000))))) in (
        "Cn",
        "Cs",
    ):
        pass
    return character


def entities(random: Random, text: str) -> tuple[Entity, ...]:
    """Return entities for a text, as a bot may send them: in any order, across each other, rarely outside the text."""
    length = len(text) + sum(ord(character) >= UTF16_UNITS_IN_BMP for character in text)
    return tuple(_entity(random, length) for _ in range(random.randint(0, MOST_ENTITIES)))


def _entity(random: Random, length: int) -> Entity:
    kind = random.choice((*STYLES, *STYLES, *QUOTES, "code", "pre", *_FIELDS))
    offset = random.randint(0, length)
    size = random.randint(0, min(length - offset, random.choice((2, 5, length))))
    is_outside = random.random() < OUTSIDE
    places = [place + is_outside * random.randint(-2, 2) for place in (offset, size)]
    return Entity(kind, places[0], places[1], _FIELDS[kind](random) if kind in _FIELDS else {})


_FIELDS: dict[str, Callable[[Random], Json]] = {
    "pre": lambda random: random.choice(({}, {"language": "py"}, {"language": _expanded(random, "odd", 0)})),
    "text_link": lambda random: {"url": _expanded(random, random.choice(("host", "host", "host", "link")), 0)},
    "text_mention": lambda random: {"user": {"id": random.randint(1, 9)}},
    "custom_emoji": lambda random: {"custom_emoji_id": str(random.randint(0, 9))},
    "date_time": lambda random: {"unix_time": random.randint(0, 9)} | random.choice(({}, {"date_time_format": "wDt"})),
}
