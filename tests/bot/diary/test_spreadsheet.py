"""The diary as CSV: nothing is lost on the way to a spreadsheet, and nothing in it is a formula."""

import csv
import io
import os
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.diary.spreadsheet import COLUMNS, ESCAPE, FORMULA_STARTS, to_csv
from bot.store.cramps import Cramp, from_dict
from tests.support.cramps import BAD, HOSTILE_NOTES, NIGHT
from tests.support.cramps import cramps as any_cramp

EXAMPLES = int(os.environ.get("CHARLEY_EXAMPLES", "20"))


def rows(table: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"), newline="")))


def imported(table: bytes) -> list[Cramp]:
    """Return the entries that a table describes, as a program would read them."""
    return [from_dict({name: _value(name, cell) for name, cell in row.items() if cell}) for row in rows(table)]


def _value(name: str, cell: str) -> str | int | bool:
    text = cell.removeprefix(ESCAPE)
    return int(text) if name == "pain" else text == "True" if name == "woke" else text


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(any_cramp(), max_size=20))
def test_what_is_exported_can_be_imported_and_is_equal(diary: Sequence[Cramp]) -> None:
    shown = [Cramp(**{**vars(cramp), "note": _with_whole_characters(cramp.note)}) for cramp in diary]
    assert imported(to_csv(diary)) == shown


def _with_whole_characters(note: str | None) -> str | None:
    return note and note.encode("utf-8", "replace").decode()


def test_there_is_a_column_for_each_field() -> None:
    header, row = to_csv([BAD]).decode("utf-8-sig").splitlines()
    assert header == ",".join(COLUMNS) == "at,zone,side,muscle,lasted,pain,situation,helped,woke,note"
    assert row.startswith("2026-11-01T02:12:00+00:00,Europe/Stockholm,left,calf,to_5,6,asleep,stretch,True,")


def test_no_cell_is_a_formula() -> None:
    notes = [*HOSTILE_NOTES, "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]
    cells = [cell for row in rows(to_csv(Cramp(NIGHT, note=note) for note in notes)) for cell in row.values()]
    assert [cell for cell in cells if cell.startswith(FORMULA_STARTS) and not cell.startswith(ESCAPE)] == []
