"""What a topic has put off until later, and how it is drawn when it is due.

A topic that puts something off (``bot.store.deferred``) exports ``DEFERRED``: for each kind, a function that draws it.
Only the kind and a little data are stored. The words are drawn from the state of things at the moment they are due.
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
    """What to show now. If something else follows it, ``repeat_after`` says after how long to draw it."""

    draft: Draft
    repeat_after: timedelta | None = None


Draw: TypeAlias = Callable[[Services, ClaimedRow], Awaitable[DueMessage | None]]
"""Draws a row of the outbox that is due. None means that there is nothing to say any more."""
