from datetime import timedelta
from typing import Any

import orjson
import pytest

from simulator import Person, Simulator
from simulator.json_objects import unix_seconds
from tests.support.bot_api_client import Client
from tests.support.pictures import png

ASKED = {"question": "Does it hurt?", "options": ["Yes", {"text": "No"}]}


async def test_a_poll(bot: Client, anna: Person) -> None:
    poll = (await bot("sendPoll", chat_id=anna.id, **ASKED))["poll"]
    assert [(option["text"], option["voter_count"]) for option in poll["options"]] == [("Yes", 0), ("No", 0)]
    assert (poll["type"], poll["is_anonymous"], poll["is_closed"]) == ("regular", True, False)
    assert poll["question"] == "Does it hurt?"


async def test_texts_may_have_markup(bot: Client, anna: Person) -> None:
    option = {"text": "<b>Yes</b>", "text_parse_mode": "HTML"}
    poll = {"question": "<i>Why</i>?", "question_parse_mode": "HTML", "options": [option]}
    asked = (await bot("sendPoll", chat_id=anna.id, **poll))["poll"]
    assert (asked["question"], asked["question_entities"][0]["type"]) == ("Why?", "italic")
    assert (asked["options"][0]["text"], asked["options"][0]["text_entities"][0]["type"]) == ("Yes", "bold")


async def test_a_quiz(bot: Client, anna: Person) -> None:
    quiz = {"type": "quiz", "correct_option_id": 1, "explanation": "<u>No</u>", "explanation_parse_mode": "HTML"}
    poll = (await bot("sendPoll", chat_id=anna.id, **ASKED, **quiz))["poll"]
    assert (poll["type"], poll["correct_option_ids"], poll["explanation"]) == ("quiz", [1], "No")
    assert poll["allows_revoting"] is False


async def test_pictures_and_places(bot: Client, anna: Person) -> None:
    attached = {"type": "photo", "media": "attach://file"}
    here = {"type": "location", "latitude": 1, "longitude": 2}
    asked = {"question": "a", "options": [{"text": "b", "media": here}], "media": attached}
    quiz = {"type": "quiz", "correct_option_ids": [0], "explanation_media": attached | {"type": "document"}}
    message = await bot.with_files("sendPoll", {"file": png(9, 9)}, chat_id=anna.id, **asked, **quiz)
    poll = message["poll"]
    assert poll["media"]["photo"]
    assert poll["explanation_media"]["document"]
    assert poll["options"][0]["media"] == {"location": {"latitude": 1.0, "longitude": 2.0}}


async def test_votes_reach_the_bot(bot: Client, simulator: Simulator, anna: Person) -> None:
    message = await bot("sendPoll", chat_id=anna.id, **ASKED, is_anonymous=False)
    simulator.phone.vote(anna, message["message_id"], [1])
    answer, state = [orjson.loads(update.encoded) for update in simulator.updates]
    assert answer["poll_answer"]["user"] == anna.user()
    assert answer["poll_answer"]["option_ids"] == [1]
    assert answer["poll_answer"]["option_persistent_ids"] == [message["poll"]["options"][1]["persistent_id"]]
    assert [option["voter_count"] for option in state["poll"]["options"]] == [0, 1]
    shown = simulator.world.chats[anna.id].messages[message["message_id"]].body["poll"]
    assert shown == state["poll"]


async def test_an_anonymous_vote_names_nobody(bot: Client, simulator: Simulator, anna: Person) -> None:
    message = await bot("sendPoll", chat_id=anna.id, **ASKED)
    simulator.phone.vote(anna, message["message_id"], [1])
    (update,) = [orjson.loads(update.encoded) for update in simulator.updates]
    assert update["poll"]["total_voter_count"] == 1


async def test_a_forwarded_poll_is_the_same_and_a_copied_one_is_not(
    bot: Client, simulator: Simulator, anna: Person
) -> None:
    asked = await bot("sendPoll", chat_id=anna.id, **ASKED)
    place = {"chat_id": anna.id, "from_chat_id": anna.id, "message_id": asked["message_id"]}
    forward = await bot("forwardMessage", **place)
    copy = await bot("copyMessage", **place)
    simulator.phone.vote(anna, forward["message_id"], [0])
    messages = simulator.world.chats[anna.id].messages
    ids = asked["message_id"], forward["message_id"], copy["message_id"]
    assert [messages[number].body["poll"]["total_voter_count"] for number in ids] == [1, 1, 0]


