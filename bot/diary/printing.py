"""Has pictures and pages made by a short-lived process, one at a time."""

import asyncio
import logging
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
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot.diary.press"),
                cwd=ROOT,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,  # an error could quote what is in the diary
            )
            try:
                async with asyncio.timeout(SECONDS):
                    result, _ = await process.communicate(lenient_json.dumps(job))
            except TimeoutError:
                process.kill()
                await process.wait()
                result = b""
        if process.returncode or not result:
            log.warning(
                "Cannot render a page or a picture of a diary (status %s); the words are sent alone",
                process.returncode,
                extra={"action": "diary_not_rendered"},
            )
            return None
        return result
