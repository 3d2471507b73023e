"""Has pictures and pages made by a short-lived process, one at a time."""

import asyncio
import logging
import subprocess
import sys
from typing import Any

from bot.config import ROOT
from bot.parsing import lenient_json

SECONDS = 20.0
"""The longest that a page may take."""
log = logging.getLogger(__name__)


class Press:
    """Makes one thing at a time, so that many reports do not take the processor from those who are in pain."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def picture(self, svg: str) -> bytes | None:
        """Return an SVG as PNG; None if that fails."""
        return await self._make({"svg": svg})

    async def page(self, data: dict[str, Any]) -> bytes | None:
        """Return a report as PDF; None if that fails."""
        return await self._make({"page": data})

    async def _make(self, job: dict[str, Any]) -> bytes | None:
        async with self._turn:
            return await asyncio.to_thread(_render, lenient_json.dumps(job))


def _render(job: bytes) -> bytes | None:
    """Let a process of its own render a job, and return the result.

    In a thread, ``subprocess`` starts a process without copying the bot's page tables. Starting it from the event loop
    would block that for ten milliseconds.
    """
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "bot.diary.press"],
            cwd=ROOT,
            input=job,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # an error could quote what is in the diary
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        status: int | str = "timeout"
    else:
        if ended.returncode == 0 and ended.stdout:
            return ended.stdout
        status = ended.returncode
    log.warning(
        "Cannot render a page or a picture of a diary (status %s); the words are sent alone",
        status,
        extra={"action": "diary_not_rendered"},
    )
    return None
