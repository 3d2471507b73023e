"""Commands as an operator gives them, and what they have done."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tests.support import fork_server
from tests.support.waiting import PATIENCE_SECONDS

TOKEN = "1234567890:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    ended = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env={"PATH": "", "PYTHONWARNINGS": "error", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in ended.stderr
    assert TOKEN not in ended.stdout + ended.stderr
    return ended


class Ended(NamedTuple):
    """What a command that ran in this process has done."""

    returncode: int
    stdout: str
    stderr: str


Here = Callable[..., Ended]


@dataclass(frozen=True)
class Forks:
    """Run commands in forks of a process that has imported the bot, which takes a twentieth of the time."""

    folder: Path

    async def run(self, *arguments: str, **environment: str) -> Ended:
        """Run a command in its folder. All of its output is in ``stdout``."""
        self.folder.mkdir(exist_ok=True)
        (self.folder / "log").unlink(missing_ok=True)
        fork = fork_server.start("bot", arguments, self.folder, {"PATH": "", **environment})
        async with asyncio.timeout(PATIENCE_SECONDS):
            status = await fork.wait()
        output = (self.folder / "log").read_text()
        assert "Traceback" not in output
        return Ended(status, output, "")
