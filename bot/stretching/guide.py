"""Guides: how a topic guides people through runs of its kinds.

A topic that guides people (``bot.store.runs``) exports ``GUIDES``: for each kind of run, its phases and the function
that draws its message. To draw a message is to write its words and buttons. Only the kind and a name are stored, so
the message shows the state of things when its edit is due.
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
"""Stores the consequences of a run that was done at a moment (UTC). Called once, in the transaction that ends the
run."""


def nothing_follows(_services: Services, _connection: Connection, _run: Run, _now: datetime) -> None:
    """Store nothing: the ``finish`` of guides whose runs have no consequences."""


@dataclass(frozen=True)
class Guide:
    """How people are guided through runs of one kind.

    Attributes:
        timeline: Returns the phases of a run, given its name; None if the content no longer has that name.
        draw: Draws the message of a run.
        finish: Stores the consequences of a run that is done.

    """

    timeline: Callable[[Edition, str], Timeline | None]
    draw: Draw
    finish: Finish = nothing_follows


Guides: TypeAlias = Mapping[str, Guide]
"""The guides by kind of run."""
