"""Times of day in the data of a button."""

import re
from datetime import time

from hypothesis import given
from hypothesis import strategies as st

from bot.reminders.time_codes import CODE, decode, encode

MINUTES = st.builds(time, st.integers(0, 23), st.integers(0, 59))


def test_a_code_can_be_read_by_people() -> None:
    assert encode([time(9), time(21, 15)]) == "j00v15"
    assert decode("a00x59") == (time(0), time(23, 59))


@given(st.lists(MINUTES, min_size=1, max_size=6))
def test_every_code_gives_its_times_back(times: list[time]) -> None:
    code = encode(times)
    assert re.fullmatch(CODE, code)
    assert decode(code) == tuple(times)
