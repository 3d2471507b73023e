"""An event loop whose time passes only when everybody waits: hours take no time, and nothing is measured."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any

from tests.support.waiting import pause


class _Skipping(selectors.SelectSelector):
    """Instead of waiting, moves the time on."""

    now = 1000.0

    def select(self, timeout: float | None = None) -> list[Any]:
        self.now += max(timeout or 0.0, 0.0)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """Its time begins at 1000 s."""

    def __init__(self) -> None:
        self._skipping = _Skipping()
        super().__init__(self._skipping)

    def time(self) -> float:
        return self._skipping.now


def run(main: Coroutine[Any, Any, Any]) -> Any:
    """Run ``main`` to its end."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)


def now() -> float:
    """The loop's seconds."""
    return asyncio.get_running_loop().time()


async def until(moment: float) -> None:
    """Return at this moment."""
    await pause(moment - now())
