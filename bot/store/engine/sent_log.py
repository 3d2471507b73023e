"""Which rows of the outbox have left this machine, noted in the very moment: next to an SQLite file, not in it.

A commit takes milliseconds, in which a process that dies leaves behind reminders that have left and are not known to
have. Appending eight bytes takes some microseconds, and survives the process as well. (If the machine itself loses its
power, the last notes may be lost: then these reminders come twice.)
"""

import os
from pathlib import Path
from struct import Struct
from typing import Self

_NOTE = Struct("<q")


class Journal:
    """The numbers of rows, kept in a file until it is cleared. Its methods raise ``OSError``."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)

    def note(self, number: int) -> None:
        """Keep a number."""
        os.write(self._file, _NOTE.pack(number))

    def strike(self, number: int) -> None:
        """Keep it no longer: it has not left after all."""
        os.write(self._file, _NOTE.pack(-number))

    def numbers(self) -> set[int]:
        """Those that are kept."""
        found: set[int] = set()
        data = os.pread(self._file, os.fstat(self._file).st_size, 0)
        for (number,) in _NOTE.iter_unpack(data[: len(data) // _NOTE.size * _NOTE.size]):
            if number > 0:
                found.add(number)
            else:
                found.discard(-number)
        return found

    def clear(self) -> None:
        """Keep none."""
        if os.fstat(self._file).st_size:
            os.ftruncate(self._file, 0)
