"""Start bot processes as forks of a process that has imported the bot and read its content.

Such a start takes a twentieth of the processor time of ``python -m bot``. The forks are real processes: they have their
own environment, folder and output, and can be signalled and killed.
"""

import asyncio
import contextlib
import multiprocessing
import os
import runpy
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path

PRELOAD = "tests.support.preloaded_bot"


@dataclass(frozen=True)
class ForkedProcess:
    """A fork, with the part of the interface of ``asyncio.subprocess.Process`` that tests use."""

    process: ForkServerProcess
    pid: int

    @property
    def returncode(self) -> int | None:
        """The exit status, below 0 for a signal, or None while the process runs."""
        return self.process.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless the process has ended."""
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """End the process by SIGKILL."""
        self.process.kill()

    async def wait(self) -> int:
        """Wait for the process to end; return its exit status."""
        loop = asyncio.get_running_loop()
        while (status := self.returncode) is None:
            ended = asyncio.Event()
            loop.add_reader(self.process.sentinel, ended.set)
            try:
                await ended.wait()
            finally:
                loop.remove_reader(self.process.sentinel)
        return status


def start(program: str, arguments: tuple[str, ...], folder: Path, environment: Mapping[str, str]) -> ForkedProcess:
    """Run ``python -m <program>`` in a fork. Its output goes to the file ``log`` in the folder."""
    (folder / "log").touch()  # so that it can be read at once
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([PRELOAD])
    process = context.Process(target=_run, args=(program, arguments, folder, dict(environment)))
    process.start()
    assert process.pid
    return ForkedProcess(process, process.pid)


def _run(program: str, arguments: tuple[str, ...], folder: Path, environment: dict[str, str]) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    log = os.open("log", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for output in (sys.stdout, sys.stderr):
        os.dup2(log, output.fileno())
    sys.argv = [program, *arguments]
    runpy.run_module(program, run_name="__main__", alter_sys=True)
