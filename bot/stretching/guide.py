"""What a topic says about the runs that it guides people through.

A topic that guides people (``bot.store.runs``) exports ``GUIDES``: for each kind of run, how it goes and how it looks.
Only the kind and a name are stored. The words are drawn from the state of things when an edit is due.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from bot.app import Services
from bot.content import Edition
from bot.messages.sender import Draft
from bot.store import Connection
from bot.store.people import Person
from bot.store.runs import Run
from bot.stretching.progress import Screen
from bot.stretching.timeline import Timeline

Draw: TypeAlias = Callable[[Services, Edition, Run, Screen, Person], Awaitable[Draft]]
"""Draws the message of a run."""
Finish: TypeAlias = Callable[[Services, Connection, Run, datetime], None]
"""Stores what follows from a run that is done at a moment (UTC): once, in the transaction that ends it."""


def nothing_follows(_services: Services, _connection: Connection, _run: Run, _now: datetime) -> None:
    """Store nothing, for guides whose end means nothing."""


@dataclass(frozen=True)
class Guide:
    """A kind of run.

    Attributes:
        timeline: Returns the phases of the run with this name; None if the content no longer has it.
        draw: Draws its message.
        finish: Stores what follows when it is done.

    """

    timeline: Callable[[Edition, str], Timeline | None]
    draw: Draw
    finish: Finish = nothing_follows


Guides: TypeAlias = Mapping[str, Guide]
"""The guides by kind of run."""
