"""How fast the bot may send. The defaults of `Limits` are Telegram's.

Telegram's FAQ for bots ("My bot is hitting limits") names 30 messages a second in all, 1 a second in one chat with
short bursts, and 20 a minute in one group. Telegram does not document the limit of edits. Bots report about 20 a minute
in one chat.
"""

import math
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from simulator.bot_api.refusals import too_many_requests
from simulator.clock import Clock

_MINUTE = timedelta(minutes=1)
_SENDS = ("send", "copy", "forward")
_EDITS = ("edit", "stop")
_NOT_COUNTED = frozenset({"sendchataction"})


@dataclass(frozen=True, slots=True)
class Limits:
    """Rates in messages per second or minute. A burst is how many messages may be sent at once after a pause.

    A minute is the last sixty seconds, so there is no burst beyond a limit per minute. An edit counts as an edit of its
    chat and in the total, not as a message of its chat.
    """

    all_per_second: float = 30.0
    all_burst: int = 30
    paid_per_second: float = 1000.0
    chat_per_second: float = 1.0
    chat_burst: int = 3
    group_per_minute: int = 20
    edits_per_minute: int = 20


class _Limit(Protocol):
    def seconds_until_free(self, now: datetime) -> float: ...

    def count(self, now: datetime) -> None: ...


@dataclass(slots=True)
class _Bucket:
    """A token bucket: it holds up to `capacity` tokens and is refilled at an even rate. A message takes one token."""

    capacity: int
    per_second: float
    tokens: float
    at: datetime

    def seconds_until_free(self, now: datetime) -> float:
        gained = max((now - self.at).total_seconds(), 0.0) * self.per_second
        self.tokens, self.at = min(self.capacity, self.tokens + gained), now
        return 0.0 if self.tokens >= 1 else (1 - self.tokens) / self.per_second

    def count(self, _now: datetime) -> None:
        self.tokens -= 1


@dataclass(slots=True)
class _Window:
    """At most `most` messages within any minute. It holds the moments of the last ones."""

    most: int
    moments: deque[datetime] = field(default_factory=deque)

    def seconds_until_free(self, now: datetime) -> float:
        if len(self.moments) < self.most:
            return 0.0
        return max((self.moments[0] + _MINUTE - now).total_seconds(), 0.0)

    def count(self, now: datetime) -> None:
        if len(self.moments) == self.most:
            self.moments.popleft()
        self.moments.append(now)


@dataclass(slots=True)
class FloodControl:
    """Refuses messages and edits that come too fast, with 429. Time is the simulator's clock.

    `refused` counts the refusals.
    """

    limits: Limits
    clock: Clock
    refused: int = 0
    _limits: dict[tuple[str, int], _Limit] = field(default_factory=dict)

    def check(self, method: str, chat: int, *, paid: bool = False) -> None:
        """Count one message or edit. If it comes too fast, it is refused and not counted.

        Args:
            method: The Bot API method in lower case.
            chat: The id of the chat; 0 if the request has none.
            paid: Whether the request has `allow_paid_broadcast`.
        """
        is_edit = method.startswith(_EDITS)
        if not chat or method in _NOT_COUNTED or not (is_edit or method.startswith(_SENDS)):
            return
        now = self.clock()
        in_all = self._limit("paid" if paid else "all", 0, now)
        # Groups and channels have negative ids.
        in_chat = self._limit("edits" if is_edit else "group" if chat < 0 else "chat", chat, now)
        wait = max(in_all.seconds_until_free(now), in_chat.seconds_until_free(now))
        if wait > 0:
            self.refused += 1
            raise too_many_requests(math.ceil(wait))
        in_all.count(now)
        in_chat.count(now)

    def _limit(self, kind: str, chat: int, now: datetime) -> _Limit:
        if (kind, chat) in self._limits:
            return self._limits[kind, chat]
        limits = self.limits
        limit: _Limit
        match kind:
            case "all":
                limit = _bucket(limits.all_burst, limits.all_per_second, now)
            case "paid":
                limit = _bucket(int(limits.paid_per_second), limits.paid_per_second, now)
            case "chat":
                limit = _bucket(limits.chat_burst, limits.chat_per_second, now)
            case "group":
                limit = _Window(limits.group_per_minute)
            case _:
                limit = _Window(limits.edits_per_minute)
        self._limits[kind, chat] = limit
        return limit


def _bucket(capacity: int, per_second: float, now: datetime) -> _Bucket:
    return _Bucket(capacity, per_second, capacity, now)
