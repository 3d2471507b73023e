"""The queue of updates a bot has not confirmed yet, as Telegram keeps it."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, takewhile

import orjson

from simulator.clock import Clock
from simulator.json_objects import Json

KEPT_FOR = timedelta(hours=24)
"""An update nobody fetched is dropped after this."""

KINDS = (
    "message", "edited_message", "channel_post", "edited_channel_post", "business_connection", "business_message",
    "edited_business_message", "deleted_business_messages", "guest_message", "message_reaction",
    "message_reaction_count", "inline_query", "chosen_inline_result", "callback_query", "shipping_query",
    "pre_checkout_query", "purchased_paid_media", "poll", "poll_answer", "my_chat_member", "chat_member",
    "chat_join_request", "chat_boost", "removed_chat_boost", "managed_bot",
)  # fmt: skip
ONLY_IF_ASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
BY_DEFAULT = frozenset(KINDS) - ONLY_IF_ASKED
_REMEMBERED = 1000
_FUTURE = 10


@dataclass(frozen=True, slots=True)
class Update:
    """One update: its encoded form, when it expires, and the chat it must stay in order with."""

    id: int
    encoded: bytes
    expires: datetime
    order_key: int


class UpdateQueue:
    """Updates in the order they happened, with rising ids.

    `copies`: how often each update is handed out at a time (1, or more to test a bot against duplicates).
    """

    def __init__(self, clock: Clock, first_id: int = 700_000_001) -> None:
        self._clock = clock
        self._next_id = first_id
        self._waiting: dict[int, Update] = {}
        self._again: list[Update] = []
        self._past: deque[Update] = deque(maxlen=_REMEMBERED)
        self._listeners: list[Callable[[Update], None]] = []
        self.allowed: frozenset[str] = BY_DEFAULT
        self.copies = 1

    def __len__(self) -> int:
        self._drop_expired()
        return len(self._waiting) + len(self._again)

    def __iter__(self) -> Iterator[Update]:
        self._drop_expired()
        return iter((*self._again, *self._waiting.values()))

    def allow(self, kinds: Iterable[object]) -> None:
        """Queue only these kinds from now on; an empty choice means the default ones."""
        self.allowed = frozenset(kind for kind in kinds if kind in KINDS) or BY_DEFAULT

    def add(self, kind: str, content: Json, order_key: int) -> int | None:
        """Queue an update and return its id; None if the bot did not ask for such updates."""
        if kind not in self.allowed:
            return None
        update_id = self._next_id
        self.add_raw({"update_id": update_id, kind: content}, order_key)
        return update_id

    def add_raw(self, update: Json, order_key: int = 0) -> int:
        """Queue an update as it is, whatever is in it; one without update_id gets the next."""
        update = {"update_id": self._next_id, **update}
        self._next_id = max(self._next_id, update["update_id"] + 1)
        expires = self._clock() + KEPT_FOR
        queued = Update(update["update_id"], orjson.dumps(update), expires, order_key or update["update_id"])
        self._waiting[queued.id] = queued
        self._tell(queued)
        return queued.id

    def repeat(self, update_id: int) -> None:
        """Hand out an update once more, confirmed or not. KeyError if it is not among the last ones."""
        update = next((update for update in self._past if update.id == update_id), None)
        update = update or self._waiting[update_id]
        self._again.append(update)
        self._tell(update)

    def take(self, offset: int, limit: int) -> list[bytes]:
        """The encoded updates from `offset` on, at most `limit`; everything below `offset` is confirmed.

        0 means from the oldest on; a negative offset first drops all but the last so many.
        """
        self._drop_expired()
        if offset < 0:
            self._forget(list(self._waiting)[:offset])
        elif self._is_known(offset):
            self._forget(list(takewhile(lambda update_id: update_id < offset, self._waiting)))
        repeated, self._again = self._again[:limit], self._again[limit:]
        fresh = islice(self._waiting.values(), limit - len(repeated))
        return [update.encoded for update in (*repeated, *fresh) for _ in range(self.copies)]

    def _is_known(self, offset: int) -> bool:
        """Telegram ignores an offset far beyond what it has sent."""
        return 0 < offset < self._next_id + _FUTURE

    def confirm(self, update_id: int) -> None:
        """One update has arrived (by webhook)."""
        repeated = next((update for update in self._again if update.id == update_id), None)
        if repeated:
            self._again.remove(repeated)
        else:
            self._forget([update_id])

    def clear(self) -> None:
        """Drop everything that waits."""
        self._again.clear()
        self._forget(list(self._waiting))

    def subscribe(self, listener: Callable[[Update], None]) -> Callable[[], None]:
        """Call `listener` with every update that is queued; the function returned ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _tell(self, update: Update) -> None:
        for listener in tuple(self._listeners):
            listener(update)

    def _forget(self, update_ids: Iterable[int]) -> None:
        for update_id in update_ids:
            update = self._waiting.pop(update_id, None)
            if update:
                self._past.append(update)

    def _drop_expired(self) -> None:
        now = self._clock()
        while self._waiting:
            oldest = next(iter(self._waiting.values()))
            if oldest.expires > now:
                return
            del self._waiting[oldest.id]
