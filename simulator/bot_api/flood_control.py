"""How often a bot may send, as Telegram publishes it: 30 a second, 1 a second in a chat, 20 a minute in a group."""

import math
from dataclasses import dataclass, field
from datetime import datetime

from simulator.bot_api.refusals import too_many_requests
from simulator.clock import Clock

_SENDING = ("send", "copy", "forward", "edit")
_ALWAYS_FREE = frozenset({"sendchataction"})


@dataclass(frozen=True, slots=True)
class Limits:
    """Messages per second over all and per chat, per minute in a group, and how many may come in one burst."""

    all_per_second: float = 30.0
    all_burst: int = 30
    paid_per_second: float = 1000.0
    chat_per_second: float = 1.0
    chat_burst: int = 3
    group_per_minute: float = 20.0
    group_burst: int = 20


@dataclass(slots=True)
class _Bucket:
    """Tokens that come back at an even rate; `full` of them at most."""

    full: int
    per_second: float
    tokens: float
    at: datetime

    def seconds_until_free(self, now: datetime) -> float:
        gained = max((now - self.at).total_seconds(), 0.0) * self.per_second
        self.tokens, self.at = min(self.full, self.tokens + gained), now
        return 0.0 if self.tokens >= 1 else (1 - self.tokens) / self.per_second

    def use(self) -> None:
        self.tokens -= 1


@dataclass(slots=True)
class FloodControl:
    """Refuses what comes too fast with 429. Time is the simulator's clock."""

    limits: Limits
    clock: Clock
    _buckets: dict[str | int, _Bucket] = field(default_factory=dict)

    def check(self, method: str, chat: int, *, paid: bool = False) -> None:
        """Count one request. Refused, and not counted, if it comes too fast."""
        if not chat or method in _ALWAYS_FREE or not method.startswith(_SENDING):
            return
        now = self.clock()
        buckets = [self._for_all(now, paid=paid), self._for_chat(chat, now)]
        wait = max(bucket.seconds_until_free(now) for bucket in buckets)
        if wait > 0:
            raise too_many_requests(math.ceil(wait))
        for bucket in buckets:
            bucket.use()

    def _for_all(self, now: datetime, *, paid: bool) -> _Bucket:
        limits = self.limits
        if paid:
            return self._bucket("paid", int(limits.paid_per_second), limits.paid_per_second, now)
        return self._bucket("all", limits.all_burst, limits.all_per_second, now)

    def _for_chat(self, chat: int, now: datetime) -> _Bucket:
        limits = self.limits
        if chat < 0:
            return self._bucket(chat, limits.group_burst, limits.group_per_minute / 60, now)
        return self._bucket(chat, limits.chat_burst, limits.chat_per_second, now)

    def _bucket(self, key: str | int, full: int, per_second: float, now: datetime) -> _Bucket:
        if key not in self._buckets:
            self._buckets[key] = _Bucket(full, per_second, full, now)
        return self._buckets[key]
