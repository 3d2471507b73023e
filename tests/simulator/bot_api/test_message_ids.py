from typing import Any

import pytest

from simulator.bot_api.message_ids import message_ids
from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import Refusal


@pytest.mark.parametrize("sent", [[5, 7], ["5", 7], '["5", "7"]'])
def test_numbers_may_be_sent_as_text(sent: Any) -> None:
    assert message_ids(Parameters({"message_ids": sent})) == [5, 7]


@pytest.mark.parametrize(
    ("sent", "description"),
    [
        (None, "message identifiers are not specified"),
        ("", "message identifiers are not specified"),
        ("[", "can't parse message_ids JSON object"),
        ("5", "expected an Array of message identifiers"),
        (list(range(1, 102)), "too many message identifiers specified"),
        ([[]], "message identifier must be a Number"),
        ([True], "message identifier must be a Number"),
        (["x"], "can't parse message identifier as a Number"),
        ([0], "invalid message identifier specified"),
    ],
)
def test_refusals(sent: Any, description: str) -> None:
    with pytest.raises(Refusal) as refused:
        message_ids(Parameters({"message_ids": sent}))
    assert refused.value.description == f"Bad Request: {description}"
