import orjson
import pytest

from simulator.bot_api.refusals import (
    Refusal,
    bad_request,
    conflict,
    forbidden,
    not_found,
    too_many_requests,
    unauthorized,
)


@pytest.mark.parametrize(
    ("refusal", "status", "description"),
    [
        (bad_request("Message can't be edited"), 400, "Bad Request: message can't be edited"),
        (bad_request("BUTTON_DATA_INVALID"), 400, "Bad Request: BUTTON_DATA_INVALID"),
        (bad_request("A_CODE"), 400, "Bad Request: A_CODE"),
        (forbidden("bot was blocked by the user"), 403, "Forbidden: bot was blocked by the user"),
        (conflict("terminated by setWebhook request"), 409, "Conflict: terminated by setWebhook request"),
        (unauthorized(), 401, "Unauthorized"),
        (not_found(), 404, "Not Found"),
        (not_found("method not found"), 404, "Not Found: method not found"),
    ],
)
def test_descriptions(refusal: Refusal, status: int, description: str) -> None:
    assert (refusal.status, refusal.description) == (status, description)


def test_the_waiting_time_is_in_the_description_and_in_the_parameters() -> None:
    refusal = too_many_requests(7)
    assert refusal.description == "Too Many Requests: retry after 7"
    assert refusal.parameters == {"retry_after": 7}


def test_the_body_of_a_refusal() -> None:
    assert orjson.loads(too_many_requests(3).body()) == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 3",
        "parameters": {"retry_after": 3},
    }
    assert b"parameters" not in bad_request("x").body()
