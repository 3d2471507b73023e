"""Inline queries: what people write after the bot's name in any chat, and what the bot answers."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from simulator.clock import Clock
from simulator.json_objects import Json

ANSWERABLE_FOR = timedelta(seconds=30)
"""By the simulator's clock. Telegram does not publish its own limit."""


@dataclass(slots=True)
class InlineQuery:
    """An inline query of a person, and the answer.

    - `results`: the InlineQueryResult objects as the bot sent them.
    - `contents`: by result id: the fields of the message that the result becomes.
    - `button`: the InlineQueryResultsButton object above the results.
    """

    id: str
    person_id: int
    text: str
    at: datetime
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    results: list[Json] = field(default_factory=list)
    contents: dict[str, Json] = field(default_factory=dict)
    button: Json | None = None
    next_offset: str = ""


class InlineQueries:
    """All inline queries with their answers, by query id."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._numbers = count(6_000_000_000_000_000_001)
        self._by_id: dict[str, InlineQuery] = {}

    def __getitem__(self, query_id: str) -> InlineQuery:
        return self._by_id[query_id]

    def add(self, person_id: int, text: str) -> InlineQuery:
        """Record that a person has written a query now."""
        query = InlineQuery(str(next(self._numbers)), person_id, text, self._clock())
        self._by_id[query.id] = query
        return query

    def open(self, query_id: str) -> InlineQuery | None:
        """Return a query that can still be answered, for the first time or again."""
        query = self._by_id.get(query_id)
        return query if query and self._clock() - query.at < ANSWERABLE_FOR else None
