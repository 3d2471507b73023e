"""Work in a transaction, and bulk work: the same function for the items of many callers at once.

SQLAlchemy takes longer to execute a statement than SQLite does. So a hundred calls for relief share a few statements.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Generic, TypeAlias, TypeVar

from sqlalchemy import Connection

T = TypeVar("T")
Work: TypeAlias = Callable[[Connection], T]


@dataclass(frozen=True)
class Bulk(Generic[T]):
    """Work on ``item``. Neighbours in a transaction with the same ``function`` share one call, with all their items."""

    function: Callable[[Connection, list[T]], None]
    item: T

    def __call__(self, connection: Connection) -> None:
        """Do the work on this item alone."""
        self.function(connection, [self.item])


def run_all(connection: Connection, works: Iterable[Work[Any]]) -> list[Any]:
    """Do all works in their order, and return their results. If one raises an error, the later ones are not done."""
    results: list[Any] = []
    for function, neighbours in groupby(works, lambda work: work.function if isinstance(work, Bulk) else None):
        if function:
            items = [work.item for work in neighbours if isinstance(work, Bulk)]
            function(connection, items)
            results += [None] * len(items)
        else:
            results += [work(connection) for work in neighbours]
    return results
