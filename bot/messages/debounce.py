"""Which presses have just been answered: three quick taps on a button want one message."""

from datetime import datetime, timedelta
from typing import TypeAlias

from bot.messages.sender import Place

Press: TypeAlias = tuple[int, Place, str]
"""Who pressed, on which message, and what the button says."""
JUST = timedelta(seconds=5)
"""Whoever presses the same button again so soon has not yet seen what came of it."""


class Presses:
    """Remembers each for some seconds; every ``now`` is aware UTC."""

    def __init__(self) -> None:
        self._answered: dict[Press, datetime] = {}

    def is_answered(self, press: Press, now: datetime) -> bool:
        """Whether it was answered just before; a clock that was set back does not make it so."""
        at = self._answered.get(press)
        return at is not None and timedelta() <= now - at < JUST

    def note(self, press: Press, now: datetime) -> None:
        """It is answered now."""
        self._answered.pop(press, None)
        self._answered[press] = now
        while not self.is_answered(oldest := next(iter(self._answered)), now):
            del self._answered[oldest]
