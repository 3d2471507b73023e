"""How fast the bot may send. The defaults are those of Telegram's FAQ for bots, "My bot is hitting limits".

That is 30 messages a second in all, 1 a second in one chat, and 20 a minute in one group.
"""

import math
from dataclasses import dataclass, field
from datetime import datetime

from simulator.bot_api.refusals import too_many_requests
from simulator.clock import Clock

_COUNTED_PREFIXES = ("send", "copy", "forward", "edit")
_NOT_COUNTED = frozenset({"sendchataction"})


@dataclass(frozen=True, slots=True)
class Limits:
    """Rates in messages per second or minute. A burst is how many messages may be sent at once after a pause."""

    all_per_second: float = 30.0
    all_burst: int = 30
    paid_per_second: float = 1000.0
    chat_per_second: float = 1.0
    chat_burst: int = 3
    group_per_minute: float = 20.0
    group_burst: int = 20


@dataclass(slots=True)
class _Bucket:
    """A token bucket: it holds up to `capacity` tokens and is refilled at an even rate. A message takes one token."""

    capacity: int
    per_second: float
    tokens: float
    at: datetime

    def seconds_until_token(self, now: datetime) -> float:
        gained = max((now - self.at).total_seconds(), 0.0) * self.per_second
        self.tokens, self.at = min(self.capacity, self.tokens + gained), now
        return 0.0 if self.tokens >= 1 else (1 - self.tokens) / self.per_second


@dataclass(slots=True)
class FloodControl:
    """Refuses messages that come too fast with 429. Time is the simulator's clock."""

    limits: Limits
    clock: Clock
    _buckets: dict[str | int, _Bucket] = field(default_factory=dict)

    def check(self, method: str, chat: int, *, paid: bool = False) -> None:
        """Count one message. If it comes too fast, it is refused and not counted.

        Args:
            method: The Bot API method in lower case.
            chat: The id of the chat; 0 if the request has none.
            paid: Whether it has `allow_paid_broadcast`.
        """
        if not chat or method in _NOT_COUNTED or not method.startswith(_COUNTED_PREFIXES):
            return
        now, limits = self.clock(), self.limits
        in_all = (
            self._bucket("paid", int(limits.paid_per_second), limits.paid_per_second, now)
            if paid
            else self._bucket("all", limits.all_burst, limits.all_per_second, now)
        )
        in_chat = (
            self._bucket(chat, limits.group_burst, limits.group_per_minute / 60, now)
            if chat < 0  # groups and channels have negative ids
            else self._bucket(chat, limits.chat_burst, limits.chat_per_second, now)
        )
        wait = max(bucket.seconds_until_token(now) for bucket in (in_all, in_chat))
        if wait > 0:
            raise too_many_requests(math.ceil(wait))
        in_all.tokens -= 1
        in_chat.tokens -= 1

    def _bucket(self, key: str | int, capacity: int, per_second: float, now: datetime) -> _Bucket:
        if key not in self._buckets:
            self._buckets[key] = _Bucket(capacity, per_second, capacity, now)
        return self._buckets[key]
