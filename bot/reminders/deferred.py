"""Deferred messages: a topic stores one now, and writes it when it is due.

A topic that defers messages (``bot.store.deferred``) exports ``DEFERRED``: for each kind of message, a function that
draws it. To draw a message is to write its words and buttons. Only the kind and a little data are stored, so the
message shows the state of things at the moment when it is due.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from bot.app import Services
from bot.messages.sender import Draft
from bot.store.claiming import ClaimedRow


@dataclass(frozen=True)
class DueMessage:
    """The message to show now. With ``repeat_after``, it is drawn and shown once more after that time."""

    draft: Draft
    repeat_after: timedelta | None = None


Draw: TypeAlias = Callable[[Services, ClaimedRow], Awaitable[DueMessage | None]]
"""Draws the message of a due row of the outbox. Returns None if there is nothing to say any more."""