async def test_stopping(bot: Client, simulator: Simulator, anna: Person) -> None:
    message = await bot("sendPoll", chat_id=anna.id, **ASKED)
    target = {"chat_id": anna.id, "message_id": message["message_id"]}
    assert (await bot("stopPoll", **target))["is_closed"] is True
    assert await bot.refusal("stopPoll", **target) == "Bad Request: poll has already been closed"
    with pytest.raises(ValueError, match="Can't answer closed poll"):
        simulator.phone.vote(anna, message["message_id"], [1])
    text = await bot("sendMessage", chat_id=anna.id, text="a")
    refusal = await bot.refusal("stopPoll", chat_id=anna.id, message_id=text["message_id"])
    assert refusal == "Bad Request: message is not a poll"
    refusal = await bot.refusal("stopPoll", chat_id=anna.id, message_id=99)
    assert refusal == "Bad Request: message with poll to stop not found"


async def test_a_poll_closes_by_itself(bot: Client, simulator: Simulator, anna: Person) -> None:
    close_date = unix_seconds(simulator.clock()) + 60
    one = await bot("sendPoll", chat_id=anna.id, **ASKED, open_period=60)
    two = await bot("sendPoll", chat_id=anna.id, **ASKED, close_date=close_date)
    assert one["poll"]["close_date"] == two["poll"]["close_date"] == close_date
    assert one["poll"]["open_period"] == two["poll"]["open_period"] == 60
    simulator.clock.skip(timedelta(seconds=60))
    closed = [orjson.loads(update.encoded)["poll"] for update in simulator.updates]
    assert [(poll["id"], poll["is_closed"]) for poll in closed] == [
        (one["poll"]["id"], True),
        (two["poll"]["id"], True),
    ]
    target = {"chat_id": anna.id, "message_id": one["message_id"]}
    keyboard = {"inline_keyboard": [[{"text": "a", "callback_data": "a"}]]}
    assert (await bot("editMessageReplyMarkup", **target, reply_markup=keyboard))["poll"]["is_closed"] is True
    with pytest.raises(ValueError, match="Can't answer closed poll"):
        simulator.phone.vote(anna, one["message_id"], [1])


QUIZ = {"type": "quiz", "correct_option_ids": [0]}


@pytest.mark.parametrize(
    ("more", "description"),
    [
        ({"question": " "}, "text must be non-empty"),
        ({"question": "a" * 301}, "poll question length must not exceed 300"),
        ({"options": "["}, "can't parse options JSON object"),
        ({"options": {}}, "expected an Array of String as options"),
        ({"options": []}, "poll must have at least one answer option"),
        ({"options": ["a"] * 13}, "poll can't have more than 12 options"),
        ({"options": [5]}, "expected an option to be of type String"),
        ({"options": [""]}, "text must be non-empty"),
        ({"options": ["a" * 101]}, "poll options length must not exceed 100"),
        ({"options": [{"text": "a", "media": {"type": "x"}}]}, "invalid poll media content specified"),
        ({"type": "riddle"}, "unsupported poll type specified"),
        ({"type": "quiz"}, "correct quiz option list must be non-empty"),
        (QUIZ | {"correct_option_ids": {"a": 1}}, "expected an Array of correct option identifiers"),
        (QUIZ | {"correct_option_ids": ["a"]}, "correct option identifier must be of type Number"),
        (QUIZ | {"correct_option_ids": [1, 0]}, "correct quiz option list must be increasing"),
        (QUIZ | {"correct_option_ids": [2]}, "wrong quiz correct_option_id"),
        (QUIZ | {"explanation": "a" * 201}, "poll explanation length must not exceed 200"),
    ],
)
async def test_refusals(bot: Client, anna: Person, more: dict[str, Any], description: str) -> None:
    assert await bot.refusal("sendPoll", chat_id=anna.id, **(ASKED | more)) == f"Bad Request: {description}"


async def test_a_channel_takes_anonymous_polls_only(bot: Client, simulator: Simulator, anna: Person) -> None:
    channel = simulator.phone.new_group(anna, "News", kind="channel")
    refusal = await bot.refusal("sendPoll", chat_id=channel.id, **ASKED, is_anonymous=False)
    assert refusal == "Bad Request: non-anonymous polls can't be sent to channel chats"
    assert await bot("sendPoll", chat_id=channel.id, **ASKED)
