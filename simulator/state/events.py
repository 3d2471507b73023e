"""What happens in the chats, told at once to everybody who watches (Server-Sent Events)."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson

MOST_WAITING = 10_000


class Events:
    """A hub: every event goes to every listener; without listeners it costs nothing."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[bytes | None]] = set()

    @property
    def watched(self) -> bool:
        """Whether anybody listens."""
        return bool(self._listeners)

    def tell(self, kind: str, person: int | None = None, **payload: Any) -> None:
        """Announce an event about one person's chat, or about all of them (`person` None)."""
        if not self._listeners:
            return
        event = b"data: " + orjson.dumps({"person": person, "kind": kind, **payload}) + b"\n\n"
        for listener in tuple(self._listeners):
            self._hand(listener, event)

    def _hand(self, listener: asyncio.Queue[bytes | None], event: bytes | None) -> None:
        try:
            listener.put_nowait(event)
        except asyncio.QueueFull:  # it stopped reading: it may come back and read the chat afresh
            self._listeners.discard(listener)
            while not listener.empty():
                listener.get_nowait()
            listener.put_nowait(None)

    @contextmanager
    def listening(self) -> Iterator[asyncio.Queue[bytes | None]]:
        """A queue of encoded events; None in it means that the simulator closes."""
        listener: asyncio.Queue[bytes | None] = asyncio.Queue(MOST_WAITING)
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    def close(self) -> None:
        """Send every listener away."""
        for listener in tuple(self._listeners):
            self._hand(listener, None)
