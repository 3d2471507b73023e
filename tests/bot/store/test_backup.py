"""Copies of the database: whole, private, without words, and put back without those who were erased."""

import os
import shutil
import sqlite3
import stat
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.errors import StoreError
from bot.store import Store, backup, bot_state, cramps, diaries, erasure, erasure_marks, inbox, people
from bot.store.cramps import Cramp
from bot.store.vault import SealError
from tests.bot.store.annas_schedules import ANNA, BO, NOW
from tests.support.cramps import BAD, VAULT

MINUTE = timedelta(minutes=1)


def live(connection: Connection) -> None:
    for chat, zone in ((ANNA, "Antarctica/Troll"), (BO, "Antarctica/Vostok")):
        people.set_zone(connection, chat, zone)
    inbox.add(connection, [(1, b"my calf, at four")], NOW)


def keep_diaries(connection: Connection) -> None:
    """Give both a diary with one cramp."""
    for chat in (ANNA, BO):
        diaries.agree(connection, chat, VAULT, NOW - MINUTE, consented_to="1", language="en")
        cramps.add(connection, chat, VAULT, BAD, message_id=1, now=BAD.at)


async def diaries_in(url: str) -> dict[int, list[Cramp] | None]:
    """Return the entries of both; None without a diary. Raises ``SealError`` if a key is missing."""
    async with Store.open(url) as store:
        sealed = {chat: await store.read(partial(cramps.read, chat_id=chat)) for chat in (ANNA, BO)}
    return {chat: diary.open(VAULT) if diary else None for chat, diary in sealed.items()}


def erase_anna(connection: Connection) -> None:
    erasure.erase(connection, ANNA, 2, NOW + MINUTE)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "charley.db"


@pytest.fixture
async def copy(sqlite_url: str, file: Path, tmp_path: Path) -> Path:
    """Return a copy that was made while the database was in use; Anna was erased after that."""
    target = tmp_path / "copy"
    async with Store.open(sqlite_url) as store:
        await store.write(live)
        backup.copy(file, target, NOW)
        await store.write(erase_anna)
    return target


def zones(file: Path) -> list[Any]:
    with closing(sqlite3.connect(file)) as database:
        return [zone for (zone,) in database.execute("SELECT zone FROM person ORDER BY chat_id")]


async def test_a_copy_is_whole_and_private_and_has_nobodys_words(copy: Path) -> None:
    assert zones(copy) == ["Antarctica/Troll", "Antarctica/Vostok"]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert b"my calf, at four" not in copy.read_bytes()
    assert [path.name for path in copy.parent.glob("copy*")] == ["copy"]


async def test_f72_who_was_erased_since_the_copy_does_not_come_back(copy: Path, file: Path, sqlite_url: str) -> None:
    restored = await backup.restore(copy, file, NOW + 2 * MINUTE)
    assert (restored.copied_at, restored.erased_again) == (NOW, 1)
    assert zones(file) == ["Antarctica/Vostok"]
    assert b"Antarctica/Troll" not in file.read_bytes()
    again = await backup.restore(copy, file, NOW + 3 * MINUTE)
    assert again.erased_again == 1, "the marks survive a restore"
    async with Store.open(sqlite_url) as store:
        assert backup.COPIED_AT not in await store.read(bot_state.read_all)


