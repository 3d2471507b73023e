"""The limits of each chat. A chat is forgotten as soon as it has no pause and no recent message."""

import asyncio
from collections import OrderedDict

from bot.messages.rates import MINUTE, SECOND, Rates
from bot.messages.window import Window

FORGET_CHECKS = 2
"""Old chats that are checked for each new chat: more than one, so that the chats to forget never pile up."""


class ChatLimit:
    """One chat: the lock of whoever sends to it, how many wait for that, its pause, and its recent messages."""

    def __init__(self, rates: Rates, *, is_group: bool) -> None:
        self.lock = asyncio.Lock()
        self.users = 0
        self.paused_until = float("-inf")
        limits = [(rates.chat_per_second, SECOND), (rates.group_per_minute, MINUTE)]
        self._windows = [(limit, Window(seconds)) for limit, seconds in limits[: 1 + is_group]]

    def free_in(self, now: float, *, new: bool) -> float:
        """Return the seconds until a message may leave; edits (not ``new``) only wait for the pause."""
        waits = [window.free_in(limit, now) for limit, window in self._windows] if new else []
        return max(self.paused_until - now, 0.0, *waits)

    def add(self, now: float) -> None:
        """Count a new message."""
        for _, window in self._windows:
            window.add(now)

    def remove(self, departure: float) -> None:
        """Stop counting a message that was certainly not created."""
        for _, window in self._windows:
            window.remove(departure)

    def is_forgettable(self, now: float) -> bool:
        """Return whether a new object would behave the same."""
        return not self.users and self.paused_until <= now and not any(window.used(now) for _, window in self._windows)


class ChatLimits:
    """The chats with something to remember, and at most about as many others."""

    def __init__(self, rates: Rates) -> None:
        self._rates = rates
        self._chats: OrderedDict[int, ChatLimit] = OrderedDict()

    def __len__(self) -> int:
        return len(self._chats)

    def get(self, chat_id: int, now: float) -> ChatLimit:
        """Return the chat; a negative id is a group's."""
        chat = self._chats.get(chat_id)
        if chat is None:
            self._forget_some(now)
            is_group = str(chat_id).startswith("-")  # a malformed update may carry a word in place of a number
            chat = self._chats[chat_id] = ChatLimit(self._rates, is_group=is_group)
        return chat

    def _forget_some(self, now: float) -> None:
        """Check the oldest chats. Checking all of them at once would stall the event loop."""
        for _ in range(min(FORGET_CHECKS, len(self._chats))):
            chat_id, oldest = self._chats.popitem(last=False)
            if not oldest.is_forgettable(now):
                self._chats[chat_id] = oldest
