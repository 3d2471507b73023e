"""What goes wrong with the database file: nothing that was told to anybody is lost, and nothing is half written."""

import asyncio
import os
import shutil
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.content.telegram_html import visible
from bot.updates.polling import Poller
from handlers import cramp
from simulator import Simulator
from tests.support import running_bot
from tests.support.bot_process import Installation, exit_status, running_process
from tests.support.conversation import HELP_TEXT, Conversation, words
from tests.support.recording import Pauses
from tests.support.sqlite_file import locked_after_commit, rows, update_outcomes
from tests.support.waiting import PATIENCE_SECONDS

STEPS = visible(cramp.steps(running_bot.content()["en"]).text)
OTHERS, EACH = 60, 4
COPIES, TIPS = 6, 36


def _count_along(file: Path, times: int) -> None:
    """Another program that reads, adds one and writes, as many times."""
    with closing(sqlite3.connect(file, isolation_level=None, timeout=PATIENCE_SECONDS)) as connection:
        for _ in range(times):
            connection.execute("BEGIN IMMEDIATE")
            for chat, seen in connection.execute("SELECT chat_id, tips_seen FROM person").fetchall():
                connection.execute("UPDATE person SET tips_seen = ? WHERE chat_id = ?", (seen + 1, chat))
            connection.execute("COMMIT")


async def test_f54_no_update_is_lost_between_two_who_write(
    bot: Poller, naps: Pauses, simulator: Simulator, bo: Conversation, tmp_path: Path
) -> None:
    await bo.ask("/tip")
    other = asyncio.create_task(asyncio.to_thread(_count_along, tmp_path / "charley.db", OTHERS))
    groups = [Conversation(simulator, bo.person, simulator.phone.new_group(bo.person, "Walk")) for _ in range(10)]
    for _ in range(EACH):
        for group in groups:
            simulator.phone.say(bo.person, "/tip", group.chat)
    for group in groups:
        await group.arrived(EACH, 0)
    await other
    assert rows(tmp_path, "SELECT tips_seen FROM person") == [(1 + OTHERS + EACH * len(groups),)]


async def test_f55_who_needs_relief_does_not_wait_for_a_locked_database(
    bot: Poller, naps: Pauses, simulator: Simulator, bo: Conversation, tmp_path: Path
) -> None:
    await bo.ask("/help")
    async with locked_after_commit(tmp_path / "charley.db"):
        assert words(await bo.ask("/cramp")) == STEPS
        simulator.phone.say(bo.person, "/tip")
    assert len(await bo.all_answers()) == 2, "and the others are answered when it is free"
    assert set(await update_outcomes(tmp_path)) == {"done"}


async def test_f56_a_second_process_on_the_same_file_ends_and_harms_nobody(tmp_path: Path) -> None:
    async with running_bot.telegram() as simulator:
        installation, bo = Installation(simulator, tmp_path), Conversation(simulator, simulator.add_person("Bo"))
        async with running_process(installation):
            assert words(await bo.ask("/help")) == HELP_TEXT
            second = await installation.start()
            assert await exit_status(second) == 3
            assert [words(message) for message in await bo.all_answers()] == [HELP_TEXT]
        (line,) = [line for line in installation.output().splitlines() if "DATABASE_URL" in line]
        assert "another process" in line
        assert "Traceback" not in installation.output()


def _copy_of(installation: Installation, process: asyncio.subprocess.Process, name: str) -> Path:
    """The database's files as they are at one moment: nothing moves while they are copied."""
    os.kill(process.pid, signal.SIGSTOP)
    try:
        os.waitid(os.P_PID, process.pid, os.WSTOPPED)
        folder = installation.folder / name
        folder.mkdir()
        for suffix in ("", "-wal"):
            shutil.copy(installation.folder / f"charley.db{suffix}", folder)
    finally:
        os.kill(process.pid, signal.SIGCONT)
    return folder


async def test_f57_a_copy_of_any_moment_is_sound_and_knows_all_that_was_told(tmp_path: Path) -> None:
    async with running_bot.telegram(keep=None) as simulator:
        installation, bo = Installation(simulator, tmp_path), Conversation(simulator, simulator.add_person("Bo"))
        async with running_process(installation) as process:
            await bo.ask("/help")
            for _ in range(TIPS):
                simulator.phone.say(bo.person, "/tip")
            for number in range(COPIES):
                await bo.arrived(2 + number * TIPS // COPIES, 0)
                told = simulator.judge.counts[bo.chat.id] - 1
                _check(_copy_of(installation, process, str(number)), told)
            await bo.arrived(1 + TIPS, 0)
        assert rows(tmp_path, "SELECT tips_seen FROM person") == [(TIPS,)]


def _check(copy: Path, told: int) -> None:
    assert rows(copy, "PRAGMA integrity_check") == [("ok",)]
    ((seen,),) = rows(copy, "SELECT tips_seen FROM person")
    assert told <= seen <= TIPS


async def test_f57_a_bot_goes_on_from_such_a_copy(tmp_path: Path) -> None:
    async with running_bot.telegram(keep=None) as simulator:
        installation, bo = Installation(simulator, tmp_path), Conversation(simulator, simulator.add_person("Bo"))
        async with running_process(installation) as process:
            for _ in range(TIPS):
                simulator.phone.say(bo.person, "/tip")
            await bo.arrived(TIPS // 2, 0)
            copy = _copy_of(installation, process, "copy")
            await bo.arrived(TIPS, 0)
        before = simulator.judge.counts[bo.chat.id]
        left = rows(copy, "SELECT count(*) FROM inbox WHERE state IN ('new', 'applied')")[0][0]
        async with running_process(Installation(simulator, copy)):
            assert words((await bo.all_answers())[-1]) == HELP_TEXT
        assert simulator.judge.counts[bo.chat.id] == before + left + 2, "what was open then, and what came now"
        assert rows(copy, "SELECT tips_seen FROM person") == [(TIPS,)]
