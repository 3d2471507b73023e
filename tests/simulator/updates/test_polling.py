import asyncio
from typing import Any

import orjson
import pytest

from simulator import Person, Simulator
from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import Refusal
from simulator.updates.polling import Brake, Polling
from tests.support.bot_api_client import Client
from tests.support.waiting import run_ready_callbacks, until


@pytest.fixture
def polling(simulator: Simulator) -> Polling:
    return Polling(simulator.world, brake_seconds=0)


async def waiting(polling: Polling, **parameters: Any) -> asyncio.Task[Any]:
    """Start a long poll and return it once it waits."""
    poll = asyncio.create_task(polling.get_updates(Parameters({"timeout": 50, **parameters})))
    await run_ready_callbacks()
    assert polling.is_waiting
    return poll


async def test_a_short_poll_answers_at_once(bot: Client) -> None:
    assert await bot("getUpdates") == []


async def test_updates_come_from_the_offset_on(bot: Client, simulator: Simulator, anna: Person) -> None:
    for text in ("a", "b", "c"):
        simulator.phone.say(anna, text)
    first = await bot("getUpdates", limit=2)
    assert [update["message"]["text"] for update in first] == ["a", "b"]
    further = await bot("getUpdates", offset=first[-1]["update_id"] + 1)
    assert [update["message"]["text"] for update in further] == ["c"]
    assert len(simulator.updates) == 1


@pytest.mark.parametrize(("limit", "number"), [(0, 1), (1, 1), (100, 100), (500, 100)])
async def test_a_limit_out_of_range_is_corrected(bot: Client, simulator: Simulator, limit: int, number: int) -> None:
    for _ in range(120):
        simulator.updates.add_raw({})
    assert len(await bot("getUpdates", limit=limit)) == number


async def test_a_long_poll_waits_for_an_update(polling: Polling, simulator: Simulator, anna: Person) -> None:
    poll = await waiting(polling)
    simulator.phone.say(anna, "hej")
    assert [update["message"]["text"] for update in orjson.loads(orjson.dumps(await poll))] == ["hej"]
    assert not polling.is_waiting


async def test_a_long_poll_over_http(bot: Client, simulator: Simulator, anna: Person) -> None:
    poll = asyncio.create_task(bot("getUpdates", timeout=50))
    simulator.phone.say(anna, "hej")
    assert [update["message"]["text"] for update in await poll] == ["hej"]


async def test_a_long_poll_without_updates_ends_empty(polling: Polling) -> None:
    poll = await waiting(polling)
    polling.end("")
    assert await poll == []


async def test_a_second_poll_ends_the_first(polling: Polling, simulator: Simulator, anna: Person) -> None:
    first = await waiting(polling)
    second = await waiting(polling)
    with pytest.raises(Refusal) as refused:
        await first
    assert refused.value.status == 409
    assert refused.value.description == (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )
    simulator.phone.say(anna, "hej")
    assert len(await second) == 1


async def test_a_webhook_ends_the_poll(bot: Client, simulator: Simulator) -> None:
    poll = asyncio.create_task(bot.refused("getUpdates", timeout=50))
    await until(lambda: simulator.is_polled)
    await bot("setWebhook", url="http://127.0.0.1:9/")
    assert (await poll).description == "Conflict: terminated by setWebhook request"


async def test_polls_are_refused_while_there_is_a_webhook(bot: Client) -> None:
    await bot("setWebhook", url="http://127.0.0.1:9/")
    refused = await bot.refused("getUpdates")
    assert refused.status == 409
    assert refused.description == (
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    )


async def test_a_cancelled_poll_confirms_nothing(polling: Polling, simulator: Simulator, anna: Person) -> None:
    poll = await waiting(polling)
    poll.cancel()
    await asyncio.wait([poll])
    simulator.phone.say(anna, "hej")
    assert len(await polling.get_updates(Parameters())) == 1


async def test_allowed_updates_last(bot: Client, simulator: Simulator, anna: Person) -> None:
    await bot("getUpdates", allowed_updates=["callback_query"])
    simulator.phone.say(anna, "unheard")
    assert await bot("getUpdates") == []
    await bot("getUpdates", allowed_updates=[])
    simulator.phone.say(anna, "hej")
    assert len(await bot("getUpdates")) == 1


def test_hasty_polls_are_slowed() -> None:
    brake = Brake(3.0)
    assert brake.on_poll(0, 100, 0, now=10.0) == (100, 0)
    assert brake.on_poll(0, 100, 0, now=10.4) == (1, 3.0)
    assert brake.on_poll(0, 100, 0, now=11.4) == (100, 3.0)
    assert brake.on_poll(0, 100, 30, now=11.5) == (1, 30)
    assert brake.on_poll(7, 100, 0, now=11.6) == (100, 0)
    assert brake.on_poll(7, 100, 0, now=14.6) == (100, 0)


def test_a_second_conflict_is_reported_late() -> None:
    brake = Brake(3.0)
    assert [brake.on_conflict(now) for now in (10.0, 11.0, 12.9, 13.0, 13.1)] == [0.0, 3.0, 3.0, 0.0, 3.0]


def test_a_brake_of_0_seconds_slows_nobody() -> None:
    brake = Brake(0.0)
    assert {brake.on_poll(0, 100, 0, now=10.0) for _ in range(3)} == {(100, 0)}
    assert {brake.on_conflict(10.0) for _ in range(3)} == {0.0}


async def test_a_late_conflict_is_reported_in_the_end(simulator: Simulator) -> None:
    polling = Polling(simulator.world, brake_seconds=0.001)
    simulator.world.webhook.url = "http://127.0.0.1:9/"
    for _ in range(2):
        with pytest.raises(Refusal, match="webhook is active"):
            await polling.get_updates(Parameters())
