"""The entries of a diary as CSV, for any spreadsheet."""

import csv
import io
from collections.abc import Iterable
from dataclasses import fields

from bot.store.cramps import Cramp

COLUMNS = tuple(field.name for field in fields(Cramp) if field.compare)
"""The names of the columns, which are those of the fields in the JSON too."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "'")
"""A cell that begins with one of these could be taken for a formula."""
ESCAPE = "'"
"""Stands before such a cell, so that it is text. Spreadsheets do not show it."""


def to_csv(cramps: Iterable[Cramp]) -> bytes:
    """Return entries as CSV in UTF-8, with a row of names. The byte order mark tells Excel that it is UTF-8."""
    table = io.StringIO(newline="")
    writer = csv.DictWriter(table, COLUMNS)
    writer.writeheader()
    for cramp in cramps:
        cells = {name: str(value) for name, value in cramp.as_dict().items()}
        writer.writerow(
            {name: f"{ESCAPE}{text}" if text.startswith(FORMULA_STARTS) else text for name, text in cells.items()}
        )
    return table.getvalue().encode("utf-8-sig", "replace")  # half a character has no bytes
