"""Times of day in the data of a button: ``v15`` is 21:15. Telegram allows 64 bytes of data for each button."""

from collections.abc import Iterable
from datetime import time

CODE = r"(?:[a-x][0-5]\d){1,6}"
"""A pattern of one to six times."""
_HOURS = "abcdefghijklmnopqrstuvwx"
_LENGTH = 3


def encode(times: Iterable[time]) -> str:
    """Return local times, in whole minutes, as one code: ``j00v15`` for 09:00 and 21:15."""
    return "".join(f"{_HOURS[at.hour]}{at.minute:02}" for at in times)


def decode(code: str) -> tuple[time, ...]:
    """Return the times of a code that matches ``CODE``."""
    parts = (code[start : start + _LENGTH] for start in range(0, len(code), _LENGTH))
    return tuple(time(_HOURS.index(part[0]), int(part[1:])) for part in parts)
