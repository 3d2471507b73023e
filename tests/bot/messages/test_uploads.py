"""A picture is uploaded once; after that Telegram's id stands for it, as long as the file is the same."""

from pathlib import Path

import pytest

from bot.messages.uploads import Uploads


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "foot.png").write_bytes(b"a foot")
    return tmp_path / "foot.png"


@pytest.fixture
def kept() -> dict[str, str]:
    """Return what is kept over a restart."""
    return {}


@pytest.fixture
def uploads(file: Path, kept: dict[str, str]) -> Uploads:
    return Uploads({"foot": file}, kept, kept.__setitem__)


def test_a_picture_that_was_never_sent_is_a_file(uploads: Uploads) -> None:
    assert uploads.file_id("foot") is None
    assert uploads.content("foot") == b"a foot"


def test_a_file_id_is_learnt_and_reported_once(uploads: Uploads, kept: dict[str, str]) -> None:
    uploads.remember("foot", "first")
    uploads.remember("foot", "second")
    assert uploads.file_id("foot") == "first"
    assert list(kept.values()) == ["first"]


def test_a_file_id_is_used_after_a_restart_until_the_file_changes(
    uploads: Uploads, kept: dict[str, str], file: Path
) -> None:
    uploads.remember("foot", "id")
    assert Uploads({"foot": file}, kept, print).file_id("foot") == "id"
    assert Uploads({"renamed": file}, kept, print).file_id("renamed") == "id", "the file counts, not its name"
    file.write_bytes(b"a better foot")
    assert Uploads({"foot": file}, kept, print).file_id("foot") is None


def test_a_refused_file_id_is_forgotten_and_learnt_again(uploads: Uploads, kept: dict[str, str]) -> None:
    uploads.remember("foot", "old")
    assert uploads.forget("foot")
    assert uploads.file_id("foot") is None
    assert not uploads.forget("foot"), "there was none any more"
    uploads.remember("foot", "new")
    assert uploads.file_id("foot") == "new"
    assert list(kept.values()) == ["new"]


def test_keys_fit_into_their_column(uploads: Uploads, kept: dict[str, str]) -> None:
    uploads.remember("foot", "id")
    assert all(len(key) <= 120 for key in kept)
