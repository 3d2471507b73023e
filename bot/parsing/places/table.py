"""Reads the table of places, ``cities.zip``. ``assets/cities.py`` makes it.

The archive has several files, so that a search unpacks little. There is one for each first letter of a name, with
everything about the places, and one for each length of a name, with nothing but names, to search for slips.
"""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

FILE = Path(__file__).with_name("cities.zip")
LARGE, SMALL = 100_000, 15_000
"""The least number of people in a large and in a small city. Names of smaller cities are not searched for slips."""
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")


class Kind(StrEnum):
    """What a name in the table belongs to."""

    CITY = "c"
    """A city's own name, or its short form: "Frankfurt" for Frankfurt am Main."""
    OTHER_NAME = "o"
    """A city's name in another language, or its former name: "Bergen" for Mons."""
    COUNTRY = "n"
    REGION = "r"
    STATE_CODE = "s"
    """Two letters for a state of the USA. They are understood only after a city."""
    ZONE = "z"


class Row(NamedTuple):
    """One name of one place. ``key`` is the folded name, ``country`` an ISO 3166 code, ``state`` one of the USA."""

    key: str
    name: str
    kind: Kind
    country: str
    state: str
    zone: str
    population: int


def member(key: str) -> str:
    """Return which file of the archive lists the places with this folded name."""
    return f"{key[0] if key[0] in _LETTERS else 'other'}.tsv"


def member_of_length(length: int) -> str:
    """Return which file of the archive lists the folded names of this length."""
    return f"{length}.txt"


class Table:
    """The archive, open for reading. It keeps the last file that it has read in memory, until it is closed."""

    def __init__(self) -> None:
        from zipfile import ZipFile  # noqa: PLC0415 - loaded with the first question

        self._archive = ZipFile(FILE)
        self._last = "", b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._archive.close()

    def named(self, key: str) -> list[Row]:
        """Return the rows whose folded name is ``key``, the most populous place first."""
        return self._starting(f"{key}\t") if key else []

    def begun(self, key: str) -> list[Row]:
        """Return the rows whose folded name begins with ``key``, in the order of the alphabet."""
        return self._starting(key)

    def keys_of_length(self, length: int) -> list[str]:
        """Return the folded names of one length, without those of cities with fewer people than ``SMALL``."""
        return self._read(member_of_length(length)).decode().splitlines()

    def _starting(self, start: str) -> list[Row]:
        return list(_rows(self._read(member(start.rstrip("\t"))), start.encode()))

    def _read(self, name: str) -> bytes:
        if name != self._last[0]:  # the names of one question mostly begin with the same letter
            self._last = name, self._archive.read(name) if name in self._archive.NameToInfo else b""
        return self._last[1]


def _rows(lines: bytes, start: bytes) -> Iterator[Row]:
    """Yield the rows whose lines begin with ``start``. The lines are sorted, so these stand together."""
    at = lines.find(b"\n" + start)  # the first line has a line break before it too
    while at >= 0 and lines.startswith(start, at + 1):
        end = lines.index(b"\n", at + 1)
        key, name, kind, country, state, zone, population = lines[at + 1 : end].decode().split("\t")
        yield Row(key, name, Kind(kind), country, state, zone, int(population))
        at = end
