from typing import Any

import pytest

from simulator import Person, Simulator
from simulator.bot_api.parameters import Parameters
from simulator.bot_api.texts import caption, message_text
from tests.support.bot_api_client import Client

LEG = "\U0001f9b5"  # two UTF-16 units


WORLD, WITHOUT_CHECKS = Simulator().world, Simulator(checks=False).world


def read(text: str, **more: Any) -> dict[str, Any]:
    return message_text(WORLD, Parameters({"text": text, **more}))


def test_plain_text_has_no_entities_field() -> None:
    assert read("hej") == {"text": "hej"}


def test_html_becomes_text_and_entities() -> None:
    assert read("<b>a</b> &amp; /b", parse_mode="html") == {
        "text": "a & /b",
        "entities": [
            {"type": "bold", "offset": 0, "length": 1},
            {"type": "bot_command", "offset": 4, "length": 2},
        ],
    }


@pytest.mark.parametrize("mode", ["Markdown", "MarkdownV2"])
def test_markdown_becomes_text_and_entities(mode: str) -> None:
    assert read("*a* /b", parse_mode=mode) == {
        "text": "a /b",
        "entities": [
            {"type": "bold", "offset": 0, "length": 1},
            {"type": "bot_command", "offset": 2, "length": 2},
        ],
    }


def test_entities_may_be_sent_instead() -> None:
    sent = [{"type": "bold", "offset": 0, "length": 1}, {"type": "url", "offset": 0, "length": 1}]
    assert read("ab", entities=sent)["entities"] == [{"type": "bold", "offset": 0, "length": 1}]


async def test_a_mention_carries_the_whole_user(bot: Client, simulator: Simulator, anna: Person) -> None:
    stranger = simulator.add_person("Stranger")
    link = '<a href="tg://user?id={}">x</a>'
    text = "".join(map(link.format, (anna.id, stranger.id, 5, simulator.world.profile.id)))
    message = await bot("sendMessage", chat_id=anna.id, text=text, parse_mode="HTML")
    mentioned = {entity["offset"]: entity["user"] for entity in message["entities"]}
    assert mentioned == {0: anna.user(), 3: simulator.world.profile.user()}
    sent = [{"type": "text_mention", "offset": 0, "length": 1, "user": {"id": anna.id}}]
    message = await bot("sendMessage", chat_id=anna.id, text="x", entities=sent)
    assert message["entities"][0]["user"] == anna.user()


@pytest.mark.parametrize("text", ["a" * 4096, LEG * 2048, f"<b>{'a' * 4096}</b>", " " * 100 + "a" * 4096])
def test_the_longest_text_fits(text: str) -> None:
    read(text, parse_mode="HTML")


@pytest.mark.parametrize(
    ("parameters", "description"),
    [
        ({}, "Bad Request: message text is empty"),
        ({"text": ""}, "Bad Request: message text is empty"),
        ({"text": " \n "}, "Bad Request: text must be non-empty"),
        ({"text": "<b></b>", "parse_mode": "HTML"}, "Bad Request: text must be non-empty"),
        ({"text": "\u200b"}, "Bad Request: text must be non-empty"),
        ({"text": "a" * 4097}, "Bad Request: message is too long"),
        ({"text": LEG * 2049}, "Bad Request: message is too long"),
        ({"text": "a" * 32769}, "Bad Request: text is too long"),
        ({"text": "a", "parse_mode": "XML"}, "Bad Request: unsupported parse_mode"),
        (
            {"text": "<b>a", "parse_mode": "HTML"},
            "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        (
            {"text": "*a", "parse_mode": "MarkdownV2"},
            "Bad Request: can't parse entities: Can't find end of Bold entity at byte offset 0",
        ),
        ({"text": "a", "entities": "["}, "Bad Request: can't parse entities JSON object"),
        ({"text": "a", "entities": [1]}, "Bad Request: can't parse MessageEntity: expected an Object"),
        (
            {"text": "a", "entities": [{"type": "bold", "offset": -1, "length": 1}]},
            "Bad Request: receive an entity with incorrect offset -1",
        ),
        (
            {"text": "a", "entities": [{"type": "bold", "offset": 0, "length": 2}]},
            "Bad Request: entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 2",
        ),
    ],
)
async def test_refusals(bot: Client, anna: Person, parameters: dict[str, Any], description: str) -> None:
    assert await bot.refusal("sendMessage", chat_id=anna.id, **parameters) == description


def test_captions_are_shorter() -> None:
    longest = Parameters({"caption": "a" * 1024})
    assert caption(WORLD, longest) == {"caption": "a" * 1024}
    assert caption(WORLD, Parameters({})) == {}
    assert caption(WORLD, Parameters({"caption": " "})) == {}


async def test_without_checks_texts_are_not_parsed() -> None:
    async with Simulator(checks=False).serve() as simulator, Client(simulator) as bot:
        person = simulator.add_person(started=True)
        message = await bot("sendMessage", chat_id=person.id, text="<b>" + "a" * 5000, parse_mode="HTML")
        assert message["text"] == "<b>" + "a" * 5000
        assert (await bot.refused("sendMessage", chat_id=5, text="a")).status == 400


def test_captions_without_checks() -> None:
    assert caption(WITHOUT_CHECKS, Parameters({"caption": "<b>"})) == {"caption": "<b>"}
    assert caption(WITHOUT_CHECKS, Parameters({})) == {}
