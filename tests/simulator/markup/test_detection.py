import pytest

from simulator.markup import Formatted, parse_html
from simulator.markup.detection import with_detected_entities


def detected(text: str) -> list[tuple[str, str]]:
    formatted = with_detected_entities(Formatted(text))
    units = text.encode("utf-16-le")
    return [(e.type, units[2 * e.offset : 2 * e.end].decode("utf-16-le")) for e in formatted.entities]


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("/cramp now", [("bot_command", "/cramp")]),
        ("\U0001f9b5 /kramp@charley_bot", [("bot_command", "/kramp@charley_bot")]),
        ("try /stop or /pause.", [("bot_command", "/stop"), ("bot_command", "/pause")]),
        ("1/2 and a/b", []),
        ("see https://www.1177.se/x?y=1.", [("url", "https://www.1177.se/x?y=1")]),
        ("see 1177.se, please", [("url", "1177.se")]),
        ("write to a.b@c.se", [("email", "a.b@c.se")]),
        ("ask @charley_bot", [("mention", "@charley_bot")]),
        ("#vadkramp and #1", [("hashtag", "#vadkramp")]),
        ("@gif @ab @abc \u00e5@durov @durov\u00e5 @durov.", [("mention", "@gif"), ("mention", "@durov")]),
        ("/a@ab /a@ //a /a/ <b/> /a@abc", [("bot_command", "/a@abc")]),
        (
            "##a #a#b a#b #a@abc #\u00e5\u200c1",
            [("hashtag", "#a"), ("hashtag", "#a@abc"), ("hashtag", "#\u00e5\u200c1")],
        ),
        ("#" + "a" * 300, [("hashtag", "#" + "a" * 256)]),
        ("$BTC $btc $$A A$B $ABCDEFGHI $1INCH $A@ab.", [("cashtag", "$BTC"), ("cashtag", "$1INCH"), ("cashtag", "$A")]),
        ("card 4242 4242 4242 4242", [("bank_card_number", "4242 4242 4242 4242")]),
        ("tg://resolve?domain=x", [("url", "tg://resolve?domain=x")]),
        ("@durov.com", [("mention", "@durov")]),
        ("no entities here", []),
        ("half. And so on", []),
    ],
)
def test_detected_entities(text: str, entities: list[tuple[str, str]]) -> None:
    assert detected(text) == entities


def test_nothing_is_detected_inside_code_and_links() -> None:
    formatted = parse_html("<code>/a</code> <a href='b.se'>/b</a> <b>/c</b>")
    kinds = [entity.type for entity in with_detected_entities(formatted).entities]
    assert kinds == ["code", "text_link", "bot_command", "bold"]


@pytest.mark.parametrize("number", ["+46771117700", "+46 771 11 77 00", "+1-212-555-0123", "+1 (212) 555.01.23"])
def test_phone_numbers(number: str) -> None:
    assert detected(f"call {number}, now") == [("phone_number", number)]


@pytest.mark.parametrize(
    "text", ["0771117700", "+0771117700", "++46771117700", "a+46771117700", "+467711", "+4677111770012345"]
)
def test_other_numbers(text: str) -> None:
    assert detected(text) == []
