from typing import Any

import pytest

from simulator import Simulator
from simulator.bot_api.inline_results import message_of
from simulator.bot_api.refusals import Refusal
from tests.support.bot_api_types import problems

WORLD = Simulator().world
TEXT = {"message_text": "<b>Stretch</b>", "parse_mode": "HTML"}
ARTICLE = {"type": "article", "id": "1", "title": "Calf", "input_message_content": TEXT}
KEYBOARD = {"inline_keyboard": [[{"text": "a", "callback_data": "a"}]]}
HERE = {"latitude": 1.0, "longitude": 2.0}
URL = "https://a.se/b.png"


@pytest.mark.parametrize(
    ("result", "field", "kind"),
    [
        ({"type": "photo", "photo_url": URL, "thumbnail_url": URL}, "photo", "Array of PhotoSize"),
        ({"type": "gif", "gif_url": URL, "thumbnail_url": URL, "gif_duration": 3}, "animation", "Animation"),
        ({"type": "mpeg4_gif", "mpeg4_url": URL, "thumbnail_url": URL}, "animation", "Animation"),
        ({"type": "video", "video_url": URL, "mime_type": "video/mp4", "title": "a"}, "video", "Video"),
        ({"type": "audio", "audio_url": URL, "title": "a"}, "audio", "Audio"),
        ({"type": "voice", "voice_url": URL, "title": "a"}, "voice", "Voice"),
        ({"type": "document", "document_url": URL, "mime_type": "a/b", "title": "a"}, "document", "Document"),
        ({"type": "location", "title": "a", **HERE}, "location", "Location"),
        ({"type": "venue", "title": "a", "address": "b", **HERE}, "venue", "Venue"),
        ({"type": "contact", "phone_number": "1", "first_name": "a"}, "contact", "Contact"),
    ],
)
def test_results_become_messages(result: dict[str, Any], field: str, kind: str) -> None:
    result_id, content = message_of(WORLD, {"id": "5", **result})
    assert result_id == "5"
    assert list(problems(content[field], kind)) == []
    assert field == "animation" or "duration" not in content
    WORLD.files.close()


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        (TEXT, "text"),
        (HERE, "location"),
        ({"title": "a", "address": "b", **HERE}, "venue"),
        ({"phone_number": "1", "first_name": "a"}, "contact"),
    ],
)
def test_a_result_may_say_what_is_sent(sent: dict[str, Any], field: str) -> None:
    _, content = message_of(WORLD, ARTICLE | {"input_message_content": sent, "reply_markup": KEYBOARD})
    assert field in content
    assert content["reply_markup"] == KEYBOARD


def test_the_way_of_the_first_version() -> None:
    _, content = message_of(WORLD, {"type": "article", "id": "1", "title": "a", "message_text": "b"})
    assert content == {"text": "b"}


@pytest.mark.parametrize(
    ("result", "description"),
    [
        ([], "inline query result must be an object"),
        ({"id": "1"}, "can't parse inline query result: Can't find field \"type\""),
        (
            {"type": "x", "id": "1"},
            'can\'t parse inline query result: type "x" is unsupported for the inline query result',
        ),
        ({"type": "article", "title": "a"}, "can't parse inline query result: Can't find field \"id\""),
        ({"type": "article", "id": "1"}, "can't parse inline query result: Can't find field \"title\""),
        (
            {"type": "article", "id": "1", "title": "a"},
            "can't parse inline query result: Can't find field \"message_text\"",
        ),
        (ARTICLE | {"id": ""}, "RESULT_ID_INVALID"),
        (ARTICLE | {"id": "x" * 65}, "RESULT_ID_INVALID"),
        (ARTICLE | {"input_message_content": {}}, "message text is empty"),
        (ARTICLE | {"reply_markup": {"force_reply": True}}, "inline keyboard expected"),
        (
            {"type": "photo", "id": "1", "photo_file_id": "x"},
            "wrong remote file identifier specified: can't unserialize it. Wrong last symbol",
        ),
        ({"type": "photo", "id": "1", "photo_url": ""}, "WEBDOCUMENT_URL_INVALID"),
    ],
)
def test_refusals(result: Any, description: str) -> None:
    with pytest.raises(Refusal) as refused:
        message_of(WORLD, result)
    assert refused.value.description == f"Bad Request: {description}"


@pytest.mark.parametrize(
    "result",
    [{"type": "game", "id": "1", "game_short_name": "a"}, ARTICLE | {"input_message_content": {"payload": "a"}}],
)
def test_what_is_not_built(result: dict[str, Any]) -> None:
    with pytest.raises(Refusal, match="the simulator has no"):
        message_of(WORLD, result)
