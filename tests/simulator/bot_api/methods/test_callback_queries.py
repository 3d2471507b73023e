from datetime import timedelta

import pytest

from simulator import Simulator
from tests.support.bot_api_client import Client

TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


async def test_the_person_sees_the_first_answer(bot: Client, simulator: Simulator) -> None:
    press = simulator.world.presses.add()
    assert await bot("answerCallbackQuery", callback_query_id=press.id, text="ok", show_alert=True) is True
    assert await bot("answerCallbackQuery", callback_query_id=press.id, text="again") is True
    assert press.answer == {"answered": True, "text": "ok", "show_alert": True, "url": None}
    assert press.answered.is_set()


async def test_an_answer_may_be_empty(bot: Client, simulator: Simulator) -> None:
    press = simulator.world.presses.add()
    await bot("answerCallbackQuery", callback_query_id=press.id)
    assert press.answer == {"answered": True, "text": None, "show_alert": False, "url": None}


async def test_an_answer_may_start_the_bot(bot: Client, simulator: Simulator) -> None:
    press = simulator.world.presses.add()
    url = "https://t.me/Charley_bot?start=cramp"
    await bot("answerCallbackQuery", callback_query_id=press.id, url=url)
    assert press.answer == {"answered": True, "text": None, "show_alert": False, "url": url}


@pytest.mark.parametrize(
    "url",
    ["https://example.org/?start=a", "https://t.me/other_bot?start=a", "https://t.me/charley_bot", "t.me/charley_bot"],
)
async def test_an_answer_opens_nothing_else(bot: Client, simulator: Simulator, url: str) -> None:
    press = simulator.world.presses.add()
    refusal = await bot.refusal("answerCallbackQuery", callback_query_id=press.id, url=url)
    assert refusal == "Bad Request: URL_INVALID"


async def test_unknown_callback_queries(bot: Client) -> None:
    assert await bot.refusal("answerCallbackQuery", callback_query_id="7") == TOO_OLD


async def test_late_answers(bot: Client, simulator: Simulator) -> None:
    press = simulator.world.presses.add()
    simulator.clock.skip(timedelta(seconds=60))
    assert await bot.refusal("answerCallbackQuery", callback_query_id=press.id) == TOO_OLD


async def test_long_answers(bot: Client, simulator: Simulator) -> None:
    press = simulator.world.presses.add()
    long = {"callback_query_id": press.id, "text": "a" * 201}
    assert await bot.refusal("answerCallbackQuery", **long) == "Bad Request: MESSAGE_TOO_LONG"
    assert not press.answered.is_set()
