"""The commands about the database, as an operator meets them."""

import re
import sqlite3
from contextlib import closing
from datetime import datetime, timezone
from functools import partial
from pathlib import Path

import pytest

from bot import __main__ as command_line
from bot.store import Store, diaries, erasure, people
from tests.support import running_bot
from tests.support.bot_process import Installation, running_process
from tests.support.command_line import Forks, Here
from tests.support.conversation import Conversation
from tests.support.cramps import VAULT
from tests.support.key_files import private_key
from tests.support.postgresql import Server


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
