"""What all processes of one bot may send together, as one small text that the database keeps for them.

Time is the database's alone, in milliseconds. Grants are counted in steps of 20 ms and forgotten a second after the
step in which they could last be used, so that a second never holds more than may be, whichever process sent it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot import json
from bot.limiter.rates import SECOND, STORM_SECONDS, Rates

STEP = 20
VALID_SECONDS = 0.06
"""For how long a grant may be used."""
SPAN = round(1000 * (SECOND + VALID_SECONDS))


@dataclass(frozen=True)
class Asked:
    """How many replies and reminders a process wants to send.

    ``unasked`` is how many replies it has sent without asking, ``returned`` how many grants it does not need after all,
    and ``limited`` for how many seconds Telegram has limited which chats.
    """

    replies: int = 0
    reminders: int = 0
    unasked: int = 0
    returned: int = 0
    limited: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Granted:
    """How many may be sent at once, the seconds until asking again is worth it, and how long the bot is paused.

    ``queued`` is for how many seconds the question stood behind others' in the database.
    """

    replies: int
    reminders: int
    wait: float = 0.0
    pause: float = 0.0
    queued: float = 0.0


class Quota:
    """The grants of the last second, and the limits of the last ten; read from ``text``, empty at first."""

    def __init__(self, text: str = "") -> None:
        kept = json.loads(text.encode()) if text else {}
        self._grants = {int(step): number for step, number in kept.get("grants", {}).items()}
        self._limited = {int(chat): (at, until) for chat, (at, until) in kept.get("limited", {}).items()}
        self._paused_until: int = kept.get("paused_until", 0)

    @property
    def text(self) -> str:
        """All of it, to be kept."""
        grants = {str(step): number for step, number in self._grants.items()}
        limited = {str(chat): each for chat, each in self._limited.items()}
        return json.dumps({"grants": grants, "limited": limited, "paused_until": self._paused_until}).decode()

    def ask(self, asked: Asked, rates: Rates, now: int) -> Granted:
        """Grant what there is: to replies first, to reminders what is not kept for replies, and none in a pause."""
        grants = {step: number for step, number in self._grants.items() if step * STEP <= now + SPAN}
        now = max([now, *(step * STEP for step in grants)])  # the clock may have been set back
        self._grants = {step: number for step, number in grants.items() if (step + 1) * STEP + SPAN > now}
        self._return(asked.returned)
        self._limit(asked.limited, now)
        pause = max(self._paused_until - now, 0) / 1000
        used = sum(self._grants.values())
        replies = min(asked.replies, max(rates.per_second - used, 0))
        left = 0 if pause else rates.reminders_per_second - used - replies
        reminders = min(asked.reminders, max(left, 0))
        if number := replies + reminders + asked.unasked:
            self._grants[now // STEP] = self._grants.get(now // STEP, 0) + number
        is_enough = (replies, reminders) == (asked.replies, asked.reminders)
        return Granted(replies, reminders, 0.0 if is_enough else self._wait(now), pause)

    def _return(self, number: int) -> None:
        for step in sorted(self._grants, reverse=True):
            less = min(number, self._grants[step])
            self._grants[step] -= less
            number -= less

    def _limit(self, limited: Mapping[int, float], now: int) -> None:
        recent = {chat: each for chat, each in self._limited.items() if now - each[0] < 1000 * STORM_SECONDS}
        self._limited = recent | {chat: (now, now + round(1000 * seconds)) for chat, seconds in limited.items()}
        if limited and len(self._limited) > 1:
            self._paused_until = max(self._paused_until, *(until for _, until in self._limited.values()))

    def _wait(self, now: int) -> float:
        """Until the oldest grant is forgotten."""
        oldest = min((step for step, number in self._grants.items() if number), default=now // STEP)
        return max((oldest + 1) * STEP + SPAN - now, STEP) / 1000
