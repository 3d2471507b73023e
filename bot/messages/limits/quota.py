"""What all processes of one bot may send together, as one text that the database keeps for them.

Time is the database's alone, in milliseconds. If its clock is set back, nothing leaves too early; if it is set forward,
what has just left is forgotten, and a second may hold too much.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, takewhile

from bot.messages.limits.permits import LEASE, RENEW, SPAN, STEP, Holder, Permits
from bot.messages.limits.rates import AHEAD_SECONDS, MINUTE, SECOND, STORM_SECONDS, Rates
from bot.parsing import lenient_json

VALID_SECONDS = 0.1
"""For how long a grant to a reply may be used."""
LEASE_SECONDS, RENEW_SECONDS = LEASE / 1000, RENEW / 1000
AHEAD = round(1000 * AHEAD_SECONDS)
"""Reminders get permits that are free in so many milliseconds."""
LONGEST, LONGEST_MINUTE = round(1000 * (SECOND + VALID_SECONDS)), round(1000 * (MINUTE + VALID_SECONDS))
"""For how long a reply counts."""
UNKNOWN = LEASE + SPAN
"""After so long nothing counts any more that is not known."""
ChatId = int | None
"""Where a reply is a new message; None if it changes one that is there."""


@dataclass(frozen=True)
class Asked:
    """In which chats a ``process`` wants to reply, and how many more permits it wants for reminders.

    ``unasked`` are the replies it has sent without asking, ``keeps`` the permits it keeps, ``returned`` how many it
    gives back that were last used how many milliseconds ago, and ``limited`` for how many seconds Telegram has limited
    which chats.
    """

    replies: Sequence[ChatId] = ()
    reminders: int = 0
    unasked: Sequence[ChatId] = ()
    process: str = ""
    keeps: int = 0
    returned: Mapping[int, int] = field(default_factory=dict)
    limited: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Granted:
    """After how many seconds each reply may leave, if asked again unless that is 0; and the first use of each permit.

    ``keeps`` is how many of its permits the process still has, ``needed`` how many of all it has others need. ``wait``
    is the seconds until more are worth asking for, ``pause`` those for which the bot is paused, ``queued`` those for
    which the question stood behind others' in the database.
    """

    replies: tuple[float, ...]
    reminders: tuple[float, ...]
    keeps: int = 0
    needed: int = 0
    wait: float = 0.0
    pause: float = 0.0
    queued: float = 0.0


class Quota:
    """The permits, when who was last replied to, and the limits of the last ten seconds.

    Read from ``text``, empty at first.
    """

    def __init__(self, text: str = "") -> None:
        kept = lenient_json.loads(text.encode()) if text else {}
        self._permits = Permits(kept, LONGEST)
        self._chats: dict[str, list[int]] = kept.get("chats", {})
        self._limited: dict[str, tuple[int, int]] = kept.get("limited", {})
        self._pause: tuple[int, int] = kept.get("pause", (0, 0))  # since and until when

    @property
    def text(self) -> str:
        """All of it, to be kept."""
        rest = {"chats": self._chats, "limited": self._limited, "pause": self._pause}
        return lenient_json.dumps(self._permits.kept | rest).decode()

    @property
    def counted(self) -> int:
        """How many count or are held, since it was last asked."""
        return self._permits.counted

    def ask(self, asked: Asked, rates: Rates, now: int) -> Granted:
        """Grant what there is: to replies first, to reminders what is not kept for replies, and none in a pause."""
        self._forget(now)
        keeps = self._permits.settle(asked.process, asked.keeps, asked.returned, now)
        self._limit(asked.limited, now)
        for chat in asked.unasked:
            self._note(chat, now)
        replies, behind = [], 0
        for chat in asked.replies:
            full = self._permits.full_for(rates.per_second, now)
            replies.append(self._reply(chat, full, rates, now) / 1000)
            behind += full > 0
        pause = self._paused_for(now)
        granted = self._remind(asked, keeps, behind, 0 if pause else rates.reminders_per_second, now)
        return replace(granted, replies=tuple(replies), pause=pause / 1000)

    def _remind(self, asked: Asked, keeps: int, behind: int, most: int, now: int) -> Granted:
        """Grant permits for reminders, of which there may be ``most``; while replies wait, none."""
        permits, wants = self._permits, asked.reminders
        share, lacking = permits.share_of(asked.process, most)
        behind_all = behind + permits.behind(asked.process)
        may = 0 if behind_all else min(wants, max(share - keeps, 0)) if lacking else wants
        first = [at - now for at in takewhile(lambda at: at <= now + AHEAD, islice(permits.free(most, now), may))]
        held = keeps + len(first)
        permits.hold(asked.process, Holder(held, now + LEASE, wants - len(first), behind))
        wait = min(max(permits.full_for(most, now) - AHEAD, STEP), RENEW) if len(first) < wants else 0
        needed = min(held, behind_all + min(max(held - share, 0), lacking))
        return Granted((), tuple(at / 1000 for at in first), keeps, needed, wait / 1000)

    def _forget(self, now: int) -> None:
        self._permits.forget(now)
        recent = {chat: [min(at, now) for at in times if now - at < _span(chat)] for chat, times in self._chats.items()}
        self._chats = {chat: times for chat, times in recent.items() if times}

    def _reply(self, chat: ChatId, full: int, rates: Rates, now: int) -> int:
        """Grant a reply that may leave, where that is ``full`` for so long; else the milliseconds until it may."""
        wait = full
        if chat is not None:
            times, limits = self._chats.get(str(chat), []), [(rates.chat_per_second, LONGEST)]
            limits += [(rates.group_per_minute, LONGEST_MINUTE)] * _is_group(str(chat))
            wait = max(wait, *(times[-most] + span - now if len(times) >= most else 0 for most, span in limits))
        if not wait:
            self._note(chat, now)
        return wait

    def _note(self, chat: ChatId, now: int) -> None:
        self._permits.count(1, now + LONGEST, now)
        if chat is not None:
            self._chats.setdefault(str(chat), []).append(now)

    def _limit(self, limited: Mapping[int, float], now: int) -> None:
        recent = {chat: each for chat, each in self._limited.items() if 0 <= now - each[0] < 1000 * STORM_SECONDS}
        self._limited = recent | {str(chat): (now, now + round(1000 * each)) for chat, each in limited.items()}
        if limited and len(self._limited) > 1:
            self._pause = now, max(now + self._paused_for(now), *(until for _, until in self._limited.values()))

    def _paused_for(self, now: int) -> int:
        """Milliseconds; a pause that began in the future is of a clock that was set back since."""
        since, until = self._pause
        return max(until - now, 0) if since <= now else 0


def _is_group(chat: str) -> bool:
    return chat.startswith("-")  # an update may have words in the place of a number


def _span(chat: str) -> int:
    """For how long it counts what a chat was sent."""
    return LONGEST_MINUTE if _is_group(chat) else LONGEST
