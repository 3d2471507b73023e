"""What a topic puts off, and how it is drawn when it is due.

A topic that puts something off (``bot.store.deferred``) exports ``LATER``: for each kind a function that draws it.
Nothing is kept of what is to be said: it is drawn from what is true when it is due.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from bot.app import Services
from bot.messages.sender import Draft
from bot.store.outbox import Due


@dataclass(frozen=True)
class Turn:
    """What is shown now, and after how long there is another turn, if there is."""

    draft: Draft
    again: timedelta | None = None


Draw: TypeAlias = Callable[[Services, Due], Awaitable[Turn | None]]
"""Draws what is due; None if there is nothing to be said any more."""
