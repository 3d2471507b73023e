from datetime import timedelta
from typing import Any

import pytest

from simulator import Person, Simulator
from tests.support.bot_api_client import Client

STEPS = {"type": "article", "id": "calf", "title": "Calf", "input_message_content": {"message_text": "Toes up"}}


@pytest.fixture
def query(simulator: Simulator, anna: Person) -> str:
    """Write an inline query, and return its id."""
    return simulator.world.inline_queries.add(anna.id, "calf").id


async def test_the_results_are_shown(bot: Client, simulator: Simulator, query: str) -> None:
    button = {"text": "Set up", "start_parameter": "setup"}
    await bot("answerInlineQuery", inline_query_id=query, results=[STEPS], button=button, next_offset="5")
    answered = simulator.world.inline_queries[query]
    assert (answered.results, answered.button, answered.next_offset) == ([STEPS], button, "5")
    old = {"switch_pm_text": "Set up", "switch_pm_parameter": "setup"}
    await bot("answerInlineQuery", inline_query_id=query, **old)
    assert (answered.results, answered.button) == ([], button)


@pytest.mark.parametrize(
    ("more", "description"),
    [
        ({"results": "["}, "can't parse JSON encoded inline query results"),
        ({"results": {}}, "expected an Array of inline query results"),
        ({"results": [STEPS] * 51}, "too many inline query results specified"),
        ({"results": [STEPS, STEPS]}, "RESULT_ID_DUPLICATE"),
        ({"next_offset": "x" * 65}, "NEXT_OFFSET_INVALID"),
        ({"button": "["}, "can't parse inline query results button JSON object"),
        ({"button": [1]}, "can't parse inline query results button: InlineQueryResultsButton must be an Object"),
        ({"button": {"x": 1}}, "can't parse inline query results button: Can't find field \"text\""),
        (
            {"button": {"text": "a"}},
            "can't parse inline query results button: InlineQueryResultsButton must have exactly one optional field",
        ),
        ({"inline_query_id": "5"}, "query is too old and response timeout expired or query ID is invalid"),
    ],
)
async def test_refusals(bot: Client, query: str, more: dict[str, Any], description: str) -> None:
    request = {"inline_query_id": query, "results": [STEPS]} | more
    assert await bot.refusal("answerInlineQuery", **request) == f"Bad Request: {description}"


async def test_an_answer_may_come_too_late(bot: Client, simulator: Simulator, query: str) -> None:
    simulator.clock.skip(timedelta(seconds=30))
    refusal = await bot.refusal("answerInlineQuery", inline_query_id=query, results=[STEPS])
    assert refusal == "Bad Request: query is too old and response timeout expired or query ID is invalid"


async def test_a_prepared_message(bot: Client, anna: Person) -> None:
    prepared = [await bot("savePreparedInlineMessage", user_id=anna.id, result=STEPS) for _ in range(2)]
    assert prepared[0]["id"] != prepared[1]["id"]
    refusal = await bot.refusal("savePreparedInlineMessage", user_id=anna.id)
    assert refusal == "Bad Request: result isn't specified"
