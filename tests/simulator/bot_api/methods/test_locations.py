from datetime import timedelta
from typing import Any

import pytest

from simulator import Person, Simulator
from simulator.bot_api.places import FOR_EVER
from tests.support.bot_api_client import Client

HERE = {"latitude": 59.5, "longitude": 18}
THERE = {"latitude": 60.0, "longitude": 19.0}


async def test_a_location(bot: Client, anna: Person) -> None:
    message = await bot("sendLocation", chat_id=anna.id, **HERE)
    assert message["location"] == {"latitude": 59.5, "longitude": 18.0}
    message = await bot("sendLocation", chat_id=anna.id, **HERE, horizontal_accuracy=2000)
    assert message["location"]["horizontal_accuracy"] == 1500


async def test_a_venue(bot: Client, anna: Person) -> None:
    place = {"title": "Home", "address": "A street", "foursquare_id": "4", "foursquare_type": "home"}
    message = await bot("sendVenue", chat_id=anna.id, **HERE, **place)
    assert message["venue"] == {"location": message["location"], **place}


async def test_a_live_location_moves_and_stops(bot: Client, anna: Person) -> None:
    live = {"live_period": 60, "heading": 90, "proximity_alert_radius": 100}
    message = await bot("sendLocation", chat_id=anna.id, **HERE, **live)
    assert message["location"] == {"latitude": 59.5, "longitude": 18.0} | live
    target = {"chat_id": anna.id, "message_id": message["message_id"]}
    moved = await bot("editMessageLiveLocation", **target, **THERE)
    assert moved["location"] == THERE | {"live_period": 60}
    longer = await bot("editMessageLiveLocation", **target, **THERE, live_period=FOR_EVER)
    assert longer["location"]["live_period"] == FOR_EVER
    stopped = await bot("stopMessageLiveLocation", **target)
    assert stopped["location"] == THERE
    refusal = await bot.refusal("stopMessageLiveLocation", **target)
    assert refusal == "Bad Request: there is no live location in the message to edit"


async def test_a_live_location_ends_by_itself(bot: Client, simulator: Simulator, anna: Person) -> None:
    short = await bot("sendLocation", chat_id=anna.id, **HERE, live_period=60)
    long = await bot("sendLocation", chat_id=anna.id, **HERE, live_period=FOR_EVER)
    simulator.clock.skip(timedelta(seconds=60))
    target = {"chat_id": anna.id, "message_id": short["message_id"]}
    refusal = await bot.refusal("editMessageLiveLocation", **target, **THERE)
    assert refusal == "Bad Request: message can't be edited"
    target = {"chat_id": anna.id, "message_id": long["message_id"]}
    assert await bot("editMessageLiveLocation", **target, **THERE)


@pytest.mark.parametrize(
    ("method", "more", "description"),
    [
        ("sendLocation", {"latitude": ""}, "latitude is empty"),
        ("sendLocation", {"longitude": " "}, "longitude is empty"),
        ("sendLocation", {"latitude": 91}, "invalid live location specified"),
        ("sendLocation", {"live_period": 59}, "wrong live location period specified"),
        ("sendLocation", {"live_period": 60, "heading": 361}, "wrong live location heading specified"),
        (
            "sendLocation",
            {"live_period": 60, "proximity_alert_radius": -1},
            "wrong live location proximity alert radius specified",
        ),
        ("sendVenue", {"longitude": 181}, "wrong venue location specified"),
    ],
)
async def test_refusals(bot: Client, anna: Person, method: str, more: dict[str, Any], description: str) -> None:
    assert await bot.refusal(method, chat_id=anna.id, **(HERE | more)) == f"Bad Request: {description}"
