from datetime import datetime, timedelta, timezone

from bot.timetable import LATE, is_late

DUE = datetime(2026, 7, 1, 19, 30, tzinfo=timezone.utc)


def test_late_is_more_than_fifteen_minutes() -> None:
    assert not is_late(DUE, DUE - LATE)
    assert not is_late(DUE, DUE + timedelta(minutes=15))
    assert is_late(DUE, DUE + timedelta(minutes=15, microseconds=1))
