"""Recognises a repeated press of a button: three quick taps should get one message."""

from datetime import datetime, timedelta
from typing import TypeAlias

from bot.messages.sender import MessageRef

Press: TypeAlias = tuple[int, MessageRef, str]
"""The sender's id, the message, and the button's data."""
REPETITION = timedelta(seconds=5)
"""Whoever presses the same button again this soon has not seen the answer yet."""


class Presses:
    """Remembers answered presses for some seconds. Every ``now`` is aware UTC."""

    def __init__(self) -> None:
        self._answered: dict[Press, datetime] = {}

    def is_answered(self, press: Press, now: datetime) -> bool:
        """Return whether the press was answered a moment ago. False if the clock was set back since then."""
        answered_at = self._answered.get(press)
        return answered_at is not None and timedelta() <= now - answered_at < REPETITION

    def note(self, press: Press, now: datetime) -> None:
        """Note that the press is answered, and forget old ones."""
        self._answered.pop(press, None)
        self._answered[press] = now
        while not self.is_answered(oldest := next(iter(self._answered)), now):
            del self._answered[oldest]
