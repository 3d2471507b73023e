"""The command line, as an operator meets it: with nothing but the environment, mostly in a process of its own."""

import asyncio
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest

from bot import VERSION, log
from bot import __main__ as command_line
from bot.config import ROOT
from bot.errors import OperatorError
from bot.store import Store, diaries, erasure, people
from simulator import Simulator
from tests.support import fork_server, running_bot
from tests.support.bot_process import Installation, running_process
from tests.support.conversation import Conversation
from tests.support.cramps import VAULT
from tests.support.key_files import private_key
from tests.support.postgresql import Server
from tests.support.recording import Requests
from tests.support.waiting import PATIENCE_SECONDS, until

TOKEN = "1234567890:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program without anything that lies about where it is developed, such as settings."""
    folder = tmp_path_factory.mktemp("tree")
    ignored = shutil.ignore_patterns("*.pyc.*", "*.svg")  # what Python has compiled is kept, unless it is being written
    for name in ("bot", "handlers", "scheduler", "assets"):
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for file in ROOT.glob("content*.yaml"):
        shutil.copy(file, folder)
    return folder


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


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Here:
    """Run a command as ``run``, but in this process, which takes a hundredth of the time."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str, **environment: str) -> Ended:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        try:
            status = command_line.main([*arguments])
        except SystemExit as end:
            status = int(str(end.code))
        return Ended(status, *capsys.readouterr())

    return command


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


@pytest.fixture
def forks(tmp_path: Path) -> Forks:
    return Forks(tmp_path / "commands")


def test_without_a_token_it_says_so_and_names_the_local_chat(tree: Path) -> None:
    ended = run(tree, PYTHONPATH=str(ROOT))
    assert ended.returncode == 2
    assert ended.stderr.splitlines() == ["TELEGRAM_BOT_TOKEN: is not set", command_line.LOCAL_CHAT]
    assert ended.stdout == ""
    assert "unset" not in ended.stderr, "there is nothing to unset"


def test_in_the_image_which_has_no_local_chat_it_says_how_to_give_the_token(tree: Path) -> None:
    ended = run(tree)
    assert ended.returncode == 2
    assert ended.stderr.splitlines() == ["TELEGRAM_BOT_TOKEN: is not set", command_line.IN_A_CONTAINER]


async def test_the_hint_after_a_refused_token_works_while_the_token_is_set(forks: Forks, tmp_path: Path) -> None:
    async with running_bot.telegram() as telegram:
        given = {"TELEGRAM_API_URL": telegram.url, "DATABASE_URL": f"sqlite:///{tmp_path / 'x'}", "PORT": "0"}
        ended = await forks.run(TELEGRAM_BOT_TOKEN=TOKEN, **given)
    assert ended.returncode == 2
    assert TOKEN not in ended.stdout
    assert ended.stdout.splitlines()[-2].startswith("TELEGRAM_BOT_TOKEN: Telegram refuses it")
    assert ended.stdout.splitlines()[-1] == command_line.LOCAL_CHAT
    assert "make run" not in command_line.LOCAL_CHAT, "with a token it starts the bot"


@pytest.mark.parametrize("arguments", [(), ("run",)])
def test_a_wrong_setting_is_a_line_with_its_name(arguments: tuple[str, ...], here: Here) -> None:
    given = {"TELEGRAM_BOT_TOKEN": TOKEN, "LOG_LEVEL": "loud", "DATABASE_URL": "oracle://anna:pa55word@x/y"}
    ended = here(*arguments, **given)
    assert ended.returncode == 2
    assert [line.partition(":")[0] for line in ended.stderr.splitlines()] == ["DATABASE_URL", "LOG_LEVEL"]
    assert "pa55word" not in ended.stderr
    assert "loud" not in ended.stderr


def test_check_needs_no_token(here: Here) -> None:
    ended = here("check")
    assert (ended.returncode, ended.stdout, ended.stderr) == (
        0,
        "The settings are valid.\nThe texts are valid: en, sv.\nTELEGRAM_BOT_TOKEN is not set yet.\n",
        "",
    )


def test_check_looks_at_every_setting_that_is_set(here: Here) -> None:
    wrong = {
        "TELEGRAM_BOT_TOKEN": "pa55word",
        "LOG_LEVEL": "loud",
        "DATABASE_URL": "oracle://anna:pa55word@x/y",
        "WEBHOOK_URL": "http://pa55word.example",
        "PORT": "70000",
        "MESSAGES_PER_SECOND": "0",
        "OPERATOR_IDS": "anna",
    }
    ended = here("check", **wrong)
    assert ended.returncode == 2
    assert {line.partition(":")[0] for line in ended.stderr.splitlines()} >= set(wrong)
    assert "pa55word" not in ended.stderr


def test_check_refuses_what_could_not_start(tree: Path, tmp_path: Path) -> None:
    """Content that is sound in itself, and a handler that cannot be made of it."""
    shutil.copytree(tree, tmp_path / "tree")
    (tmp_path / "tree" / "handlers" / "stumble.py").write_text(
        "from bot.errors import ContentError\n\n\ndef handlers(services):\n    raise ContentError('stumble: no words')\n"
    )
    ended = run(tmp_path / "tree", "check")
    assert (ended.returncode, ended.stderr) == (2, "stumble: no words\n")


@pytest.mark.parametrize("parameter", ["sslmode=loud", "pgbouncer=true", "port=x"])
def test_check_refuses_an_address_at_which_no_database_can_be(parameter: str, here: Here) -> None:
    ended = here("check", DATABASE_URL=f"postgresql://anna:pa55word@127.0.0.1/name?{parameter}")
    assert (ended.returncode, ended.stdout) == (3, "")
    (line,) = ended.stderr.splitlines()
    assert line.startswith("DATABASE_URL: ")
    assert "pa55word" not in line


@pytest.fixture
def broken(tree: Path) -> Iterator[tuple[Path, int]]:
    """Content with a key too many, and on which line it stands."""
    file = tree / "content.yaml"
    sound = file.read_text()
    file.write_text(f"{sound}weather: {{intro: x}}\n")
    yield tree, sound.count("\n") + 1
    file.write_text(sound)


def test_check_reports_wrong_content_with_file_line_and_key(broken: tuple[Path, int], here: Here) -> None:
    folder, line = broken
    ended = here("check", CONTENT_DIR=str(folder))
    assert ended.returncode == 2
    assert any(report.startswith(f"content.yaml:{line}: weather: ") for report in ended.stderr.splitlines())


def test_check_looks_at_the_content_that_would_be_used(here: Here, tmp_path: Path) -> None:
    ended = here("check", CONTENT_DIR=str(tmp_path))
    assert ended.returncode == 2
    assert ended.stderr.startswith("content.yaml: cannot be read")


def test_migrate_makes_the_tables_and_says_so(here: Here, tmp_path: Path) -> None:
    file = tmp_path / "new" / "charley.db"
    for _ in range(2):
        ended = here("migrate", DATABASE_URL=f"sqlite:///{file}")
        assert (ended.returncode, ended.stdout, ended.stderr) == (0, "The database is up to date.\n", "")
    with sqlite3.connect(file) as database:
        assert database.execute("SELECT count(*) FROM inbox").fetchone() == (0,)
    database.close()


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://anna:pa55word@127.0.0.1:1/name",
        "postgresql://anna:pa55word@127.0.0.1:port/name",
        "sqlite:////dev/null/charley.db",
    ],
)
def test_a_database_that_cannot_be_used_is_one_line(
    address: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", address)
    assert command_line.main(["migrate"]) == 3
    (line,) = "".join(capsys.readouterr()).splitlines()
    assert line.startswith("DATABASE_URL: ")
    assert "pa55word" not in line
    assert caplog.messages == []


def test_rotate_key_says_what_it_has_done(here: Here, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'charley.db'}"
    ended = here("rotate-key", DATABASE_URL=url)
    assert (ended.returncode, ended.stderr.partition(": ")[0]) == (2, "DATA_KEY_FILE")
    private_key(tmp_path / "charley.key")
    ended = here("rotate-key", DATABASE_URL=url)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("All diaries have the new key")


def test_what_it_does_not_know_it_refuses(here: Here) -> None:
    ended = here("dance")
    assert ended.returncode == 2
    assert "dance" in ended.stderr


def test_help_names_every_command(here: Here) -> None:
    ended = here("--help")
    assert ended.returncode == 0
    assert all(command in ended.stdout for command in ("run", "check", "explain", "migrate", "rotate-key", "capacity"))


def test_f67_the_log_knows_every_secret_before_the_bot_begins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "WEBHOOK_URL": "https://bot.example/t",
        "WEBHOOK_SECRET": "s" * 32,
        "HTTPS_PROXY": "http://anna:pa55word@proxy:3128",
    }.items():
        monkeypatch.setenv(name, value)

    def configure(level: str, *secrets: str) -> None:
        raise OperatorError(f"{level} {' '.join(sorted(secrets))}")

    shown: list[str] = []
    monkeypatch.setattr(log, "configure", configure)
    monkeypatch.setattr("builtins.print", lambda error, **_: shown.append(str(error)))
    assert command_line.main([]) == OperatorError.status
    assert shown == [f"INFO {TOKEN} pa55word {'s' * 32}"]


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
async def test_it_serves_until_a_signal_stops_it(ending: signal.Signals, tree: Path, tmp_path: Path) -> None:
    async with running_bot.telegram() as telegram, asyncio.timeout(PATIENCE_SECONDS):
        bo = Conversation(telegram, telegram.add_person("Bo"))
        async with process(telegram, tree, tmp_path) as bot:
            await bo.say("/start", 2)
            bot.send_signal(ending)
            assert await bot.wait() == 0
    written = (tmp_path / "log").read_text()
    assert telegram.token not in written
    assert "Traceback" not in written
    assert written.count("TELEGRAM_BOT_TOKEN_FILE: every user") == 1, "F69"
    told = [line.partition(" INFO ")[2] for line in written.splitlines() if " INFO " in line]
    assert told == [
        f"__main__: Starting Charley {VERSION} (SQLite {tmp_path / 'charley.db'}, long polling)",
        "bot.run: Running as @charley_bot",
        "__main__: Stopping, within 25 s",
        "__main__: Stopped",
    ]


async def test_f56_f99_a_second_process_does_not_even_poll(tree: Path, forks: Forks, tmp_path: Path) -> None:
    """Telegram would end the poll of the first one, which then would not poll for three seconds."""
    async with running_bot.telegram() as telegram, asyncio.timeout(PATIENCE_SECONDS):
        requests = Requests(telegram)
        bo = Conversation(telegram, telegram.add_person("Bo"))
        async with process(telegram, tree, tmp_path):
            await bo.say("/start", 2)
            await until(lambda: telegram.is_polled)
            before = len(requests.of("getUpdates"))
            second = await forks.run(**environment(telegram, tmp_path))
            assert len(requests.of("getUpdates")) == before
    assert second.returncode == 3
    assert second.stdout.splitlines()[-1] == "DATABASE_URL: another process is using this SQLite file"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_f32_a_signal_during_the_first_imports_ends_the_process_as_asked(
    number: int, tree: Path, tmp_path: Path
) -> None:
    (tmp_path / "uvloop.py").write_text(f"import os, time\nos.kill(os.getpid(), {number})\ntime.sleep(60)\n")
    ended = run(tree, PYTHONPATH=str(tmp_path), TELEGRAM_BOT_TOKEN=TOKEN)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_other_commands_end_with_a_signal_as_any_program(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    try:
        command_line.main(["capacity", "--people=9", "--times=9:00"])
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def environment(telegram: Simulator, folder: Path) -> dict[str, str]:
    """Return the settings of a bot whose files are in this folder."""
    return {
        "TELEGRAM_BOT_TOKEN_FILE": str(folder / "token"),
        "TELEGRAM_API_URL": telegram.url,
        "DATABASE_URL": f"sqlite:///{folder / 'charley.db'}",
        "LOG_LEVEL": "DEBUG",
    }


@asynccontextmanager
async def process(telegram: Simulator, tree: Path, folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """The bot as a process of its own, gone at the end of the block."""
    (folder / "token").write_text(telegram.token)
    (folder / "token").chmod(0o644)
    with (folder / "log").open("w") as log:
        bot = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            cwd=tree,
            env={"PATH": "", **environment(telegram, folder)},
            stdout=log,
            stderr=log,
        )
        try:
            yield bot
        finally:
            if bot.returncode is None:
                bot.kill()
                await bot.wait()


def test_the_clock_is_aware_and_in_utc() -> None:
    assert command_line.utc_now().utcoffset() == timedelta(0)


def test_explain_says_what_a_text_means_in_any_language(here: Here) -> None:
    ended = here("explain", "inte svullen men kramp i tårna")
    assert ended.returncode == 0
    assert ended.stdout.startswith("It means: relief (muscle foot).\n")


def test_voice_script_prints_the_words_of_a_routine_in_a_language(here: Here) -> None:
    ended = here("voice-script", "evening", "--language", "sv")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.splitlines()[1].startswith("0:20  Håll kvar i 10 sekunder. ")


@pytest.mark.parametrize(
    ("arguments", "named"), [(("yoga",), "no routine 'yoga'"), (("evening", "--language", "xx"), "no content in 'xx'")]
)
def test_voice_script_says_what_there_is(here: Here, arguments: tuple[str, ...], named: str) -> None:
    ended = here("voice-script", *arguments)
    assert ended.returncode == 2
    assert named in ended.stderr


def test_capacity_needs_no_setting_at_all(tree: Path) -> None:
    ended = run(tree, "capacity", "--people", "10000", "--times", "09:00,12:00", "--zones", "UTC,Europe/Stockholm")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("10,000 people x 2 reminders a day = 20,000 reminders a day\n")


@pytest.mark.parametrize(
    ("option", "value", "right"),
    [
        ("people", "0", "whole number from 1"),
        ("people", "many", "whole number from 1"),
        ("times", "25:00", "like 9:00"),
        ("times", "9:00,", "like 9:00"),
        ("times", "08:00:30+05:00", "like 9:00"),
        ("cap", "-1", "whole number from 1"),
        ("zones", "Mars/Here", "like Europe/Stockholm"),
    ],
)
def test_capacity_says_what_it_does_not_understand_and_what_is_right(
    option: str, value: str, right: str, capsys: pytest.CaptureFixture[str]
) -> None:
    sound = {"people": "10", "times": "09:00", "cap": "25", "zones": "UTC", option: value}
    with pytest.raises(SystemExit, match="2"):
        command_line.main(["capacity", *(f"--{name}={given}" for name, given in sound.items())])
    error = capsys.readouterr().err.splitlines()[-1]
    assert f"--{option}" in error
    assert right in error


def test_capacity_reads_times_as_the_chat_does() -> None:
    assert command_line.times("21:30,8:00,noon,08:00") == [time(8), time(12), time(21, 30)]


def test_a_command_ends_quietly_when_nobody_reads_on(tree: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "bot", "explain", "cramp"]
    try:
        ended = subprocess.run(command, cwd=tree, stdout=writing, stderr=subprocess.PIPE, timeout=60, check=False)
    finally:
        os.close(writing)
    assert (ended.returncode, ended.stderr) == (0, b"")


async def test_the_rehearsed_restore_of_a_running_bot(forks: Forks, tmp_path: Path) -> None:
    """What docs/operations.md tells an operator to do: copy while the bot runs, stop, restore, start."""
    given = {"DATABASE_URL": f"sqlite:///{tmp_path / 'charley.db'}"}
    copy = tmp_path / "backups" / "monday.db"
    copy.parent.mkdir()
    async with running_bot.telegram() as telegram:
        installation = Installation(telegram, tmp_path, program="bot", forked=True)
        bo, anna = (Conversation(telegram, telegram.add_person(name)) for name in ("Bo", "Anna"))
        async with running_process(installation):
            await bo.ask("/tip")
            await anna.ask("/tip")
            made = await forks.run("backup", str(copy), **given)
            assert made.returncode == 0
            refused = await forks.run("restore", str(copy), **given)
            assert (refused.returncode, "another process is using" in refused.stdout) == (3, True)
            await bo.ask("/tip")
            await anna.press(await anna.ask("/deletedata"), "erasure:all")
            marks = await forks.run("erasures", **given)
        (tmp_path / "erasures").write_text(marks.stdout)
        (tmp_path / "charley.db").unlink()  # as if the disk were lost
        refused = await forks.run("restore", str(copy), **given)
        assert (refused.returncode, "(--erasures)" in refused.stdout) == (3, True)
        known = ("--erasures", str(tmp_path / "erasures"))
        restored = await forks.run("restore", str(copy), *known, **given)
        assert restored.returncode == 0
        assert "are erased again: 1." in restored.stdout
        async with running_process(installation):
            await bo.ask("/help")
    with closing(sqlite3.connect(tmp_path / "charley.db")) as database:
        assert database.execute("SELECT chat_id, tips_seen FROM person").fetchall() == [(bo.person.id, 1)]


async def test_a_copy_of_postgresql_is_put_back_without_those_who_were_erased(
    server: Server, forks: Forks, tmp_path: Path
) -> None:
    """pg_dump and pg_restore as in docs/operations.md."""
    given = {"DATABASE_URL": server.new_database()}
    assert (await forks.run("migrate", **given)).returncode == 0
    async with Store.open(given["DATABASE_URL"]) as store:
        before = datetime.now(timezone.utc)
        agree = partial(diaries.agree, vault=VAULT, now=before, consented_to="1", language="sv")
        for chat in (1, 2, 3):
            await store.write(partial(people.set_language, chat_id=chat, language="sv"))
            await store.write(partial(agree, chat_id=chat))
        server.dump(given["DATABASE_URL"], tmp_path / "dump")
        await store.write(lambda connection: erasure.erase(connection, 1, 1, datetime.now(timezone.utc)))
        await store.write(lambda connection: diaries.erase(connection, 3, datetime.now(timezone.utc)))
    for command, file in (("erasures", "erasures"), ("diary-keys", "keys")):
        (tmp_path / file).write_text((await forks.run(command, **given)).stdout)
    server.restore(given["DATABASE_URL"], tmp_path / "dump")
    since = ("--since", before.isoformat())
    lacking = await forks.run("erase-again", str(tmp_path / "erasures"), *since, **given)
    assert lacking.stdout.startswith(
        "People who were erased again: 2.\nSome diaries have no key, so nobody can read them."
    )
    server.restore(given["DATABASE_URL"], tmp_path / "dump")
    known = ("--keys", str(tmp_path / "keys"))
    again = await forks.run("erase-again", str(tmp_path / "erasures"), *known, *since, **given)
    assert (again.returncode, again.stdout) == (0, "People who were erased again: 2.\n")
    async with Store.open(given["DATABASE_URL"]) as store:
        assert set(await store.read(lambda connection: people.get_known(connection, [1, 2, 3]))) == {2, 3}
        diary = await store.read(partial(diaries.read, chat_id=2))
        assert diary
        assert diaries.key_of(diary, VAULT)


@pytest.mark.parametrize("command", ["erasures", "diary-keys"])
async def test_what_restore_needs_is_never_an_empty_list_of_a_database_that_is_not_there(
    command: str, forks: Forks, tmp_path: Path
) -> None:
    file = tmp_path / "nowhere.db"
    ended = await forks.run(command, DATABASE_URL=f"sqlite:///{file}")
    assert (ended.returncode, ended.stdout) == (3, f"DATABASE_URL: {file} cannot be read\n")


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_with_postgresql_its_own_tools_are_named(command: str, here: Here) -> None:
    ended = here(command, "copy", DATABASE_URL="postgresql://anna:pa55word@127.0.0.1:1/name")
    assert ended.returncode == 2
    assert re.fullmatch(
        r"DATABASE_URL: this is for SQLite; with PostgreSQL, pg_\w+ .+: docs/operations\.md\n", ended.stderr
    )


@pytest.mark.parametrize("since", ["yesterday", "2026-11-30T03:00"])
def test_a_time_without_its_zone_is_refused(since: str, here: Here) -> None:
    ended = here("erase-again", "file", "--since", since)
    assert ended.returncode == 2
    assert "is not a time like 2026-11-30T03:00+01:00" in ended.stderr
