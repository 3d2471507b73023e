"""Records of what the bot does: its requests to Telegram, and its pauses before it tries again."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.content.telegram_html import visible
from simulator import Fault, Request, Simulator
from simulator.bot_api.parameters import Parameters
from tests.support.waiting import PATIENCE_SECONDS

POLL = "getupdates"


@dataclass(frozen=True)
class RecordedRequest:
    """One request that reached Telegram, and when."""

    method: str
    chat: int
    at: datetime
    parameters: Parameters


class Requests:
    """Every request that reaches Telegram complete, in order, from the moment this object is made."""

    def __init__(self, simulator: Simulator) -> None:
        self._clock = simulator.clock
        self._recorded: list[RecordedRequest] = []
        self._arrived = asyncio.Event()
        simulator.faults.add(Fault(times=None, when=self._record))  # a fault that never strikes, but sees all

    def _record(self, request: Request) -> bool:
        self._recorded.append(RecordedRequest(request.method, request.chat, self._clock(), request.parameters))
        self._arrived.set()
        return False

    def of(self, *methods: str, chat: int | None = None) -> list[RecordedRequest]:
        """Return the requests of these methods (by default all but the polls), for one chat or for all."""
        lower = {method.lower() for method in methods}
        return [
            request
            for request in self._recorded
            if (request.method in lower if methods else request.method != POLL) and chat in {None, request.chat}
        ]

    async def until(self, condition: Callable[[], object]) -> None:
        """Return as soon as ``condition`` holds. It is checked now and after each request."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not condition():
                self._arrived.clear()
                await self._arrived.wait()

    async def next(self, method: str) -> None:
        """Return as soon as there is one more request of this method."""
        before = len(self.of(method))
        await self.until(lambda: len(self.of(method)) > before)

    async def stored(self, simulator: Simulator) -> None:
        """Return as soon as the bot has confirmed every update that Telegram had for it."""
        await self.until(lambda: len(simulator.updates) == 0)


class Pauses:
    """The sender's pauses: recorded, and over at once, as Telegram's clock is skipped instead.

    ``meanwhile`` is called during each pause, with the number of the pause, from 1.
    """

    def __init__(self, simulator: Simulator) -> None:
        self._clock = simulator.clock
        self.seconds: list[float] = []
        self.meanwhile: Callable[[int], Awaitable[object]] | None = None

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        if self.meanwhile:
            await self.meanwhile(len(self.seconds))
        self._clock.skip(timedelta(seconds=seconds))


def shows(text: str) -> Callable[[Request], bool]:
    """Return the condition for a fault that strikes only the requests that would show exactly ``text`` to a person."""

    def condition(request: Request) -> bool:
        shown = request.parameters.text("text") or request.parameters.text("caption")
        return bool(shown) and visible(shown) == text

    return condition
