"""The file with the master keys of the diaries: one key in each line, as 64 hexadecimal digits, the newest first."""

import os
import stat
from pathlib import Path

from bot.config import LocalSettings
from bot.config.sources import CONTAINER_SECRETS
from bot.errors import SettingsError
from bot.store.vault import KEY_BYTES, Vault, new_key

HOW_TO_MAKE = "make one with: (umask 077; openssl rand -hex 32 > FILE)"


def path_of(settings: LocalSettings) -> Path | None:
    """Return the path of the file, by default next to the SQLite file; None with PostgreSQL if no path is set."""
    file = settings.database_file
    return settings.data_key_file or (file.with_suffix(".key") if file else None)


def read(path: Path | None) -> Vault:
    """Return the vault with the keys in the file. Raises ``SettingsError`` with a line for the operator."""
    if path is None:
        raise _wrong(
            f"is not set; with PostgreSQL it must be the path of the file with the diaries' key; {HOW_TO_MAKE}"
        )
    try:
        mode, text = path.stat().st_mode, path.read_text(encoding="ascii")
    except FileNotFoundError:
        raise _wrong(f"{path} does not exist; restore it from your backup, or {HOW_TO_MAKE}") from None
    except OSError as error:
        raise _wrong(f"this process (uid {os.geteuid()}) cannot read {path} ({error.strerror})") from None
    except UnicodeDecodeError:
        raise _not_a_key(path) from None
    # Docker lets every user of a container read its secrets, but a container has no users other than the bot.
    if mode & stat.S_IRWXO and CONTAINER_SECRETS not in path.parents:
        raise _wrong(f"every user of this machine can use {path}; run chmod 600 {path}")
    try:
        keys = tuple(bytes.fromhex(line) for line in text.split())
    except ValueError:
        raise _not_a_key(path) from None
    if not keys or any(len(key) != KEY_BYTES for key in keys):
        raise _not_a_key(path)
    return Vault(keys)


def read_or_make(path: Path) -> Vault:
    """Return the vault with the keys in the file; make the file with a new key if there is none.

    Only for a process that shares the database with no other, because two processes could make two keys.
    """
    if path.exists():
        return read(path)
    # The file gets its name only when it has its key, so a crash leaves no file without one.
    draft = path.with_name(f"{path.name}.new")
    try:
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(f"{new_key().hex()}\n")
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise _wrong(f"this process (uid {os.geteuid()}) cannot make {path} ({error.strerror})") from None
    return read(path)


def _sync_folder(folder: Path) -> None:
    """Write the names in a folder to the disk. Otherwise a power cut could lose a file whose content is written."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _not_a_key(path: Path) -> SettingsError:
    return _wrong(f"{path} must have a key of {2 * KEY_BYTES} hexadecimal digits in each line, and nothing else")


def _wrong(text: str) -> SettingsError:
    return SettingsError(f"DATA_KEY_FILE: {text}")
