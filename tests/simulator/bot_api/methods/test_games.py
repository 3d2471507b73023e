import asyncio
from typing import Any

import orjson

from simulator import Person, Simulator
from tests.support.bot_api_client import Client
from tests.support.waiting import until

PLAY = {"text": "Play now", "callback_game": {}}
HELP = {"text": "Help", "url": "https://example.org"}


async def test_a_game_has_a_button_that_opens_it(bot: Client, anna: Person) -> None:
    message = await bot("sendGame", chat_id=anna.id, game_short_name="stretch")
    assert message["game"]["title"] == "stretch"
    assert message["reply_markup"] == {"inline_keyboard": [[{"text": "Play stretch", "callback_game": {}}]]}
    own = {"inline_keyboard": [[PLAY, HELP]]}
    assert (await bot("sendGame", chat_id=anna.id, game_short_name="a", reply_markup=own))["reply_markup"] == own
    empty: dict[str, list[Any]] = {"inline_keyboard": []}
    assert (await bot("sendGame", chat_id=anna.id, game_short_name="a", reply_markup=empty))["reply_markup"] != empty


async def test_games_that_are_refused(bot: Client, anna: Person) -> None:
    last = {"inline_keyboard": [[HELP, PLAY]]}
    refusal = await bot.refusal("sendGame", chat_id=anna.id, game_short_name="a", reply_markup=last)
    assert refusal == "Bad Request: BUTTON_POS_INVALID"
    assert "game_short_name" in await bot.refusal("sendGame", chat_id=anna.id)


async def test_playing(bot: Client, simulator: Simulator, anna: Person) -> None:
    message = await bot("sendGame", chat_id=anna.id, game_short_name="stretch")
    playing = asyncio.create_task(simulator.phone.play(anna, message["message_id"]))
    await until(lambda: len(simulator.updates))
    query = orjson.loads(next(iter(simulator.updates)).encoded)["callback_query"]
    assert (query["game_short_name"], "data" in query) == ("stretch", False)
    url = "https://games.example.org/stretch"
    await bot("answerCallbackQuery", callback_query_id=query["id"], url=url)
    assert (await playing)["url"] == url
