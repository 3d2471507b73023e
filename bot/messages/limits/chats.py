"""What each chat may still be sent; chats are forgotten as soon as nothing is to be remembered of them."""

import asyncio
from collections import OrderedDict

from bot.messages.limits.rates import MINUTE, SECOND, Rates
from bot.messages.limits.window import Window

LOOKED_AT = 2
"""More than one, so that there are never many to be forgotten."""


class Chat:
    """One chat: whose turn it is, how many have it or want it, until when it is paused, and what it got lately."""

    def __init__(self, rates: Rates, *, is_group: bool) -> None:
        self.turn = asyncio.Lock()
        self.wanted = 0
        self.paused_until = float("-inf")
        limits = [(rates.chat_per_second, SECOND), (rates.group_per_minute, MINUTE)]
        self._windows = [(most, Window(seconds)) for most, seconds in limits[: 1 + is_group]]

    def free_in(self, now: float, *, new: bool) -> float:
        """Seconds until something may be sent here: a ``new`` message, or a change of one that is there."""
        waits = [window.free_in(most, now) for most, window in self._windows] if new else []
        return max(self.paused_until - now, 0.0, *waits)

    def note(self, now: float) -> None:
        """Count a new message."""
        for _, window in self._windows:
            window.note(now)

    def take_back(self, at: float) -> None:
        """Count a message no more that has surely not been made."""
        for _, window in self._windows:
            window.take_back(at)

    def is_forgettable(self, now: float) -> bool:
        """Whether it is as good as one that was never heard of."""
        return not self.wanted and self.paused_until <= now and not any(each.used(now) for _, each in self._windows)


class Chats:
    """The chats of which something is to be remembered, and at most about as many others."""

    def __init__(self, rates: Rates) -> None:
        self._rates = rates
        self._known: OrderedDict[int, Chat] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def get(self, chat_id: int, now: float) -> Chat:
        """The chat of this number; a negative number is a group's."""
        chat = self._known.get(chat_id)
        if chat is None:
            self._forget(now)
            is_group = str(chat_id).startswith("-")  # an update may have words in the place of a number
            chat = self._known[chat_id] = Chat(self._rates, is_group=is_group)
        return chat

    def _forget(self, now: float) -> None:
        """For each chat that comes, look at two that have been there for long: all at once would take too long."""
        for _ in range(min(LOOKED_AT, len(self._known))):
            number, oldest = self._known.popitem(last=False)
            if not oldest.is_forgettable(now):
                self._known[number] = oldest
