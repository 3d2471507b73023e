"""The sent log: numbers in a file that outlives the process."""

import os
import signal
from pathlib import Path

import pytest

from bot.sent_log import SentLog


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "charley.db.left"


def test_notes_survive_a_restart(path: Path) -> None:
    with SentLog(path) as log:
        for number in (7, 2**62, 1):
            log.add(number)
        log.add(8)
        log.remove(8)
    with SentLog(path) as log:
        assert log.ids() == {1, 7, 2**62}


def test_notes_survive_a_kill(path: Path) -> None:
    child = os.fork()
    if not child:
        SentLog(path).add(7)
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    with SentLog(path) as log:
        assert log.ids() == {7}


def test_the_last_of_noting_and_striking_counts(path: Path) -> None:
    with SentLog(path) as log:
        for _ in range(2):
            log.add(7)
            assert log.ids() == {7}
            log.remove(7)
            assert log.ids() == set()


def test_a_cleared_log_is_empty(path: Path) -> None:
    with SentLog(path) as log:
        log.add(7)
        log.clear()
        log.clear()
        assert path.stat().st_size == 0
        log.add(8)
        assert log.ids() == {8}


def test_half_a_note_does_not_count(path: Path) -> None:
    path.write_bytes((7).to_bytes(8, "little") + b"\x08\x00\x00")
    with SentLog(path) as log:
        assert log.ids() == {7}


def test_nobody_else_may_read_it(path: Path) -> None:
    with SentLog(path):
        assert path.stat().st_mode & 0o077 == 0
