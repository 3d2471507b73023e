import asyncio
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from simulator import Person, Simulator
from simulator.json_objects import Json
from simulator.phone import Phone
from tests.support.bot_api_client import Client, RefusedError
from tests.support.waiting import until

KEYBOARD = {"inline_keyboard": [[{"text": "Easing", "callback_data": "easing"}]]}
TEXT = {"message_text": "Toes up"}
STEPS = {"type": "article", "id": "calf", "title": "Calf", "input_message_content": TEXT, "reply_markup": KEYBOARD}
PLAIN = {"type": "article", "id": "plain", "title": "Calf", "input_message_content": TEXT}


def updates(simulator: Simulator, kind: str) -> list[dict[str, Any]]:
    every = [orjson.loads(update.encoded) for update in simulator.updates]
    return [update[kind] for update in every if kind in update]


@pytest.fixture
def ask(bot: Client, simulator: Simulator, anna: Person) -> Callable[..., Any]:
    """Return a function that writes an inline query, lets the bot answer it, and returns what Anna sees."""

    async def ask(*results: Json, **where: Any) -> Json:
        asking = asyncio.create_task(simulator.phone.ask_inline(anna, "calf", **where))
        await until(lambda: updates(simulator, "inline_query"))
        asked = updates(simulator, "inline_query")[-1]
        await bot("answerInlineQuery", inline_query_id=asked["id"], results=list(results))
        return await asking

    return ask


async def test_asking(simulator: Simulator, anna: Person, ask: Callable[..., Any]) -> None:
    bo = simulator.add_person("Bo")
    shown = await ask(STEPS, chat=bo)
    assert (shown["answered"], shown["results"]) == (True, [STEPS])
    (asked,) = updates(simulator, "inline_query")
    assert (asked["from"], asked["query"], asked["offset"], asked["chat_type"]) == (anna.user(), "calf", "", "private")


async def test_the_kind_of_chat_is_told(simulator: Simulator, anna: Person) -> None:
    phone = Phone(simulator.world, answer_within=0.01)
    group = simulator.phone.new_group(anna, "Family", kind="supergroup")
    for chat in (None, group, simulator.add_person("Bo")):
        assert (await phone.ask_inline(anna, "", chat))["answered"] is False
    kinds = [asked["chat_type"] for asked in updates(simulator, "inline_query")]
    assert kinds == ["sender", "supergroup", "private"]


async def test_a_bot_without_inline_mode(simulator: Simulator, anna: Person) -> None:
    simulator.world.profile.has_inline_mode = False
    with pytest.raises(ValueError, match="@charley_bot has no inline mode"):
        await simulator.phone.ask_inline(anna, "calf")


async def test_a_message_to_another_person(
    bot: Client, simulator: Simulator, anna: Person, ask: Callable[..., Any]
) -> None:
    bo = simulator.add_person("Bo")
    shown = await ask(STEPS, PLAIN, chat=bo)
    message = simulator.phone.choose(anna, shown["query_id"], "calf", bo)
    assert (message.body["from"], message.body["via_bot"]["is_bot"], message.body["text"]) == (
        anna.user(),
        True,
        "Toes up",
    )
    assert simulator.judge.texts(bo.id) == ["Toes up"]
    (chosen,) = updates(simulator, "chosen_inline_result")
    assert chosen == {
        "result_id": "calf",
        "from": anna.user(),
        "query": "calf",
        "inline_message_id": message.inline_id,
    }
    assert updates(simulator, "message") == []
    assert await bot("editMessageText", inline_message_id=message.inline_id, text="Better?") is True
    assert message.body["text"] == "Better?"
    refusal = await bot.refusal("editMessageText", inline_message_id="x", text="a")
    assert refusal == "Bad Request: MESSAGE_ID_INVALID"


async def test_a_message_without_buttons_cannot_be_edited(
    simulator: Simulator, anna: Person, ask: Callable[..., Any]
) -> None:
    shown = await ask(PLAIN)
    assert simulator.phone.choose(anna, shown["query_id"], "plain").inline_id == ""
    (chosen,) = updates(simulator, "chosen_inline_result")
    assert "inline_message_id" not in chosen
    (message,) = updates(simulator, "message")
    assert message["via_bot"]["username"] == "charley_bot"


async def test_pressing_a_button_of_such_a_message(
    bot: Client, simulator: Simulator, anna: Person, ask: Callable[..., Any]
) -> None:
    group = simulator.phone.new_group(anna, "Family")
    shown = await ask(STEPS, chat=group)
    message = simulator.phone.choose(anna, shown["query_id"], "calf", group)
    phone = Phone(simulator.world, answer_within=0.01)
    await phone.press(anna, message.id, "easing", group)
    (query,) = updates(simulator, "callback_query")
    assert query["inline_message_id"] == message.inline_id
    assert "message" not in query


async def test_what_does_not_exist_cannot_be_chosen(
    simulator: Simulator, anna: Person, ask: Callable[..., Any]
) -> None:
    shown = await ask(STEPS)
    with pytest.raises(KeyError):
        simulator.phone.choose(anna, shown["query_id"], "toe")
    with pytest.raises(KeyError):
        simulator.phone.choose(anna, "5", "calf")


async def test_a_wrong_answer_shows_nothing(bot: Client, simulator: Simulator, anna: Person) -> None:
    query = simulator.world.inline_queries.add(anna.id, "calf")
    with pytest.raises(RefusedError, match="RESULT_ID_DUPLICATE"):
        await bot("answerInlineQuery", inline_query_id=query.id, results=[STEPS, STEPS])
    assert not query.answered.is_set()
