"""Time that can be skipped ahead, so that a person can see tonight's reminder now."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Gives the present moment, aware, in UTC."""


def utc_now() -> datetime:
    """The machine's own time."""
    return datetime.now(UTC)


class SkippableClock:
    """A clock that runs with another one and can be moved forward, never back.

    Call it for the present moment (aware UTC). `subscribe` a function to hear of every skip.
    Over a frozen base (`SkippableClock(lambda: moment)`) time passes only by skipping.
    """

    def __init__(self, base: Clock = utc_now) -> None:
        self._base = base
        self._ahead = timedelta()
        self._listeners: list[Callable[[], None]] = []

    def __call__(self) -> datetime:
        """The present moment."""
        return self._base() + self._ahead

    def skip(self, span: timedelta) -> datetime:
        """Move forward by `span` and return the new moment. ValueError if `span` is negative."""
        if span < timedelta():
            raise ValueError("time is only skipped forward")
        self._ahead += span
        for listener in tuple(self._listeners):
            listener()
        return self()

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after every skip; the function returned ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)


async def wait_until(clock: SkippableClock, moment: datetime) -> None:
    """Return once the clock has reached `moment`, also if it gets there by a skip."""
    skipped = asyncio.Event()
    unsubscribe = clock.subscribe(skipped.set)
    try:
        while (left := (moment - clock()).total_seconds()) > 0:
            skipped.clear()
            try:
                async with asyncio.timeout(left):
                    await skipped.wait()
            except TimeoutError:
                pass
    finally:
        unsubscribe()
