"""The map of personal data in docs/privacy.md has every table and column, and says how long each is kept."""

import re
from datetime import timedelta

import pytest

from bot.config import ROOT
from bot.store import diaries, erasure, erasure_marks, inactivity
from bot.store.tables import diary, metadata
from scheduler import housekeeping

MAP = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8").partition("## What is stored")[2].partition("\n## ")[0]
POLICY = (ROOT / "docs" / "privacy-policy.md").read_text(encoding="utf-8")
ERASED_BY = ("/deletedata", "as their diary")


def rows() -> list[list[str]]:
    """Return the cells of each row. The name of a table stands in its first row only."""
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in MAP.splitlines() if line.startswith("|")]
    cells, table = lines[2:], ""
    for row in cells:
        row[0] = table = row[0].strip("`") or table
    return cells


def of_table(name: str, column: int) -> str:
    return " ".join(row[column] for row in rows() if row[0] == name)


def test_the_map_has_every_table_and_every_column() -> None:
    mapped = [(row[0], column) for row in rows() for column in re.findall(r"`(\w+)`", row[1])]
    assert sorted(mapped) == sorted((table.name, column.name) for table in metadata.sorted_tables for column in table.c)


def test_every_row_says_what_its_columns_are_for() -> None:
    assert [row for row in rows() if not row[2]] == []
    assert [table for table in metadata.tables if not of_table(table, 3).strip()] == []


def test_what_a_person_can_delete_is_what_an_erasure_deletes() -> None:
    erasable = {row[0] for row in rows() if row[4].startswith(ERASED_BY)}
    assert erasable == {table.name for table in erasure.PERSONAL_TABLES}


@pytest.mark.parametrize(
    ("table", "kept"),
    [
        ("inbox", housekeeping.KEEP_UPDATE_IDS),
        ("outbox", housekeeping.KEEP_ENDED_ROWS),
        ("evening", housekeeping.KEEP_EVENINGS),
        ("diary", diaries.KEEP_WITHDRAWN),
        ("memory", erasure_marks.KEPT),
    ],
)
def test_the_map_and_the_policy_name_the_periods_of_the_code(table: str, kept: timedelta) -> None:
    assert f"{kept.days} days" in of_table(table, 3)
    assert f"{kept.days} days" in POLICY


def test_the_map_and_the_policy_name_the_months_of_a_diary() -> None:
    months = re.findall(r"\d+", str(getattr(diary.c.keep_months.server_default, "arg", "")))
    assert months == ["24"]
    assert f"{months[0]} months" in of_table("cramp", 3)
    assert f"{months[0]} months" in POLICY


def test_both_name_the_weeks_of_a_trial() -> None:
    weeks = f"{housekeeping.KEEP_TRIAL.days // 7} weeks"
    assert all(weeks in text for text in (of_table("diary", 3), of_table("evening", 3), POLICY))


def test_both_name_the_months_of_silence() -> None:
    whole = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
    assert all(f"{inactivity.ERASED_AFTER - 1} months" in text for text in (whole, of_table("person", 3), POLICY))


def test_the_policy_shows_every_place_to_fill_in_in_capitals() -> None:
    """So an operator finds all of them by one search, and the text around them is complete."""
    places = re.findall(r"\[([^\]]+)\](?!\()", POLICY)
    assert [place for place in places if place != place.upper()] == []
    assert {"NAME OF THE BOT", "E-MAIL ADDRESS", "SUPERVISORY AUTHORITY"} <= set(places)
