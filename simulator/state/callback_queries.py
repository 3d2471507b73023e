"""Button presses that wait for the bot's answer. The Bot API calls a press a callback query."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from simulator.clock import Clock
from simulator.json_objects import Json

ANSWERABLE_FOR = timedelta(seconds=60)
"""By the simulator's clock. Telegram does not publish its own limit."""


@dataclass(slots=True)
class Press:
    """One callback query. `answer` is None until the bot answers; its fields are answered, text, show_alert and url.

    `opens_game`: the button opens a game, so the answer may be its address.
    """

    id: str
    at: datetime
    opens_game: bool = False
    answer: Json | None = None
    answered: asyncio.Event = field(default_factory=asyncio.Event)


class Presses:
    """The presses of the last minute, by callback query id."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._numbers = count(4_000_000_000_000_000_001)  # as large as Telegram's: no float holds them exactly
        self._open: dict[str, Press] = {}

    def add(self, *, opens_game: bool = False) -> Press:
        """Record that a button was pressed now, and return the press."""
        self._forget_old()
        press = Press(str(next(self._numbers)), self._clock(), opens_game)
        self._open[press.id] = press
        return press

    def answer(self, query_id: str, answer: Json) -> bool:
        """Answer a press. Return False if there is no such press or it is too old. Only the first answer is shown."""
        self._forget_old()
        press = self._open.get(query_id)
        if press is None:
            return False
        press.answer = press.answer or answer
        press.answered.set()
        return True

    def opens_game(self, query_id: str) -> bool:
        """Return whether a press waits for the address of a game."""
        return query_id in self._open and self._open[query_id].opens_game

    def _forget_old(self) -> None:
        oldest_kept = self._clock() - ANSWERABLE_FOR
        while self._open:
            press = next(iter(self._open.values()))
            if press.at > oldest_kept:
                return
            del self._open[press.id]
