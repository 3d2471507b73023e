from datetime import UTC, datetime

from simulator.json_objects import unix_seconds, without_none


def test_unix_seconds_are_whole() -> None:
    assert unix_seconds(datetime(1970, 1, 1, 0, 1, 0, 900_000, tzinfo=UTC)) == 60


def test_only_none_is_left_out() -> None:
    assert without_none(a=0, b=None, c="", d=False) == {"a": 0, "c": "", "d": False}
