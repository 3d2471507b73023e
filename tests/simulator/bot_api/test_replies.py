from typing import Any

import pytest

from simulator import Person, Simulator
from tests.support.bot_api_client import Client


@pytest.mark.parametrize("more", [{"reply_to_message_id": 1}, {"reply_parameters": {"message_id": 1}}])
async def test_replying_to_a_message(bot: Client, simulator: Simulator, anna: Person, more: dict[str, Any]) -> None:
    question = simulator.phone.say(anna, "why?")
    answer = await bot("sendMessage", chat_id=anna.id, text="because", **more)
    assert answer["reply_to_message"] == question.body
    another = await bot("sendMessage", chat_id=anna.id, text="x", reply_to_message_id=answer["message_id"])
    assert "reply_to_message" not in another["reply_to_message"]


@pytest.mark.parametrize(
    ("reply", "description"),
    [
        ({"message_id": 99}, "Bad Request: message to be replied not found"),
        ("{", "Bad Request: can't parse reply parameters JSON object"),
        ([], "Bad Request: object expected as reply parameters"),
        ({"quote": "a"}, 'Bad Request: can\'t find field "message_id"'),
    ],
)
async def test_replies_to_missing_messages(bot: Client, anna: Person, reply: Any, description: str) -> None:
    assert await bot.refusal("sendMessage", chat_id=anna.id, text="a", reply_parameters=reply) == description


async def test_a_reply_may_be_sent_without_its_message(bot: Client, anna: Person) -> None:
    reply = {"message_id": 99, "allow_sending_without_reply": True}
    message = await bot("sendMessage", chat_id=anna.id, text="a", reply_parameters=reply)
    assert "reply_to_message" not in message
    assert await bot("sendMessage", chat_id=anna.id, text="a", reply_parameters={})


async def test_replying_to_a_message_of_another_chat(bot: Client, simulator: Simulator, anna: Person) -> None:
    bo = simulator.add_person("Bo", started=True)
    question = simulator.phone.send(bo, {"contact": {"phone_number": "+46", "first_name": "Bo"}})
    reply = {"chat_id": bo.id, "message_id": question.id}
    answer = await bot("sendMessage", chat_id=anna.id, text="a", reply_parameters=reply)
    assert "reply_to_message" not in answer
    assert answer["external_reply"] == {
        "origin": {"type": "user", "date": question.body["date"], "sender_user": bo.user()},
        "contact": question.body["contact"],
    }


async def test_a_reply_to_another_chat_names_a_supergroup_or_channel(
    bot: Client, simulator: Simulator, anna: Person
) -> None:
    group = simulator.phone.new_group(anna, "Family", kind="supergroup")
    question = simulator.phone.say(anna, "/why", group)
    reply = {"chat_id": group.id, "message_id": question.id}
    external = (await bot("sendMessage", chat_id=anna.id, text="a", reply_parameters=reply))["external_reply"]
    assert (external["chat"], external["message_id"]) == (group.as_json(), question.id)
    reply = {"chat_id": group.id, "message_id": question.id}
    assert "reply_to_message" in await bot("sendMessage", chat_id=group.id, text="a", reply_parameters=reply)


async def test_a_reply_to_a_chat_that_is_unknown(bot: Client, anna: Person) -> None:
    reply = {"chat_id": 5, "message_id": 1, "allow_sending_without_reply": True}
    refusal = await bot.refusal("sendMessage", chat_id=anna.id, text="a", reply_parameters=reply)
    assert refusal == "Bad Request: chat not found"


async def test_quoting_a_part(bot: Client, simulator: Simulator, anna: Person) -> None:
    question = simulator.phone.say(anna, "🦵 why does it hurt?")
    reply = {"message_id": question.id, "quote": "<b>does</b> it", "quote_parse_mode": "HTML"}
    answer = await bot("sendMessage", chat_id=anna.id, text="a", reply_parameters=reply)
    bold = {"type": "bold", "offset": 0, "length": 4}
    assert answer["quote"] == {"text": "does it", "entities": [bold], "position": 7, "is_manual": True}
    reply = {"message_id": question.id, "quote": "does not"}
    refusal = await bot.refusal("sendMessage", chat_id=anna.id, text="a", reply_parameters=reply)
    assert refusal == "Bad Request: QUOTE_TEXT_INVALID"
