"""A new master key for the diaries."""

from datetime import datetime, timezone
from functools import partial
from pathlib import Path

import pytest

from bot import config
from bot.config import LocalSettings
from bot.errors import SettingsError
from bot.operations import key_rotation
from bot.store import Store, cramps, diaries, key_file
from bot.store.cramps import SealedCramps
from bot.store.vault import Vault, new_key
from tests.support.cramps import BAD
from tests.support.key_files import private_key

NOW = datetime(2026, 11, 1, tzinfo=timezone.utc)
OLD, NEW = new_key(), new_key()
PEOPLE = (7, 8, 9)


@pytest.fixture
async def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LocalSettings:
    """Return the settings of a database with three diaries of the old key."""
    monkeypatch.setattr(key_rotation, "BATCH", 2)
    url = f"sqlite:///{tmp_path / 'charley.db'}"
    old = Vault((OLD,))
    async with Store.open(url) as store:
        for chat in PEOPLE:
            await store.write(partial(diaries.agree, chat_id=chat, vault=old, now=NOW, consented_to="1", language="en"))
            await store.write(partial(cramps.add, chat_id=chat, vault=old, cramp=BAD, message_id=1, now=BAD.at))
    return config.make(LocalSettings, database_url=url, data_key_file=tmp_path / "key")


async def diaries_of(settings: LocalSettings) -> tuple[set[bytes], list[SealedCramps | None]]:
    async with Store.open(settings.database_url.get_secret_value()) as store:
        diaries_read = [await store.read(partial(cramps.read, chat_id=chat)) for chat in PEOPLE]
        return await store.read(diaries.master_keys), diaries_read


async def test_afterwards_the_new_key_alone_opens_everything(settings: LocalSettings, tmp_path: Path) -> None:
    private_key(tmp_path / "key", NEW, OLD)
    assert (await key_rotation.rotate(settings, NOW)).startswith("All diaries have the new key. You can")
    _, sealed = await diaries_of(settings)
    vault = key_file.read(private_key(tmp_path / "key", NEW))
    assert [diary.open(vault) for diary in sealed if diary] == [[BAD]] * 3


async def test_without_the_old_key_nothing_changes(settings: LocalSettings, tmp_path: Path) -> None:
    private_key(tmp_path / "key", NEW)
    with pytest.raises(SettingsError, match="lacks a key that diaries need"):
        await key_rotation.rotate(settings, NOW)
    assert (await diaries_of(settings))[0] == set(Vault((OLD,)).ids)


async def test_what_nobody_can_read_is_erased_on_request_only(settings: LocalSettings, tmp_path: Path) -> None:
    private_key(tmp_path / "key", NEW)
    done = await key_rotation.rotate(settings, NOW, erase_unreadable=True)
    assert done.startswith("All diaries have the new key. Those that no key opened are erased.")
    assert await diaries_of(settings) == (set(), [None] * 3)


async def test_a_lost_file_is_replaced_when_what_it_opened_is_erased(settings: LocalSettings, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="does not exist; restore it from your backup"):
        await key_rotation.rotate(settings, NOW)
    done = await key_rotation.rotate(settings, NOW, erase_unreadable=True)
    assert done.startswith("All diaries have the new key. Those that no key opened are erased.")
    assert len(key_file.read(tmp_path / "key").keys) == 1
