"""The limits of each chat. A chat is forgotten as soon as it has no pause and no recent message."""

import asyncio
from collections import OrderedDict
from enum import Enum, auto

from bot.messages.rates import MINUTE, SECOND, Rates
from bot.messages.window import Window

FORGET_CHECKS = 2
"""How many old chats are checked for each new chat. It is more than one, so that old chats never pile up."""


class Lane(Enum):
    """The lane of a message decides how much of its chat's burst it may use: relief all of it, a reminder none."""

    RELIEF = auto()
    REPLY = auto()
    REMINDER = auto()


class ChatLimit:
    """The limits of one chat: the lock that its sender holds, its pause, and what was sent to it lately.

    ``users`` counts the senders that hold the lock or wait for it. New messages spend the tokens of a bucket that holds
    ``chat_burst`` and gets one back each second. ``calls`` counts the calls for relief that wait for their turn:
    everything else leaves a token for each of them.
    """

    def __init__(self, rates: Rates, *, is_group: bool) -> None:
        self.lock = asyncio.Lock()
        self.users = 0
        self.calls = 0
        self.paused_until = float("-inf")
        self._rates = rates
        self._seconds_per_token = SECOND / rates.chat_per_second
        self._full_at = float("-inf")
        self._last_added = (float("-inf"), self._full_at)
        self._minute = Window(MINUTE) if is_group else None
        self._edits = Window(MINUTE)

    def free_in(self, now: float, *, new: bool, lane: Lane = Lane.REPLY) -> float:
        """Return the seconds until a message may leave: a new one, or without ``new`` an edit."""
        wait = max(self.paused_until - now, 0.0)
        if not new:
            is_pushed = lane is Lane.REMINDER
            limit = self._rates.pushed_edits_per_minute if is_pushed else self._rates.chat_edits_per_minute
            return max(wait, self._edits.free_in(limit, now))
        burst = self._rates.chat_burst
        tokens = {Lane.RELIEF: 1, Lane.REPLY: 1 + self.calls, Lane.REMINDER: burst + self.calls}[lane]
        wait = max(wait, self._full_at - now - (burst - tokens) * self._seconds_per_token)
        return max(wait, self._minute.free_in(self._rates.group_per_minute, now)) if self._minute else wait

    def add(self, now: float, *, new: bool = True) -> None:
        """Count a new message, or without ``new`` an edit."""
        if not new:
            self._edits.add(now)
            return
        self._last_added = (now, self._full_at)
        self._full_at = max(self._full_at, now) + self._seconds_per_token
        if self._minute:
            self._minute.add(now)

    def remove(self, departure: float) -> None:
        """Stop counting a message that was certainly not created.

        If another message was added since, the token of the first one stays spent.
        """
        last, full_at_before = self._last_added
        if departure == last:
            self._full_at = full_at_before
        if self._minute:
            self._minute.remove(departure)

    def is_forgettable(self, now: float) -> bool:
        """Return whether this object can be dropped: a new one would behave the same."""
        is_free = max(self._full_at, self.paused_until) <= now
        windows = [self._edits] if self._minute is None else [self._edits, self._minute]
        return is_free and not self.users and not self.calls and not any(window.used(now) for window in windows)


class ChatLimits:
    """The limits of chats: of all that cannot be forgotten yet, and of at most about as many that could be."""

    def __init__(self, rates: Rates) -> None:
        self._rates = rates
        self._chats: OrderedDict[int, ChatLimit] = OrderedDict()

    def __len__(self) -> int:
        return len(self._chats)

    def get(self, chat_id: int, now: float) -> ChatLimit:
        """Return the limits of a chat. A negative id is a group's."""
        chat = self._chats.get(chat_id)
        if chat is None:
            # Some of the oldest chats are forgotten if possible. Checking all at once would stall the event loop.
            for _ in range(min(FORGET_CHECKS, len(self._chats))):
                old_id, oldest = self._chats.popitem(last=False)
                if not oldest.is_forgettable(now):
                    self._chats[old_id] = oldest
            is_group = str(chat_id).startswith("-")  # a malformed update may carry a word in place of a number
            chat = self._chats[chat_id] = ChatLimit(self._rates, is_group=is_group)
        return chat
