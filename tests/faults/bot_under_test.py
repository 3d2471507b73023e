"""The bot to which a fault happens, and everything that a test can see of it."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.content.telegram_html import visible
from bot.updates.polling import Poller
from simulator import Simulator
from tests.support import sqlite_file
from tests.support.conversation import HELP_TEXT
from tests.support.recording import Pauses, Requests
from tests.support.running_bot import running_with_limits


@dataclass
class BotUnderTest:
    """A bot that runs in this process, with its database in ``folder``, and a Telegram that a test can make fail."""

    simulator: Simulator
    folder: Path
    requests: Requests
    pauses: Pauses
    log: pytest.LogCaptureFixture
    poller: Poller = field(init=False)

    @property
    def file(self) -> Path:
        """The file of the database."""
        return self.folder / "charley.db"

    @asynccontextmanager
    async def running(self, **settings: Any) -> AsyncIterator[None]:
        """Run the bot until the end of the block. It must not end by itself."""
        async with running_with_limits(self.simulator, self.folder, **settings) as self.poller:
            yield

    def complaints(self) -> list[str]:
        """Return the warnings and errors that the bot logged.

        That a busy machine skips a tick does not count.
        """
        records = [record for record in self.log.records if record.name != "apscheduler.scheduler"]
        return [record.getMessage() for record in records if record.levelno >= logging.WARNING]

    def requests_for_help(self) -> int:
        """Return how many requests the replies to ``/help`` took."""
        texts = [visible(request.parameters.text("text")) for request in self.requests.of("sendMessage")]
        return texts.count(HELP_TEXT)

    def rows(self, query: str, *values: Any) -> list[Any]:
        """Return the rows of a query on the database."""
        return sqlite_file.rows(self.folder, query, *values)

    async def update_outcomes(self) -> dict[str, int]:
        """Wait until every update is done or dead; return the number of each."""
        return await sqlite_file.update_outcomes(self.folder)