async def test_the_database_of_before_is_kept(copy: Path, file: Path) -> None:
    restored = await backup.restore(copy, file, NOW + 2 * MINUTE)
    assert restored.old_file
    assert zones(restored.old_file) == ["Antarctica/Vostok"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not file.with_name("charley.db.restoring").exists()


async def test_a_second_restore_keeps_what_the_first_one_has_kept(copy: Path, file: Path) -> None:
    shutil.copy(copy, second := copy.with_name("second"))
    first = await backup.restore(copy, file, NOW + 2 * MINUTE)
    again = await backup.restore(second, file, NOW + 2 * MINUTE)
    assert first.old_file
    assert again.old_file
    assert first.old_file != again.old_file
    with closing(sqlite3.connect(first.old_file)) as database:
        assert database.execute("SELECT count(*) FROM memory WHERE key LIKE 'erased:%'").fetchone() == (1,)


async def test_a_database_that_cannot_be_read_is_kept_with_what_belongs_to_it(copy: Path, file: Path) -> None:
    file.write_bytes(b"holiday pictures" * 100)
    Path(f"{file}.left").write_bytes(b"what has left")
    restored = await backup.restore(copy, file, NOW + 2 * MINUTE, without_erasures=True)
    assert restored.old_file
    assert restored.old_file.read_bytes() == b"holiday pictures" * 100
    assert Path(f"{restored.old_file}.left").read_bytes() == b"what has left"


async def test_f66_an_older_version_puts_its_copy_back_over_a_newer_database(copy: Path, file: Path) -> None:
    with closing(sqlite3.connect(file)) as newer, newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
        newer.execute("CREATE TABLE letters (id INTEGER PRIMARY KEY)")
    restored = await backup.restore(copy, file, NOW + 2 * MINUTE)
    assert (restored.erased_again, zones(file)) == (1, ["Antarctica/Vostok"])
    async with Store.open(f"sqlite:///{file}"):
        pass


async def test_who_came_back_before_the_copy_stays(sqlite_url: str, file: Path, tmp_path: Path) -> None:
    async with Store.open(sqlite_url) as store:
        await store.write(erase_anna)
        await store.write(live)
        backup.copy(file, tmp_path / "copy", NOW + 2 * MINUTE)
    assert (await backup.restore(tmp_path / "copy", file, NOW + 3 * MINUTE)).erased_again == 0


async def test_a_database_that_is_in_use_is_not_replaced(copy: Path, file: Path, sqlite_url: str) -> None:
    async with Store.open(sqlite_url):
        with pytest.raises(StoreError, match="another process is using this SQLite file"):
            await backup.restore(copy, file, NOW + MINUTE)


@pytest.mark.parametrize("loss", ["gone", "damaged", "old copy", "copied by hand"])
async def test_a_restore_that_could_bring_somebody_back_is_refused(loss: str, copy: Path, file: Path) -> None:
    marks = await _marks(file)
    now = NOW + 2 * MINUTE
    if loss == "gone":
        file.unlink()
    elif loss == "damaged":
        file.write_bytes(b"holiday pictures" * 100)
    elif loss == "old copy":
        now = NOW + erasure_marks.KEPT + MINUTE
    else:
        shutil.copy(file.with_name("copy"), copy.with_name("by hand"))
        copy = copy.with_name("by hand")
        with closing(sqlite3.connect(copy)) as database, database:
            database.execute("DELETE FROM memory WHERE key = 'copied_at'")
    before = file.read_bytes() if file.exists() else b""
    with pytest.raises(StoreError, match="nobody can know who was erased"):
        await backup.restore(copy, file, now)
    assert (file.read_bytes() if file.exists() else b"") == before
    if loss in {"gone", "damaged"}:
        assert (await backup.restore(copy, file, now, marks=marks)).erased_again == 1
    else:
        await backup.restore(copy, file, now, without_erasures=True)
        assert zones(file) == ["Antarctica/Vostok"], "what is known is applied in any case"


# Diaries


async def test_f72_a_copy_and_the_master_key_show_no_diary_that_was_erased(
    sqlite_url: str, file: Path, tmp_path: Path
) -> None:
    async with Store.open(sqlite_url) as store:
        await store.write(keep_diaries)
        keys = await store.read(diaries.read_keys)
        backup.copy(file, tmp_path / "copy", NOW)
        await store.write(partial(diaries.erase, chat_id=ANNA, now=NOW + MINUTE))
        later = await store.read(diaries.read_keys)
    content = (tmp_path / "copy").read_bytes()
    assert [key in content for key in keys.values()] == [False, False]
    shutil.copy(tmp_path / "copy", tmp_path / "stolen.db")  # without `restore`, which erases again
    async with Store.open(f"sqlite:///{tmp_path / 'stolen.db'}") as store:
        assert await store.write(partial(diaries.restore_keys, keys=later)) == 1
        sealed = await store.read(partial(cramps.read, chat_id=ANNA))
        assert sealed
        with pytest.raises(SealError):
            sealed.open(VAULT)
    restored = await backup.restore(tmp_path / "copy", file, NOW + 2 * MINUTE)
    assert (restored.erased_again, restored.closed_diaries) == (1, 0)
    assert await diaries_in(sqlite_url) == {ANNA: None, BO: [BAD]}


async def test_keys_that_were_kept_elsewhere_open_the_diaries_of_a_copy(
    sqlite_url: str, file: Path, tmp_path: Path
) -> None:
    async with Store.open(sqlite_url) as store:
        await store.write(keep_diaries)
        backup.copy(file, tmp_path / "copy", NOW)
        marks = await store.read(erasure_marks.load)
    kept = backup.keys_in(file)
    assert kept
    keys = diaries.parse_keys(diaries.format_keys(kept))
    file.unlink()
    restored = await backup.restore(tmp_path / "copy", file, NOW + MINUTE, marks=marks)
    assert restored.closed_diaries == 2
    assert backup.keys_in(file) == {}
    restored = await backup.restore(tmp_path / "copy", file, NOW + MINUTE, marks=marks, keys=keys)
    assert restored.closed_diaries == 0
    assert await diaries_in(sqlite_url) == {ANNA: [BAD], BO: [BAD]}


async def test_a_second_restore_finds_the_keys_that_only_the_first_database_had(
    sqlite_url: str, file: Path, tmp_path: Path
) -> None:
    async with Store.open(sqlite_url) as store:
        backup.copy(file, tmp_path / "empty", NOW)
        await store.write(keep_diaries)
        backup.copy(file, tmp_path / "copy", NOW)
    await backup.restore(tmp_path / "empty", file, NOW + MINUTE)
    assert backup.keys_in(file) == {}
    restored = await backup.restore(tmp_path / "copy", file, NOW + 2 * MINUTE)
    assert restored.closed_diaries == 0
    assert await diaries_in(sqlite_url) == {ANNA: [BAD], BO: [BAD]}


async def test_f72_a_diary_that_was_closed_since_the_copy_stays_closed(
    sqlite_url: str, file: Path, tmp_path: Path
) -> None:
    """Anna closed hers, and Bo closed and opened his again."""
    async with Store.open(sqlite_url) as store:
        await store.write(keep_diaries)
        backup.copy(file, tmp_path / "copy", NOW)
        for chat in (ANNA, BO):
            await store.write(partial(diaries.withdraw, chat_id=chat, now=NOW + MINUTE))
        agree = partial(diaries.agree, chat_id=BO, vault=VAULT, consented_to="1", language="en")
        await store.write(partial(agree, now=NOW + 2 * MINUTE))
    await backup.restore(tmp_path / "copy", file, NOW + 3 * MINUTE)
    async with Store.open(sqlite_url) as store:
        stored = {chat: await store.read(partial(diaries.read, chat_id=chat)) for chat in (ANNA, BO)}
    assert {chat: diary and diary.withdrawn_at for chat, diary in stored.items()} == {ANNA: NOW + MINUTE, BO: None}


async def test_a_database_from_before_the_diary_can_be_copied(sqlite_url: str, file: Path, tmp_path: Path) -> None:
    async with Store.open(sqlite_url):
        pass
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("DROP TABLE diary_key")
    backup.copy(file, tmp_path / "copy", NOW)
    assert backup.keys_in(file) == {}
    file.write_bytes(b"holiday pictures" * 100)
    assert backup.keys_in(file) is None


async def _marks(file: Path) -> erasure_marks.Marks:
    async with Store.open(f"sqlite:///{file}") as store:
        return await store.read(erasure_marks.load)


@pytest.mark.parametrize("content", [b"", b"holiday pictures" * 100])
async def test_what_is_no_copy_is_refused_and_changes_nothing(content: bytes, copy: Path, file: Path) -> None:
    copy.write_bytes(content)
    with pytest.raises(StoreError, match=f"^{copy}: cannot be used as a copy"):
        await backup.restore(copy, file, NOW + MINUTE)
    assert zones(file) == ["Antarctica/Vostok"]


async def test_a_copy_that_is_cut_off_is_refused(copy: Path, file: Path) -> None:
    copy.write_bytes(copy.read_bytes()[:-8192])
    with pytest.raises(StoreError, match=f"^{copy}: "):
        await backup.restore(copy, file, NOW + MINUTE)
    assert zones(file) == ["Antarctica/Vostok"]


async def test_the_folder_of_a_copy_is_made_and_private(sqlite_url: str, file: Path, tmp_path: Path) -> None:
    async with Store.open(sqlite_url):
        backup.copy(file, tmp_path / "backups" / "monday.db", NOW)
    assert stat.S_IMODE((tmp_path / "backups").stat().st_mode) == 0o700


async def test_a_copy_that_cannot_be_read_is_refused_with_the_reason(file: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=rf"^{tmp_path}/nowhere: .*uid {os.geteuid()}.*\(No such file or directory\)"):
        await backup.restore(tmp_path / "nowhere", file, NOW)


def test_a_copy_never_replaces_a_file(tmp_path: Path) -> None:
    (tmp_path / "copy").write_text("mine")
    with pytest.raises(StoreError, match="is there already"):
        backup.copy(tmp_path / "charley.db", tmp_path / "copy", NOW)
    assert (tmp_path / "copy").read_text() == "mine"


async def test_a_copy_that_fails_leaves_no_keys_behind(sqlite_url: str, file: Path, tmp_path: Path) -> None:
    async with Store.open(sqlite_url) as store:
        await store.write(keep_diaries)
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("DROP TABLE inbox")
    with pytest.raises(StoreError, match="cannot be used as a copy"):
        backup.copy(file, tmp_path / "copy", NOW)
    assert list(tmp_path.glob("copy*")) == []


def test_a_database_that_is_not_there_is_not_copied(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"^DATABASE_URL: there is no \S+/charley\.db yet"):
        backup.copy(tmp_path / "charley.db", tmp_path / "copy", NOW)
    assert list(tmp_path.iterdir()) == []
