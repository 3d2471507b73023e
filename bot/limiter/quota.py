"""What all processes of one bot may send together, as one small text that the database keeps for them.

Time is the database's alone, in milliseconds. A grant counts until a second after it could last be used, or, once it is
told when it was, until a second after that: so a second never holds more than may be, whichever process sent it, and
little is lost to grants that may still be used.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, repeat, takewhile

from bot import json
from bot.limiter.rates import MINUTE, SECOND, STORM_SECONDS, Rates

STEP = 5
"""What counts is kept in steps of so many milliseconds."""
VALID_SECONDS = 0.1
"""For how long a grant may be used."""
AHEAD = 20
"""Reminders are granted what is free in so many milliseconds: about as long as it takes to claim them."""
SPAN, LONGEST = round(1000 * SECOND), round(1000 * (SECOND + VALID_SECONDS))
"""For how long one counts that has left, and one that may still leave."""
LONGEST_MINUTE = round(1000 * (MINUTE + VALID_SECONDS))
Chat = int | None
"""Where a reply is a new message; None if it changes one that is there."""


@dataclass(frozen=True)
class Asked:
    """In which chats a process wants to reply, and how many reminders it wants to send.

    ``unasked`` are the replies it has sent without asking, ``over`` how many of which grants for reminders it has used
    or does not need, ``left`` how many reminders have left how many milliseconds ago, and ``limited`` for how many
    seconds Telegram has limited which chats.
    """

    replies: Sequence[Chat] = ()
    reminders: int = 0
    unasked: Sequence[Chat] = ()
    over: Mapping[int, int] = field(default_factory=dict)
    left: Mapping[int, int] = field(default_factory=dict)
    limited: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Granted:
    """After how many seconds each reply may leave, if asked again unless that is 0; and each of so many reminders.

    ``wait`` is the seconds until more reminders are worth asking for, ``pause`` those for which the bot is paused,
    ``queued`` those for which the question stood behind others' in the database. ``number`` is what it is called.
    """

    replies: tuple[float, ...]
    reminders: tuple[float, ...]
    wait: float = 0.0
    pause: float = 0.0
    queued: float = 0.0
    number: int = 0


class Quota:
    """How many count until when, when who was last replied to, and the limits of the last ten seconds.

    Read from ``text``, empty at first.
    """

    def __init__(self, text: str = "") -> None:
        kept = json.loads(text.encode()) if text else {}
        self._counts: dict[int, int] = dict(enumerate(kept.get("counts", []), kept.get("first", 0)))
        self._chats: dict[str, list[int]] = kept.get("chats", {})
        self._limited: dict[str, tuple[int, int]] = kept.get("limited", {})
        self._paused_until: int = kept.get("paused_until", 0)

    @property
    def text(self) -> str:
        """All of it, to be kept."""
        first, last = min(self._counts, default=0), max(self._counts, default=-1)
        counts = [self._counts.get(step, 0) for step in range(first, last + 1)]
        total = {"first": first, "counts": counts, "paused_until": self._paused_until}
        return json.dumps(total | {"chats": self._chats, "limited": self._limited}).decode()

    @property
    def counted(self) -> int:
        """How many count, when it was last asked."""
        return sum(self._counts.values())

    def ask(self, asked: Asked, rates: Rates, now: int) -> Granted:
        """Grant what there is: to replies first, to reminders what is not kept for replies, and none in a pause."""
        now = self._forget(now)
        self._settle(asked, now)
        self._limit(asked.limited, now)
        pause = max(self._paused_until - now, 0)
        for chat in asked.unasked:
            self._note(chat, now)
        replies = tuple(self._reply(chat, rates, now) / 1000 for chat in asked.replies)
        is_behind = any(replies) and self._full_for(rates.per_second, now) > 0
        free = self._free(rates.reminders_per_second, now)
        soon = takewhile(lambda at: at <= now + AHEAD, islice(free, asked.reminders))
        reminders = tuple((at - now) / 1000 for at in soon) if not is_behind and not pause else ()
        number = _step(now + LONGEST)
        self._count(number, len(reminders))
        wait = 0 if len(reminders) == asked.reminders else max(self._oldest(now) - now - AHEAD, STEP)
        return Granted(replies, reminders, wait / 1000, pause / 1000, number=number)

    def _forget(self, now: int) -> int:
        """Forget what counts no more; returns what time it is, as the clock may have been set back."""
        self._counts = {step: each for step, each in self._counts.items() if now < step * STEP <= now + 2 * LONGEST}
        now = max(now, max(self._counts, default=0) * STEP - LONGEST - STEP)
        recent = {chat: [at for at in times if 0 <= now - at < _span(chat)] for chat, times in self._chats.items()}
        self._chats = {chat: times for chat, times in recent.items() if times}
        return now

    def _settle(self, asked: Asked, now: int) -> None:
        for number, over in asked.over.items():
            if number in self._counts:
                self._counts[number] -= min(over, self._counts[number])
        for ago, left in asked.left.items():
            self._count(_step(now - ago + SPAN), left)

    def _reply(self, chat: Chat, rates: Rates, now: int) -> int:
        """Grant a reply that may leave; else the milliseconds until it may."""
        wait = self._full_for(rates.per_second, now)
        if chat is not None:
            times, limits = self._chats.get(str(chat), []), [(rates.chat_per_second, LONGEST)]
            limits += [(rates.group_per_minute, LONGEST_MINUTE)] * _is_group(str(chat))
            wait = max(wait, *(times[-most] + span - now if len(times) >= most else 0 for most, span in limits))
        if not wait:
            self._note(chat, now)
        return wait

    def _note(self, chat: Chat, now: int) -> None:
        self._count(_step(now + LONGEST), 1)
        if chat is not None:
            self._chats.setdefault(str(chat), []).append(now)

    def _count(self, step: int, number: int) -> None:
        if number:
            self._counts[step] = self._counts.get(step, 0) + number

    def _free(self, most: int, now: int) -> Iterator[int]:
        """When one more may leave, when one more after that, and so on, where ``most`` may in a second."""
        room = most - self.counted
        yield from repeat(now, room)
        over = max(-room, 0)
        for step in sorted(self._counts):
            yield from repeat(step * STEP, self._counts[step] - over)
            over = max(over - self._counts[step], 0)

    def _full_for(self, most: int, now: int) -> int:
        return next(self._free(most, now)) - now

    def _oldest(self, now: int) -> int:
        """When the first counts no more."""
        return min((step for step, number in self._counts.items() if number), default=_step(now) + 1) * STEP

    def _limit(self, limited: Mapping[int, float], now: int) -> None:
        recent = {chat: each for chat, each in self._limited.items() if now - each[0] < 1000 * STORM_SECONDS}
        self._limited = recent | {str(chat): (now, now + round(1000 * each)) for chat, each in limited.items()}
        if limited and len(self._limited) > 1:
            self._paused_until = max(self._paused_until, *(until for _, until in self._limited.values()))


def _is_group(chat: str) -> bool:
    return chat.startswith("-")  # an update may have words in the place of a number


def _span(chat: str) -> int:
    """For how long it counts what a chat was sent."""
    return LONGEST_MINUTE if _is_group(chat) else LONGEST


def _step(at: int) -> int:
    """The first that begins then or later."""
    return -(-at // STEP)
