"""The judge of the tests: the only complete list of what people received."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from simulator.json_objects import Json


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message, or an edit of one, that entered a chat. The bot may not know of it, because a response can be lost.

    - `number`: rises by one with every delivery.
    - `at`: when it entered the chat (aware, UTC).
    - `request`: the number of the HTTP request that caused it.
    - `message`: the Message object.
    """

    number: int
    at: datetime
    request: int
    method: str
    chat: int
    message: Json

    def as_json(self) -> Json:
        """Return the delivery for tests in other processes."""
        return {
            "number": self.number,
            "at": self.at.isoformat(),
            "request": self.request,
            "method": self.method,
            "chat": self.chat,
            "message": self.message,
        }


class Judge:
    """Keeps the last `keep` deliveries (None keeps all) and counts every delivery."""

    def __init__(self, keep: int | None) -> None:
        self._deliveries: deque[Delivery] = deque(maxlen=keep)
        self.counts: Counter[int] = Counter()
        """New messages by chat since the start, without edits."""

        self.total = 0
        """Deliveries since the start, with edits. It is also the number of the last delivery."""

        self._waiting: list[asyncio.Future[None]] = []

    def record(self, at: datetime, request: int, method: str, chat: int, message: Json) -> None:
        """Record that a message entered a chat, or that a message there was edited."""
        self.total += 1
        if not method.startswith("edit"):
            self.counts[chat] += 1
        self._deliveries.append(Delivery(self.total, at, request, method, chat, message))
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():  # done already if its waiter was cancelled or timed out
                future.set_result(None)

    async def until(self, condition: Callable[["Judge"], object], within: float = 60.0) -> None:
        """Return as soon as `condition` holds. It is checked now and after each delivery.

        Raises:
            TimeoutError: if it does not hold within `within` seconds.
        """
        async with asyncio.timeout(within):
            while not condition(self):
                waiting = asyncio.get_running_loop().create_future()
                self._waiting.append(waiting)
                await waiting

    def received(self, chat: int | None = None, *, after: int = 0, edits: bool = False) -> list[Delivery]:
        """Return what entered a chat, oldest first.

        Args:
            chat: The id of the chat; None for all chats.
            after: Return only deliveries with a higher number than this.
            edits: Return edits too.
        """
        return [
            delivery
            for delivery in self._deliveries
            if delivery.number > after
            and chat in (None, delivery.chat)
            and (edits or not delivery.method.startswith("edit"))
        ]

    def texts(self, chat: int) -> list[str]:
        """Return the texts and captions that a chat received, oldest first."""
        messages = (delivery.message for delivery in self.received(chat))
        return [message.get("text") or message.get("caption", "") for message in messages]
