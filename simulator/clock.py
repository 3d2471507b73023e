"""The simulator's clock. It can be skipped ahead, so that a person sees tonight's reminder now."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Returns the present moment as an aware datetime in UTC."""


def utc_now() -> datetime:
    """Return the present moment by the machine's own clock."""
    return datetime.now(UTC)


class SkippableClock:
    """A clock that runs with another clock and can be moved forward, never back.

    Call it for the present moment (aware, UTC). `subscribe` a function to have it called after every skip.
    With a frozen base (`SkippableClock(lambda: moment)`), time passes only by skipping.
    """

    def __init__(self, base: Clock = utc_now) -> None:
        self._base = base
        self._ahead = timedelta()
        self._listeners: list[Callable[[], None]] = []

    def __call__(self) -> datetime:
        """Return the present moment (aware, UTC)."""
        return self._base() + self._ahead

    def skip(self, span: timedelta) -> datetime:
        """Move forward by `span` and return the new moment. ValueError if `span` is negative."""
        if span < timedelta():
            raise ValueError("the clock can only be skipped forward")
        self._ahead += span
        for listener in tuple(self._listeners):  # a listener may unsubscribe while it is called
            listener()
        return self()

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after every skip. Return a function that unsubscribes it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)


async def wait_until(clock: SkippableClock, moment: datetime) -> None:
    """Return once the clock has reached `moment`, by itself or by a skip."""
    skipped = asyncio.Event()
    unsubscribe = clock.subscribe(skipped.set)
    try:
        while (left := (moment - clock()).total_seconds()) > 0:
            skipped.clear()
            try:
                async with asyncio.timeout(left):
                    await skipped.wait()
            except TimeoutError:
                pass  # the loop looks at the clock again: the event loop's time may differ from it a little
    finally:
        unsubscribe()
