"""The pictures and recordings. Each is uploaded once, and then named by the file id under which Telegram keeps it."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path


class Uploads:
    """The pictures and recordings, by name, with the ids under which Telegram knows them.

    ``known`` has the ids that earlier starts of the bot have learned, by key: a digest of the file's bytes.
    ``on_new_id`` is called with the key and the id of a file that has just been uploaded.
    """

    def __init__(
        self, files: Mapping[str, Path], known: Mapping[str, str], on_new_id: Callable[[str, str], None]
    ) -> None:
        self._content = {name: file.read_bytes() for name, file in files.items()}
        self._keys = {name: f"file:{hashlib.sha256(data).hexdigest()}" for name, data in self._content.items()}
        self._ids = {name: known[key] for name, key in self._keys.items() if key in known}
        self._on_new_id = on_new_id

    def file_id(self, name: str) -> str | None:
        """Return Telegram's file id of the file; None if it has not been sent before."""
        return self._ids.get(name)

    def content(self, name: str) -> bytes:
        """Return the bytes of the file with this name."""
        return self._content[name]

    def remember(self, name: str, file_id: str) -> None:
        """Use this file id of a file from now on."""
        if name not in self._ids:
            self._ids[name] = file_id
            self._on_new_id(self._keys[name], file_id)

    def forget(self, name: str) -> bool:
        """Drop a file id that Telegram refused; false if there was none."""
        return self._ids.pop(name, None) is not None
