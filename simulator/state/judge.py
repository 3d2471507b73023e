"""The one true list of what people received."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from simulator.json_objects import Json


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message (or an edit of one) that entered a chat, whatever became of the answer to the bot.

    `number` rises by one with each delivery; `request` is the number of the HTTP request that brought it.
    """

    number: int
    at: datetime
    request: int
    method: str
    chat: int
    message: Json

    def card(self) -> Json:
        """The delivery as JSON."""
        return {
            "number": self.number,
            "at": self.at.isoformat(),
            "request": self.request,
            "method": self.method,
            "chat": self.chat,
            "message": self.message,
        }


class Judge:
    """Keeps the last `keep` deliveries (None: all) and counts every one."""

    def __init__(self, keep: int | None) -> None:
        self._deliveries: deque[Delivery] = deque(maxlen=keep)
        self.counts: Counter[int] = Counter()
        """New messages by chat, since the beginning."""

        self.total = 0
        self._waiting: list[asyncio.Future[None]] = []

    def note(self, at: datetime, request: int, method: str, chat: int, message: Json) -> None:
        """A message entered a chat, or one in it was edited."""
        self.total += 1
        self._wake()
        if not method.startswith("edit"):
            self.counts[chat] += 1
        self._deliveries.append(Delivery(self.total, at, request, method, chat, message))

    async def until(self, condition: Callable[["Judge"], object], within: float = 60.0) -> None:
        """Return as soon as `condition` holds; looked at now and after each delivery. TimeoutError after `within` s."""
        async with asyncio.timeout(within):
            while not condition(self):
                waiting = asyncio.get_running_loop().create_future()
                self._waiting.append(waiting)
                await waiting

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)

    def received(self, chat: int | None = None, *, after: int = 0, edits: bool = False) -> list[Delivery]:
        """What entered `chat` (None: any chat) after delivery number `after`, oldest first; edits only if asked."""
        return [
            delivery
            for delivery in self._later(after)
            if chat in (None, delivery.chat) and (edits or not delivery.method.startswith("edit"))
        ]

    def texts(self, chat: int) -> list[str]:
        """The words (texts and captions) a chat received, oldest first."""
        messages = (delivery.message for delivery in self.received(chat))
        return [message.get("text") or message.get("caption", "") for message in messages]

    def _later(self, after: int) -> Iterable[Delivery]:
        return (delivery for delivery in self._deliveries if delivery.number > after)
