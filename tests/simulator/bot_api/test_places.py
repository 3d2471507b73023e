from typing import Any

import pytest

from simulator.bot_api.parameters import Parameters
from simulator.bot_api.places import location_content, venue_content
from simulator.bot_api.refusals import Refusal

HERE = {"latitude": "59.5", "longitude": 18}


def test_accuracy_is_kept_within_bounds() -> None:
    for sent, shown in ((2000, 1500.0), (5, 5.0), (0, None), ("nan", None), ("inf", None)):
        location = location_content(Parameters(HERE | {"horizontal_accuracy": sent}))["location"]
        assert location.get("horizontal_accuracy") == shown


@pytest.mark.parametrize(
    "wrong", [{"latitude": 90.1}, {"latitude": "nan"}, {"longitude": -180.1}, {"latitude": ""}, {"longitude": None}]
)
def test_places_that_are_nowhere(wrong: dict[str, Any]) -> None:
    for content in (location_content, venue_content):
        with pytest.raises(Refusal):
            content(Parameters(HERE | wrong))
