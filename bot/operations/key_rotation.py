"""Replaces the master key of the diaries: wraps every person's key with the new one, so that the old one can go."""

from datetime import datetime
from functools import partial

from bot.config import LocalSettings
from bot.errors import SettingsError
from bot.store import Store, diaries, key_file

BATCH = 500
"""Diaries per transaction."""


async def rotate(settings: LocalSettings, now: datetime, *, erase_unreadable: bool = False) -> str:
    """Make the first key in ``DATA_KEY_FILE`` open all diaries; return a line for the operator that says what was done.

    Args:
        settings: name the database and the file with the keys: the new key first, and the old ones below it.
        now: UTC.
        erase_unreadable: erase the diaries that none of the keys opens. With SQLite, make a new file of keys if it is
            lost.

    Raises:
        SettingsError: no key in the file opens some of the diaries, and they are not to be erased. Nothing is changed.

    """
    path = key_file.path_of(settings)
    async with Store.open(settings.database_url.get_secret_value()) as store:
        may_make = path and erase_unreadable and store.is_exclusive
        vault = key_file.read_or_make(path) if path and may_make else key_file.read(path)
        if erase_unreadable:
            await store.write(partial(diaries.erase_unreadable, vault=vault, now=now))
        elif not (await store.read(diaries.master_keys)).issubset(vault.ids):
            raise SettingsError(f"DATA_KEY_FILE: {path} lacks a key that diaries need; add it below the new key")
        last: int | None = None
        while True:
            _, last = await store.write(partial(diaries.wrap_again, vault=vault, after=last, limit=BATCH))
            if last is None:
                break
    # Without numbers: how few people keep a diary is nobody's business.
    erased = " Those that no key opened are erased." if erase_unreadable else ""
    return f"All diaries have the new key.{erased} You can delete the other keys in {path} now."
