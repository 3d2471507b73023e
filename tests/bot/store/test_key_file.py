"""The file with the keys of the diaries: made once, private, and refused if it is anything else."""

import os
import stat
from pathlib import Path

import pytest

from bot.config.sources import CONTAINER_SECRETS
from bot.errors import SettingsError
from bot.store import key_file
from bot.store.vault import new_key


def private(path: Path, text: str) -> Path:
    path.write_text(text, encoding="ascii")
    path.chmod(0o600)
    return path


def test_the_first_start_makes_a_private_file_and_later_ones_read_it(tmp_path: Path) -> None:
    path = tmp_path / "charley.key"
    made = key_file.read_or_make(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [len(key) for key in made.keys] == [32]
    assert key_file.read_or_make(path) == key_file.read(path) == made
    assert [file.name for file in tmp_path.iterdir()] == ["charley.key"]


def test_the_name_of_the_file_is_on_the_disk_before_its_key_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut cannot be made here, so the calls that guard against it are noted."""
    synced: list[tuple[str, bool]] = []
    sync = os.fsync

    def note(descriptor: int) -> None:
        synced.append((str(Path(f"/proc/self/fd/{descriptor}").readlink()), (tmp_path / "charley.key").exists()))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    key_file.read_or_make(tmp_path / "charley.key")
    assert synced == [(str(tmp_path / "charley.key.new"), False), (str(tmp_path), True)]


def test_a_draft_that_a_crash_left_does_no_harm(tmp_path: Path) -> None:
    private(tmp_path / "charley.key.new", "")
    assert key_file.read_or_make(tmp_path / "charley.key").keys


def test_the_first_line_is_the_first_key(tmp_path: Path) -> None:
    keys = [new_key(), new_key()]
    path = private(tmp_path / "key", "\n".join(key.hex() for key in keys))
    assert list(key_file.read(path).keys) == keys


@pytest.mark.parametrize("text", ["", "\n", "no key", "ab" * 31, f"{'ab' * 32} {'ab' * 31}"])
def test_a_file_with_something_else_is_refused_and_not_shown(text: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^DATA_KEY_FILE: .*key must have a key of 64 hexadecimal digits") as error:
        key_file.read(private(tmp_path / "key", text))
    assert not text.strip() or text not in str(error.value)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_bytes(b"\xff" * 32)
    path.chmod(0o600)
    with pytest.raises(SettingsError, match="64 hexadecimal digits"):
        key_file.read(path)


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o601])
def test_a_file_that_everybody_can_use_is_refused(mode: int, tmp_path: Path) -> None:
    path = private(tmp_path / "key", new_key().hex())
    path.chmod(mode)
    with pytest.raises(SettingsError, match=r"^DATA_KEY_FILE: every user of this machine can use .*chmod 600"):
        key_file.read(path)


def test_the_secrets_of_a_container_may_be_readable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_file, "CONTAINER_SECRETS", tmp_path)
    path = private(tmp_path / "key", new_key().hex())
    path.chmod(0o444)
    assert key_file.read(path).keys
    assert CONTAINER_SECRETS.is_absolute()


@pytest.mark.parametrize(("path", "line"), [
    pytest.param(None, "is not set", id="not set"),
    pytest.param(Path("/nowhere/key"), "/nowhere/key does not exist", id="nowhere"),
    pytest.param(Path("/"), "cannot read /", id="a folder"),
])  # fmt: skip
def test_a_key_that_cannot_be_read_is_one_line(path: Path | None, line: str) -> None:
    with pytest.raises(SettingsError, match=f"^DATA_KEY_FILE: .*{line}") as error:
        key_file.read(path)
    assert "\n" not in str(error.value)


def test_a_folder_that_is_missing_is_one_line() -> None:
    with pytest.raises(SettingsError, match=r"^DATA_KEY_FILE: .*cannot make /nowhere/charley.key"):
        key_file.read_or_make(Path("/nowhere/charley.key"))
