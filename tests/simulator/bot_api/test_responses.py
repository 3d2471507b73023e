from datetime import timedelta

import pytest

from simulator import SkippableClock
from simulator.bot_api.responses import Answer, HttpDates


def test_dates_follow_the_clock(clock: SkippableClock) -> None:
    dates = HttpDates(clock)
    assert dates.now() == dates.now() == "Sun, 01 Nov 2026 20:00:00 GMT"
    clock.skip(timedelta(seconds=1))
    assert dates.now() == "Sun, 01 Nov 2026 20:00:01 GMT"


@pytest.mark.parametrize(("retry_after", "line"), [(None, b""), (3, b"Retry-After: 3\r\n")])
def test_an_answer_as_bytes(retry_after: int | None, line: bytes) -> None:
    assert Answer(429, b"abc", retry_after=retry_after).bytes() == (
        b"HTTP/1.1 429 Too Many Requests\r\nContent-Type: application/json\r\n"
        + line
        + b"Content-Length: 3\r\nConnection: keep-alive\r\n\r\nabc"
    )


def test_an_answer_for_the_server() -> None:
    response = Answer(200, b"{}", retry_after=3).response("now")
    assert (response.status, response.body) == (200, b"{}")
    assert (response.headers["Date"], response.headers["Retry-After"]) == ("now", "3")
