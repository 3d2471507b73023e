"""Has pictures and pages rendered by a short-lived process, one at a time."""

import asyncio
import logging
import subprocess
import sys
from typing import Any

from bot.config import ROOT
from bot.parsing import lenient_json

SECONDS = 20.0
"""The longest that a page may take."""
MOST_WAITING = 20
"""The most pictures and pages that wait or are being rendered. The last one waits about as many seconds."""
log = logging.getLogger(__name__)


class RendererBusyError(Exception):
    """As many pictures and pages as allowed are waiting."""


class Renderer:
    """Renders one thing at a time, so that many reports do not take the processor from those who are in pain."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._waiting = 0

    async def picture(self, svg: str) -> bytes | None:
        """Return an SVG as PNG; None if that fails. Raises ``RendererBusyError``."""
        return await self._render({"svg": svg})

    async def page(self, data: dict[str, Any]) -> bytes | None:
        """Return a report as PDF; None if that fails. Raises ``RendererBusyError``."""
        return await self._render({"page": data})

    async def _render(self, job: dict[str, Any]) -> bytes | None:
        if self._waiting == MOST_WAITING:
            raise RendererBusyError
        self._waiting += 1
        try:
            async with self._turn:
                rendering = _Rendering(lenient_json.dumps(job))
                try:
                    return await asyncio.to_thread(rendering.run)
                finally:  # nobody waits for it any more if we were cancelled
                    rendering.kill()
        finally:
            self._waiting -= 1


class _Rendering:
    """A process that renders one job.

    It is started in a thread. uvloop would start it in the event loop, by a fork that copies the bot's page tables, and
    the loop would stand still for ten milliseconds.
    """

    def __init__(self, job: bytes) -> None:
        self._job = job
        self._process: subprocess.Popen[bytes] | None = None
        self._is_killed = False

    def run(self) -> bytes | None:
        """Start the process, and return what it has rendered; None if it fails."""
        with subprocess.Popen(
            [sys.executable, "-m", "bot.diary.render_process"],
            cwd=ROOT,
            env={},  # it needs no token and no address of the database
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # an error could quote what is in the diary
        ) as self._process:
            if self._is_killed:
                self._process.kill()
            try:
                rendered, _ = self._process.communicate(self._job, timeout=SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                rendered = b""
        if self._process.returncode == 0 and rendered:
            return rendered
        if not self._is_killed:
            log.warning(
                "Cannot render a page or a picture of a diary (status %s); the words are sent alone",
                self._process.returncode,
                extra={"action": "diary_not_rendered"},
            )
        return None

    def kill(self) -> None:
        """Kill the process if it has not ended, even if it is still being started."""
        self._is_killed = True
        if self._process:
            self._process.kill()
