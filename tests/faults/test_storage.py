"""Faults of the database file: nothing that was confirmed is lost, and nothing is half written."""

import asyncio
import os
import shutil
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.content.telegram_html import visible
from handlers import cramp
from tests.faults.bot_under_test import BotUnderTest
from tests.support import running_bot, sqlite_file
from tests.support.bot_process import Installation, Process, exit_status, running_process
from tests.support.conversation import HELP_TEXT, Conversation, words
from tests.support.sqlite_file import locked_after_commit
from tests.support.waiting import PATIENCE_SECONDS

STEPS = visible(cramp.steps(running_bot.content()["en"]).text)
WRITES_OF_ANOTHER, TIPS_IN_A_GROUP = 60, 4
COPIES, TIPS = 6, 36


def _add_tips(file: Path, times: int) -> None:
    """Add one to everybody's number of tips, ``times`` times, as another program would."""
    with closing(sqlite3.connect(file, isolation_level=None, timeout=PATIENCE_SECONDS)) as connection:
        for _ in range(times):
            connection.execute("BEGIN IMMEDIATE")
            for chat, seen in connection.execute("SELECT chat_id, tips_seen FROM person").fetchall():
                connection.execute("UPDATE person SET tips_seen = ? WHERE chat_id = ?", (seen + 1, chat))
            connection.execute("COMMIT")


async def test_f54_no_update_is_lost_between_two_writers(bot: BotUnderTest, bo: Conversation) -> None:
    await bo.ask("/tip")
    other = asyncio.create_task(asyncio.to_thread(_add_tips, bot.file, WRITES_OF_ANOTHER))
    groups = [
        Conversation(bot.simulator, bo.person, bot.simulator.phone.new_group(bo.person, "Walk")) for _ in range(10)
    ]
    for _ in range(TIPS_IN_A_GROUP):
        for group in groups:
            bot.simulator.phone.say(bo.person, "/tip", group.chat)
    for group in groups:
        await group.arrived(TIPS_IN_A_GROUP, 0)
    await other
    assert bot.rows("SELECT tips_seen FROM person") == [(1 + WRITES_OF_ANOTHER + TIPS_IN_A_GROUP * len(groups),)]


async def test_f55_relief_does_not_wait_for_a_locked_database(bot: BotUnderTest, bo: Conversation) -> None:
    await bo.ask("/help")
    async with locked_after_commit(bot.file):
        assert words(await bo.ask("/cramp")) == STEPS
        bot.simulator.phone.say(bo.person, "/tip")
    assert len(await bo.all_answers()) == 2, "the tip and the help, when the database is free"
    assert set(await bot.update_outcomes()) == {"done"}


async def test_f56_a_second_process_on_the_same_file_exits_and_does_no_harm(installation: Installation) -> None:
    simulator = installation.simulator
    bo = Conversation(simulator, simulator.add_person("Bo"))
    async with running_process(installation):
        assert words(await bo.ask("/help")) == HELP_TEXT
        second = await installation.start()
        assert await exit_status(second) == 3
        assert [words(message) for message in await bo.all_answers()] == [HELP_TEXT]
    (line,) = [line for line in installation.output().splitlines() if "DATABASE_URL" in line]
    assert "another process" in line
    assert "Traceback" not in installation.output()


def _copy_of(installation: Installation, process: Process, name: str) -> Path:
    """Copy the files of the database as they are at one moment. The process is stopped meanwhile."""
    os.kill(process.pid, signal.SIGSTOP)
    try:
        stat = Path(f"/proc/{process.pid}/stat")
        while stat.read_text().rpartition(")")[2].split()[0] != "T":
            os.sched_yield()
        folder = installation.folder / name
        folder.mkdir()
        for suffix in ("", "-wal"):
            shutil.copy(installation.folder / f"charley.db{suffix}", folder)
    finally:
        os.kill(process.pid, signal.SIGCONT)
    return folder


async def test_f57_a_copy_of_any_moment_is_sound_and_has_everything_that_was_answered(
    installation: Installation,
) -> None:
    simulator = installation.simulator
    bo = Conversation(simulator, simulator.add_person("Bo"))
    async with running_process(installation) as process:
        await bo.ask("/help")
        for _ in range(TIPS):
            simulator.phone.say(bo.person, "/tip")
        for number in range(COPIES):
            await bo.arrived(2 + number * TIPS // COPIES, 0)
            answered = simulator.judge.counts[bo.chat.id] - 1
            _check(_copy_of(installation, process, str(number)), answered)
        await bo.arrived(1 + TIPS, 0)
    assert installation.rows("SELECT tips_seen FROM person") == [(TIPS,)]


def _check(copy: Path, answered: int) -> None:
    assert sqlite_file.rows(copy, "PRAGMA integrity_check") == [("ok",)]
    ((seen,),) = sqlite_file.rows(copy, "SELECT tips_seen FROM person")
    assert answered <= seen <= TIPS


async def test_f57_a_bot_continues_from_such_a_copy(installation: Installation) -> None:
    simulator = installation.simulator
    bo = Conversation(simulator, simulator.add_person("Bo"))
    async with running_process(installation) as process:
        for _ in range(TIPS):
            simulator.phone.say(bo.person, "/tip")
        await bo.arrived(TIPS // 2, 0)
        copy = _copy_of(installation, process, "copy")
        await bo.arrived(TIPS, 0)
    before = simulator.judge.counts[bo.chat.id]
    left = sqlite_file.rows(copy, "SELECT count(*) FROM inbox WHERE state IN ('new', 'applied')")[0][0]
    async with running_process(Installation(simulator, copy, forked=True)):
        assert words((await bo.all_answers())[-1]) == HELP_TEXT
    assert simulator.judge.counts[bo.chat.id] == before + left + 2, (
        "what was open in the copy, the help and the settings"
    )
    assert sqlite_file.rows(copy, "SELECT tips_seen FROM person") == [(TIPS,)]
