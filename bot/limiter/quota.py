"""What all processes of one bot may send together, as one small text that the database keeps for them.

Time is the database's alone, in milliseconds. Grants are counted in steps of 20 ms and forgotten a second after the
step in which they could last be used, so that a second never holds more than may be, whichever process sent it.

A process that is alone need not ask for each batch, and loses nothing to those steps: it has the whole rate for a
second at a time, and keeps it by its own clock. Others who come up wait, two seconds at most, until that second is over
and it has told how many it has sent, or until they count no more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot import json
from bot.limiter.rates import SECOND, STORM_SECONDS, Rates

STEP = 20
VALID_SECONDS = 0.06
"""For how long a grant may be used."""
SPAN = round(1000 * (SECOND + VALID_SECONDS))
WHOLE = 1000
"""For how long a process that is alone has the whole rate."""


@dataclass(frozen=True)
class Asked:
    """How many replies and reminders a process wants to send.

    ``unasked`` is how many replies it has sent without asking, ``returned`` how many grants it does not need after all,
    and ``limited`` for how many seconds Telegram has limited which chats. ``left`` is how many of its messages left in
    the last second; None while it has the whole rate, as more are leaving.
    """

    replies: int = 0
    reminders: int = 0
    unasked: int = 0
    returned: int = 0
    limited: Mapping[int, float] = field(default_factory=dict)
    left: int | None = None


@dataclass(frozen=True)
class Granted:
    """How many may be sent at once, the seconds until asking again is worth it, and how long the bot is paused.

    ``queued`` is for how many seconds the question stood behind others' in the database. For ``whole`` seconds the
    process is alone, and need not ask again.
    """

    replies: int
    reminders: int
    wait: float = 0.0
    pause: float = 0.0
    queued: float = 0.0
    whole: float = 0.0


class Quota:
    """The grants of the last second, and the limits of the last ten; read from ``text``, empty at first.

    And the process that asked last, since when no other has, and until when it has the whole rate.
    """

    def __init__(self, text: str = "") -> None:
        kept = json.loads(text.encode()) if text else {}
        self._grants = {int(step): number for step, number in kept.get("grants", {}).items()}
        self._limited = {int(chat): (at, until) for chat, (at, until) in kept.get("limited", {}).items()}
        self._paused_until: int = kept.get("paused_until", 0)
        self._owner: str = kept.get("owner", "")
        self._since: int = kept.get("since", 0)
        self._whole_until: int = kept.get("whole_until", 0)

    @property
    def text(self) -> str:
        """All of it, to be kept."""
        grants = {str(step): number for step, number in self._grants.items()}
        limited = {str(chat): each for chat, each in self._limited.items()}
        alone = {"owner": self._owner, "since": self._since, "whole_until": self._whole_until}
        return json.dumps({"grants": grants, "limited": limited, "paused_until": self._paused_until, **alone}).decode()

    def ask(self, asked: Asked, rates: Rates, now: int, owner: str = "", *, is_alone: bool = False) -> Granted:
        """Grant what there is: to replies first, to reminders what is not kept for replies, and none in a pause.

        The process ``owner`` asks. If it ``is_alone``, and no other is alive, it has the whole rate, but in a pause.
        """
        grants = {step: number for step, number in self._grants.items() if step * STEP <= now + SPAN}
        now = max([now, *(step * STEP for step in grants)])  # the clock may have been set back
        self._grants = {step: number for step, number in grants.items() if (step + 1) * STEP + SPAN > now}
        self._return(asked.returned)
        self._limit(asked.limited, now)
        self._since, self._whole_until = min(self._since, now), min(self._whole_until, now + WHOLE)
        pause = max(self._paused_until - now, 0) / 1000
        if wait := self._given_to_others(now, owner):
            self._note(asked.unasked, now)
            return Granted(0, 0, wait / 1000, pause)
        left = rates.per_second if asked.left is None else asked.left
        if whole := self._given(now, left, is_free=is_alone and not pause):
            reminders = 0 if pause else asked.reminders
            self._note(asked.replies + reminders + asked.unasked, now)
            return Granted(asked.replies, reminders, pause=pause, whole=whole / 1000)
        used = sum(self._grants.values())
        replies = min(asked.replies, max(rates.per_second - used, 0))
        left = 0 if pause else rates.reminders_per_second - used - replies
        reminders = min(asked.reminders, max(left, 0))
        self._note(replies + reminders + asked.unasked, now)
        is_enough = (replies, reminders) == (asked.replies, asked.reminders)
        return Granted(replies, reminders, 0.0 if is_enough else self._wait(now), pause)

    def _given_to_others(self, now: int, owner: str) -> int:
        """For how long another has the whole rate, or may have used it up just before it died; else ``owner`` is next.

        That somebody asks keeps the other from being given it again.
        """
        if owner == self._owner:
            return 0
        self._since = now
        if now >= self._whole_until + SPAN:
            self._owner, self._whole_until = owner, 0
            return 0
        return self._whole_until + SPAN - now

    def _given(self, now: int, left: int, *, is_free: bool) -> int:
        """For how long the one who asks has the whole rate; ``left`` counts when that is over."""
        if 0 < self._whole_until <= now:
            self._note(left, now)
            self._whole_until = 0
        if is_free and now - self._since > SPAN:
            self._whole_until = now + WHOLE
        return max(self._whole_until - now, 0)

    def _note(self, number: int, now: int) -> None:
        if number:
            self._grants[now // STEP] = self._grants.get(now // STEP, 0) + number

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
