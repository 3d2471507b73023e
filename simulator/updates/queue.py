"""The queue of updates that the bot has not confirmed yet, kept as Telegram keeps it."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, takewhile

import orjson

from simulator.clock import Clock
from simulator.json_objects import Json

KEPT_FOR = timedelta(hours=24)
"""An update that the bot has not confirmed after this time is dropped. From the Bot API's "Getting updates"."""

KINDS = (
    "message", "edited_message", "channel_post", "edited_channel_post", "business_connection", "business_message",
    "edited_business_message", "deleted_business_messages", "guest_message", "message_reaction",
    "message_reaction_count", "inline_query", "chosen_inline_result", "callback_query", "shipping_query",
    "pre_checkout_query", "purchased_paid_media", "poll", "poll_answer", "my_chat_member", "chat_member",
    "chat_join_request", "chat_boost", "removed_chat_boost", "managed_bot",
)  # fmt: skip
ONLY_ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
BY_DEFAULT = frozenset(KINDS) - ONLY_ON_REQUEST
"""The kinds of updates for a bot that sends no `allowed_updates`. From the Bot API's getUpdates."""

_CONFIRMED_KEPT = 1000
_LARGEST_GAP = 10


@dataclass(frozen=True, slots=True)
class Update:
    """One update in JSON. A webhook gets updates with the same `order_key` (one chat's) one after the other."""

    id: int
    encoded: bytes
    expires: datetime
    order_key: int


class UpdateQueue:
    """Updates in the order in which they happened, with rising ids.

    `copies`: how often each update is handed out at once. More than 1 tests a bot against duplicates.
    """

    def __init__(self, clock: Clock, first_id: int = 700_000_001) -> None:
        self._clock = clock
        self._next_id = first_id
        self._waiting: dict[int, Update] = {}
        self._repeated: list[Update] = []
        self._confirmed: deque[Update] = deque(maxlen=_CONFIRMED_KEPT)
        self._listeners: list[Callable[[Update], None]] = []
        self.allowed: frozenset[str] = BY_DEFAULT
        self.copies = 1

    def __len__(self) -> int:
        self._drop_expired()
        return len(self._waiting) + len(self._repeated)

    def __iter__(self) -> Iterator[Update]:
        self._drop_expired()
        return iter((*self._repeated, *self._waiting.values()))

    def allow(self, kinds: Iterable[object]) -> None:
        """Queue only these kinds of updates from now on. An empty choice restores the default."""
        self.allowed = frozenset(kind for kind in kinds if kind in KINDS) or BY_DEFAULT

    def add(self, kind: str, content: Json, order_key: int) -> int | None:
        """Queue an update and return its id. Return None if the bot does not receive such updates."""
        if kind not in self.allowed:
            return None
        update_id = self._next_id
        self.add_raw({"update_id": update_id, kind: content}, order_key)
        return update_id

    def add_raw(self, update: Json, order_key: int = 0) -> int:
        """Queue an update unchecked, whatever it holds, and return its id. An update without an id gets a new one."""
        update = {"update_id": self._next_id, **update}
        self._next_id = max(self._next_id, update["update_id"] + 1)
        expires = self._clock() + KEPT_FOR
        queued = Update(update["update_id"], orjson.dumps(update), expires, order_key or update["update_id"])
        self._waiting[queued.id] = queued
        self._notify(queued)
        return queued.id

    def repeat(self, update_id: int) -> None:
        """Hand out an update once more, even if it is confirmed. KeyError if it was confirmed too long ago."""
        update = next((update for update in self._confirmed if update.id == update_id), None)
        update = update or self._waiting[update_id]
        self._repeated.append(update)
        self._notify(update)

    def take(self, offset: int, limit: int) -> list[bytes]:
        """Confirm every update whose id is below `offset`, and return up to `limit` waiting ones, encoded.

        Updates to be repeated come first. Each is returned `copies` times. An offset of 0 confirms nothing, and
        -5 all but the last five. An offset far above the next id is ignored.
        """
        self._drop_expired()
        if offset < 0:
            self._confirm(list(self._waiting)[:offset])
        elif 0 < offset < self._next_id + _LARGEST_GAP:  # TDLib's TQueue ignores an offset "in the future"
            self._confirm(list(takewhile(lambda update_id: update_id < offset, self._waiting)))
        repeated, self._repeated = self._repeated[:limit], self._repeated[limit:]
        waiting = islice(self._waiting.values(), limit - len(repeated))
        return [update.encoded for update in (*repeated, *waiting) for _ in range(self.copies)]

    def confirm(self, update_id: int) -> None:
        """Confirm one update, which was delivered to the webhook."""
        repeated = next((update for update in self._repeated if update.id == update_id), None)
        if repeated:
            self._repeated.remove(repeated)
        else:
            self._confirm([update_id])

    def clear(self) -> None:
        """Confirm every update that waits."""
        self._repeated.clear()
        self._confirm(list(self._waiting))

    def subscribe(self, listener: Callable[[Update], None]) -> Callable[[], None]:
        """Call `listener` with every update that is queued. Return a function that unsubscribes it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _notify(self, update: Update) -> None:
        for listener in tuple(self._listeners):  # a listener may unsubscribe while it is called
            listener(update)

    def _confirm(self, update_ids: Iterable[int]) -> None:
        for update_id in update_ids:
            update = self._waiting.pop(update_id, None)
            if update:
                self._confirmed.append(update)

    def _drop_expired(self) -> None:
        now = self._clock()
        while self._waiting:
            oldest = next(iter(self._waiting.values()))
            if oldest.expires > now:
                return
            del self._waiting[oldest.id]
