"""The file of an SQLite database belongs to one process and one user."""

import errno
import fcntl
import os
import stat
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bot.errors import StoreError
from bot.store import Store
from tests.bot.store.engine.test_store import remember
from tests.support.other_user import another_user


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Return the address of an empty SQLite database."""
    return f"sqlite:///{tmp_path / 'charley.db'}"


async def test_a_second_process_is_kept_off_the_file(sqlite_url: str) -> None:
    async with Store.open(sqlite_url):
        with pytest.raises(StoreError, match="another process is using this SQLite file"):
            async with Store.open(sqlite_url):
                pytest.fail("it must not be opened")
    async with Store.open(sqlite_url) as store:
        await remember(store, "a")


async def test_the_folder_of_the_file_is_made(tmp_path: Path) -> None:
    async with Store.open(f"sqlite:///{tmp_path / 'new' / 'folder' / 'charley.db'}") as store:
        await remember(store, "a")
    assert (tmp_path / "new" / "folder" / "charley.db").is_file()


async def test_a_folder_that_cannot_be_used_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    file = tmp_path / "file" / "charley.db"
    with pytest.raises(StoreError) as caught:
        async with Store.open(f"sqlite:///{file}"):
            pytest.fail("it must not be opened")
    assert str(caught.value) == f"DATABASE_URL: this process (uid {os.geteuid()}) cannot use {file} (Not a directory)"


async def test_a_folder_of_another_user_is_reported_with_what_to_run() -> None:
    with TemporaryDirectory() as name:
        Path(name).chmod(0o555)
        with another_user() as uid, pytest.raises(StoreError) as caught:
            async with Store.open(f"sqlite:///{name}/charley.db"):
                pytest.fail("it must not be opened")
    line = f"DATABASE_URL: this process (uid {uid}) cannot use {name}/charley.db (Permission denied); "
    assert str(caught.value) == line + f"give it the folder: chown -R {uid} {name}"


async def test_f79_a_file_of_another_program_is_refused_and_not_touched(tmp_path: Path) -> None:
    """Closed to other users, a file like /etc/passwd would keep everybody out."""
    file, beside = tmp_path / "passwd", tmp_path / "passwd-"
    for other in (file, beside):
        other.write_text("root:x:0:0\n")
        other.chmod(0o644)
    with pytest.raises(StoreError) as caught:
        async with Store.open(f"sqlite:///{file}"):
            pytest.fail("it must not be opened")
    assert str(caught.value) == f"DATABASE_URL: {file} is not an SQLite database; name another file"
    assert {path.name for path in tmp_path.iterdir()} == {"passwd", "passwd-"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (file, beside)} == {0o644}


async def test_f56_a_disk_that_cannot_lock_files_is_reported(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A network disk without a lock service answers ENOLCK. None can be mounted here."""

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(StoreError, match=r"^DATABASE_URL: this disk cannot lock files \(No locks available\); put the"):
        async with Store.open(sqlite_url):
            pytest.fail("it must not be opened")


def modes(folder: Path) -> dict[str, int]:
    return {file.name: stat.S_IMODE(file.stat().st_mode) for file in (folder, *folder.iterdir())}


async def test_nobody_else_can_read_the_files(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    before = os.umask(0o022)
    try:
        async with Store.open(f"sqlite:///{folder / 'charley.db'}") as store:
            await remember(store, "a")
            endings = {"", "-wal", "-shm", ".lock", ".left", ".answered"}
            assert modes(folder) == {"data": 0o700} | {f"charley.db{ending}": 0o600 for ending in endings}
    finally:
        os.umask(before)


async def test_files_that_everybody_could_read_are_closed_at_the_next_start(tmp_path: Path) -> None:
    async with Store.open(f"sqlite:///{tmp_path / 'charley.db'}"):
        pass
    (tmp_path / "charley.db").chmod(0o644)
    (tmp_path / "charley.db.left").chmod(0o666)
    (tmp_path / "mine").touch(0o644)
    tmp_path.chmod(0o755)
    async with Store.open(f"sqlite:///{tmp_path / 'charley.db'}"):
        after = modes(tmp_path)
    assert (after["charley.db"], after["charley.db.left"]) == (0o640, 0o660), "a group may make the backups"
    assert (after["mine"], after[tmp_path.name]) == (0o644, 0o755), "a folder that was there is the operator's"
