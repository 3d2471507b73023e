"""How updates ended, stored many at a time, and noted at once where there is a journal.

A commit takes milliseconds, in which a process that dies would leave what it has answered to be answered again.
"""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime

from bot.errors import StoreError
from bot.store import Connection, Store, inbox

RETRY_SECONDS = 1.0


class Endings:
    """Kept until they are stored, whatever the database does; ``clock`` gives aware UTC."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._journal = store.answered
        self._ended: list[tuple[int, str]] = []
        self.left = self._journal.numbers() if self._journal else set()
        """What an earlier run had only noted, to be settled once."""

    def note(self, number: int, state: str) -> bool:
        """Take note of one; true if ``store`` is to be called for it."""
        self._ended.append((number, state))
        if self._journal and state == "done":
            with contextlib.suppress(OSError):  # it will be stored soon
                self._journal.note(number)
        return len(self._ended) == 1

    async def store(self, stored: Callable[[int], None]) -> None:
        """Store them all, and call ``stored`` with the number of each."""
        while self._ended:
            try:
                ended = await self._store.write(self._finish)
            except StoreError:
                await asyncio.sleep(RETRY_SECONDS)
                continue
            del self._ended[: len(ended)]
            self._forget()
            for number, _ in ended:
                stored(number)

    def settle(self, connection: Connection) -> None:
        """Store what is ``left``."""
        if self.left:
            inbox.finish(connection, [(number, "done") for number in self.left], self._clock())

    def _finish(self, connection: Connection) -> list[tuple[int, str]]:
        ended = self._ended[:]
        inbox.finish(connection, ended, self._clock())
        return ended

    def _forget(self) -> None:
        """Keep in the journal only what is not stored."""
        if not self._journal:
            return
        with contextlib.suppress(OSError):
            self._journal.clear()
            for number, state in self._ended:
                if state == "done":
                    self._journal.note(number)
