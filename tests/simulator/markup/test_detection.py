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
