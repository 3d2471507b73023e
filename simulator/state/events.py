"""The stream of events: what happens in the chats, published at once to every page that is open."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson

MOST_WAITING = 10_000
"""Events that one listener may leave unread before it is dropped."""


class Events:
    """Publishes every event to every listener. Without listeners, publishing costs nothing."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[bytes | None]] = set()

    @property
    def has_listeners(self) -> bool:
        """Whether at least one page or test listens now."""
        return bool(self._listeners)

    def publish(self, kind: str, person: int | None = None, **payload: Any) -> None:
        """Publish an event on one person's phone, or about everybody (`person` None)."""
        if not self._listeners:
            return
        event = b"data: " + orjson.dumps({"person": person, "kind": kind, **payload}) + b"\n\n"
        for listener in tuple(self._listeners):
            self._put(listener, event)

    def _put(self, listener: asyncio.Queue[bytes | None], event: bytes | None) -> None:
        try:
            listener.put_nowait(event)
        except asyncio.QueueFull:  # the listener stopped reading: end its stream; a page connects again and reloads
            self._listeners.discard(listener)
            while not listener.empty():
                listener.get_nowait()
            listener.put_nowait(None)

    @contextmanager
    def listening(self) -> Iterator[asyncio.Queue[bytes | None]]:
        """Yield a queue of encoded events. None in the queue means that no more events follow."""
        listener: asyncio.Queue[bytes | None] = asyncio.Queue(MOST_WAITING)
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    def close(self) -> None:
        """Tell every listener that no more events follow."""
        for listener in tuple(self._listeners):
            self._put(listener, None)
