import orjson

from simulator.bot_api.refusals import bad_request, too_many_requests
from simulator.faults.answers import describe, encoded_refusal


def test_a_refusal_as_telegram_writes_it() -> None:
    assert orjson.loads(encoded_refusal(too_many_requests(3))) == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 3",
        "parameters": {"retry_after": 3},
    }
    assert b"parameters" not in encoded_refusal(bad_request("x"))


def test_words_for_any_status() -> None:
    assert describe(504, None) == "Gateway Timeout"
    assert describe(599, None) == "Internal Server Error"
