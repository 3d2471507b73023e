"""The pictures: a file to upload the first time, afterwards the id under which Telegram keeps it."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

from telegram import Message


class Pictures:
    """Pictures by name. ``known`` are the ids of earlier runs; ``learned`` is told of every new one, to keep it."""

    def __init__(
        self, files: Mapping[str, Path], known: Mapping[str, str], learned: Callable[[str, str], None]
    ) -> None:
        self._content = {name: file.read_bytes() for name, file in files.items()}
        self._keys = {name: f"picture:{hashlib.sha256(data).hexdigest()}" for name, data in self._content.items()}
        self._ids = {name: known[key] for name, key in self._keys.items() if key in known}
        self._learned = learned

    def source(self, name: str) -> str | bytes:
        """What to send: Telegram's id, or else the file itself."""
        return self._ids.get(name) or self._content[name]

    def learn(self, name: str, message: Message) -> None:
        """Take the id from a message in which the picture was sent."""
        if message.photo and name not in self._ids:
            self._ids[name] = message.photo[-1].file_id
            self._learned(self._keys[name], self._ids[name])

    def forget(self, name: str) -> bool:
        """Drop an id that Telegram refused; false if there was none."""
        return self._ids.pop(name, None) is not None
