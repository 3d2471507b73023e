"""How much one person may ask for before it is too much."""

import math
import time
from collections.abc import Callable

WHILE_SECONDS = 60.0
"""How long a first refusal is the only one that counts."""


class Allowance:
    """So many ``at_once``, and ``per_second`` more again. Whoever has all of theirs left costs no memory."""

    def __init__(self, at_once: int, per_second: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._at_once = at_once
        self._per_second = per_second
        self._monotonic = monotonic
        self._whole_at: dict[int, float] = {}
        """When each will have all of it again."""

        self._refused_at: dict[int, float] = {}
        self._tidy_at = 1000

    def left(self, key: int) -> int:
        """How many more may come now."""
        missing = (self._whole_at.get(key, 0.0) - self._monotonic()) * self._per_second
        return self._at_once - max(0, math.ceil(missing - 1e-6))

    def spend(self, key: int) -> None:
        """One has come."""
        now = self._monotonic()
        self._whole_at[key] = max(self._whole_at.get(key, now), now) + 1 / self._per_second
        if len(self._whole_at) > self._tidy_at:
            self._tidy(now)

    def refuse(self, key: int) -> bool:
        """One more was too much; whether it is the first for a while."""
        now = self._monotonic()
        if now - self._refused_at.get(key, -math.inf) < WHILE_SECONDS:
            return False
        self._refused_at[key] = now
        return True

    def _tidy(self, now: float) -> None:
        self._whole_at = {key: at for key, at in self._whole_at.items() if at > now}
        self._refused_at = {key: at for key, at in self._refused_at.items() if now - at < WHILE_SECONDS}
        self._tidy_at = max(1000, 2 * len(self._whole_at))
