"""Times and weekdays in the data of a button. Telegram allows 64 bytes of data for each button."""

from collections.abc import Collection, Iterable
from datetime import time

CODE = r"(?:[a-x][0-5]\d){1,6}"
"""A pattern that matches the code of one to six times."""
DAYS = "[1-7]{1,7}"
"""A pattern that matches the code of weekdays."""
_HOURS = "abcdefghijklmnopqrstuvwx"
_LENGTH = 3


def encode(times: Iterable[time]) -> str:
    """Return local times, in whole minutes, as one code: ``j00v15`` for 09:00 and 21:15."""
    return "".join(f"{_HOURS[at.hour]}{at.minute:02}" for at in times)


def decode(code: str) -> tuple[time, ...]:
    """Return the times of a code that matches ``CODE``."""
    parts = (code[start : start + _LENGTH] for start in range(0, len(code), _LENGTH))
    return tuple(time(_HOURS.index(part[0]), int(part[1:])) for part in parts)


def encode_days(days: Collection[int]) -> str:
    """Return ISO weekdays as one code: ``12345`` for Monday to Friday."""
    return "".join(map(str, sorted(days)))


def decode_days(code: str) -> frozenset[int]:
    """Return the ISO weekdays of a code that matches ``DAYS``."""
    return frozenset(map(int, code))
