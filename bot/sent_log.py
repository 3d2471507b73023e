"""The sent log: an append-only file next to an SQLite file. It has the ids of what has left this machine.

A commit takes milliseconds. If the process dies in that time, messages have left and the database does not know it.
Appending eight bytes takes microseconds and survives the process. If the machine loses power, the last entries may be
lost, and then these messages are sent twice.
"""

import os
from pathlib import Path
from struct import Struct
from typing import Self

LEFT, ANSWERED = ".left", ".answered"
"""The endings of the two sent logs of a database: the reminders that have left, and the updates that are answered."""
_ENTRY = Struct("<q")


class SentLog:
    """Ids, kept in a file until it is cleared. The methods raise ``OSError``."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)

    def add(self, number: int) -> None:
        """Append an id, which counts from now on."""
        os.write(self._file, _ENTRY.pack(number))

    def remove(self, number: int) -> None:
        """Remove an id, because its message has not left after all. It is appended as a negative number."""
        os.write(self._file, _ENTRY.pack(-number))

    def ids(self) -> set[int]:
        """Return the ids that were added and not removed."""
        ids: set[int] = set()
        data = os.pread(self._file, os.fstat(self._file).st_size, 0)
        whole_entries = data[: len(data) // _ENTRY.size * _ENTRY.size]  # a crash may leave a part of one
        for (entry,) in _ENTRY.iter_unpack(whole_entries):
            if entry > 0:
                ids.add(entry)
            else:
                ids.discard(-entry)
        return ids

    def clear(self) -> None:
        """Delete all ids. To be called when the database has them."""
        if os.fstat(self._file).st_size:
            os.ftruncate(self._file, 0)
