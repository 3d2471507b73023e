"""Flood control: how many updates one person and one chat may send, so that others need not wait for a flood."""

import math
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from bot.updates.inbound_update import Attempt

MOST_IN_CHAT = 100
"""How many updates of one chat may wait. Further ones are dropped."""
BURST, PER_SECOND = 40, 1.0
"""The allowance of one person: more than anybody who reads the answers sends, even with quick presses."""
RELIEF_BURST, RELIEF_PER_SECOND = 100, 2.0
"""The same for calls for relief."""
WARNING_INTERVAL_SECONDS = 60.0
FIRST_CLEANUP = 1000
"""How many senders are remembered before the first cleanup."""


class Allowance:
    """A token bucket for each sender: ``burst`` at once, refilled by ``per_second``. A full bucket takes no memory."""

    def __init__(self, burst: int, per_second: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._burst = burst
        self._per_second = per_second
        self._monotonic = monotonic
        self._full_at: dict[int, float] = {}
        self._warned_at: dict[int, float] = {}
        self._cleanup_size = FIRST_CLEANUP

    def remaining(self, sender_id: int) -> int:
        """Return how many more updates the sender may send now."""
        missing = (self._full_at.get(sender_id, 0.0) - self._monotonic()) * self._per_second
        return self._burst - max(0, math.ceil(missing - 1e-6))

    def spend(self, sender_id: int) -> None:
        """Count one update that the sender has sent now."""
        now = self._monotonic()
        self._full_at[sender_id] = max(self._full_at.get(sender_id, now), now) + 1 / self._per_second
        if len(self._full_at) > self._cleanup_size:
            self._full_at = {sender: at for sender, at in self._full_at.items() if at > now}
            recent = now - WARNING_INTERVAL_SECONDS
            self._warned_at = {sender: at for sender, at in self._warned_at.items() if at > recent}
            self._cleanup_size = max(FIRST_CLEANUP, 2 * len(self._full_at))

    def should_warn(self, sender_id: int) -> bool:
        """Return whether to warn the sender, and note the warning. It is true at most once a minute."""
        now = self._monotonic()
        if now - self._warned_at.get(sender_id, -math.inf) < WARNING_INTERVAL_SECONDS:
            return False
        self._warned_at[sender_id] = now
        return True


class FloodControl:
    """Drops the updates over the limits, as if they had never been sent; ``dropped`` counts them."""

    def __init__(self) -> None:
        self._others = Allowance(BURST, PER_SECOND)
        self._relief = Allowance(RELIEF_BURST, RELIEF_PER_SECOND)
        self.dropped = 0

    def admit(self, attempts: Iterable[Attempt], waiting: Mapping[int, int]) -> list[Attempt]:
        """Return the attempts to take on. ``waiting`` has the number of updates that already wait, by chat.

        At most once a minute, one update over the limit of its sender is taken on with ``is_too_much`` set, so that
        the sender gets a warning. An update over the limit of its chat is dropped without a warning.
        """
        by_sender: Counter[tuple[int, bool]] = Counter()
        by_chat: Counter[int] = Counter(waiting)
        admitted = []
        for attempt in attempts:
            update = attempt.update
            by_sender[update.sender_id, update.is_urgent] += 1
            by_chat[update.chat_id] += 1
            allowance = self._allowance_of(attempt)
            if by_sender[update.sender_id, update.is_urgent] <= allowance.remaining(update.sender_id):
                is_admitted = update.is_urgent or by_chat[update.chat_id] <= MOST_IN_CHAT
            else:
                is_admitted = not update.is_urgent and allowance.should_warn(update.sender_id)
                attempt.is_too_much = is_admitted
            if is_admitted:
                admitted.append(attempt)
            else:
                self.dropped += 1
        return admitted

    def spend(self, attempt: Attempt) -> None:
        """Count an update that was taken on. Updates that Telegram only repeats must not be counted."""
        self._allowance_of(attempt).spend(attempt.update.sender_id)

    def _allowance_of(self, attempt: Attempt) -> Allowance:
        return self._relief if attempt.update.is_urgent else self._others
