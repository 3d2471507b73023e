"""Remembers what was answered a moment ago: three quick taps should get one message."""

from datetime import datetime, timedelta
from typing import Generic, TypeVar

Key = TypeVar("Key")


class RecentAnswers(Generic[Key]):
    """Remembers each answer for ``span``. Every ``now`` is aware UTC."""

    def __init__(self, span: timedelta) -> None:
        self._span = span
        self._answered: dict[Key, datetime] = {}

    def has(self, key: Key, now: datetime) -> bool:
        """Return whether ``key`` was answered a moment ago. False if the clock was set back since then."""
        answered_at = self._answered.get(key)
        return answered_at is not None and timedelta() <= now - answered_at < self._span

    def add(self, key: Key, now: datetime) -> None:
        """Note that ``key`` is answered, and forget old answers."""
        self._answered.pop(key, None)
        self._answered[key] = now
        while not self.has(oldest := next(iter(self._answered)), now):
            del self._answered[oldest]
