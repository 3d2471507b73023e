"""The file with the key of the diaries, as an operator makes it."""

from pathlib import Path

from bot.store.vault import new_key


def private_key(path: Path, *keys: bytes) -> Path:
    """Write these keys, or else a new one, to a private file, unless there is one already; return its path."""
    if keys or not path.exists():
        path.touch(mode=0o600)
        path.write_text("\n".join(key.hex() for key in keys or [new_key()]), encoding="ascii")
    return path
