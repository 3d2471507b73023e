"""A picture is uploaded once; after that Telegram's id stands for it, as long as the file is the same."""

from pathlib import Path

import pytest

from bot.messages.pictures import Pictures


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "foot.png").write_bytes(b"a foot")
    return tmp_path / "foot.png"


@pytest.fixture
def kept() -> dict[str, str]:
    """Return what is kept over a restart."""
    return {}


@pytest.fixture
def pictures(file: Path, kept: dict[str, str]) -> Pictures:
    return Pictures({"foot": file}, kept, kept.__setitem__)


def test_a_picture_that_was_never_sent_is_a_file(pictures: Pictures) -> None:
    assert pictures.file_id("foot") is None
    assert pictures.content("foot") == b"a foot"


def test_a_file_id_is_learnt_and_reported_once(pictures: Pictures, kept: dict[str, str]) -> None:
    pictures.remember("foot", "first")
    pictures.remember("foot", "second")
    assert pictures.file_id("foot") == "first"
    assert list(kept.values()) == ["first"]


def test_a_file_id_is_used_after_a_restart_until_the_file_changes(
    pictures: Pictures, kept: dict[str, str], file: Path
) -> None:
    pictures.remember("foot", "id")
    assert Pictures({"foot": file}, kept, print).file_id("foot") == "id"
    assert Pictures({"renamed": file}, kept, print).file_id("renamed") == "id", "the file counts, not its name"
    file.write_bytes(b"a better foot")
    assert Pictures({"foot": file}, kept, print).file_id("foot") is None


def test_a_refused_file_id_is_forgotten_and_learnt_again(pictures: Pictures, kept: dict[str, str]) -> None:
    pictures.remember("foot", "old")
    assert pictures.forget("foot")
    assert pictures.file_id("foot") is None
    assert not pictures.forget("foot"), "there was none any more"
    pictures.remember("foot", "new")
    assert pictures.file_id("foot") == "new"
    assert list(kept.values()) == ["new"]


def test_keys_fit_into_their_column(pictures: Pictures, kept: dict[str, str]) -> None:
    pictures.remember("foot", "id")
    assert all(len(key) <= 120 for key in kept)
