"""How fast reminders may leave: never more than the rate in any one second, and none while Telegram says wait."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable


class Pace:
    """At most ``rate`` messages in any window of one second. ``monotonic`` gives seconds; tests give their own."""

    def __init__(
        self,
        rate: int,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._left: deque[float] = deque(maxlen=rate)
        self._rate = rate
        self._monotonic = monotonic
        self._sleep = sleep
        self._paused_until = 0.0

    async def room(self, most: int) -> int:
        """Wait until at least one message may leave; returns how many may, ``most`` at the most. In a pause: 0."""
        while not self._is_paused() and not self._room():
            await self._sleep(self._left[0] + 1.0 - self._monotonic())
        return 0 if self._is_paused() else min(most, self._room())

    def take(self, number: int) -> None:
        """Count messages that leave now."""
        self._left.extend([self._monotonic()] * number)

    def pause(self, seconds: float) -> None:
        """Let nothing leave for so long."""
        self._paused_until = max(self._paused_until, self._monotonic() + seconds)

    def _is_paused(self) -> bool:
        return self._monotonic() < self._paused_until

    def _room(self) -> int:
        since = self._monotonic() - 1.0
        return self._rate - sum(each > since for each in self._left)
