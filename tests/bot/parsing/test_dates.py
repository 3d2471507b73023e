"""Dates as people write them."""

from datetime import date

import pytest

from bot.parsing.dates import read_date

TODAY = date(2026, 11, 1)  # a Sunday


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("24 December", date(2026, 12, 24)),
        ("until 24th of december!", date(2026, 12, 24)),
        ("December 24", date(2026, 12, 24)),
        ("dec. 24, 2027", date(2027, 12, 24)),
        ("den 24 december", date(2026, 12, 24)),
        ("till 24:e dec", date(2026, 12, 24)),
        ("3 mars", date(2027, 3, 3)),
        ("3 maj", date(2027, 5, 3)),
        ("24/12", date(2026, 12, 24)),
        ("24.12.", date(2026, 12, 24)),
        ("24/12/2027", date(2027, 12, 24)),
        ("2026-12-24", date(2026, 12, 24)),
        ("1 November", TODAY),
        ("31/10", date(2027, 10, 31)),
        ("tomorrow", date(2026, 11, 2)),
        ("i morgon", date(2026, 11, 2)),
        ("I övermorgon", date(2026, 11, 3)),
        ("Monday", date(2026, 11, 2)),
        ("nästa söndag", date(2026, 11, 8)),
        ("på fredag", date(2026, 11, 6)),
        ("on the 24 December", date(2026, 12, 24)),
        ("the 5th", date(2026, 11, 5)),
        ("till den 5", date(2026, 11, 5)),
        ("den 5:e", date(2026, 11, 5)),
        ("until the 1st", TODAY),
        ("31st", date(2026, 12, 31)),
        ("9 oktober", date(2027, 10, 9)),
    ],
)
def test_a_date_is_read(text: str, expected: date) -> None:
    assert read_date(text, TODAY) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "24",
        "till 24",
        "the 32nd",
        "den 0",
        "31/11",
        "2026-10-31",
        "2026-13-01",
        "31 februari",
        "december",
        "0/0",
        "24 foo",
        "x" * 99,
    ],
)
def test_anything_else_is_not(text: str) -> None:
    assert read_date(text, TODAY) is None
