"""What a number of people means: sums that add up, and the lateness that the real pace gives."""

import re
from collections import Counter, deque
from datetime import date, datetime, time, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import Table

from bot.config import ROOT
from bot.messages.limiter import Limiter
from bot.messages.rates import Rates
from bot.operations.capacity import (
    DAY_SECONDS,
    LATE_SECONDS,
    PUNCTUAL_SECONDS,
    ROW_BYTES,
    Batch,
    Load,
    lateness_quantile,
    max_lateness,
    punctual_cap,
    report,
    simulate_sending,
)
from bot.store import Store
from bot.store.tables import inbox, outbox, person, schedule

SUMMER = date(2026, 7, 1)
NINE, NOON = time(9), time(12)
LOADS = some.dictionaries(some.integers(0, DAY_SECONDS), some.integers(1, 3000), min_size=1, max_size=40)


def load(people: int, *times: time, cap: int = 25, zones: tuple[str, ...] = ("UTC",)) -> Load:
    return Load(people, times, cap, zones, SUMMER)


def missed(batches: list[Batch]) -> int:
    return sum(batch.number for batch in batches if batch.missed)


# Who is due when


def test_zones_share_the_people_and_each_has_its_own_clock() -> None:
    rushes = load(11, NINE, NOON, zones=("Europe/Stockholm", "America/New_York")).due_per_second()
    assert rushes == {7 * 3600: 6, 10 * 3600: 6, 13 * 3600: 5, 16 * 3600: 5}


def test_zones_with_the_same_clock_rush_together() -> None:
    assert load(10, NINE, zones=("Europe/Stockholm", "Europe/Paris")).due_per_second() == {7 * 3600: 10}


# What becomes of it


@given(LOADS, some.integers(1, 500))
def test_f52_each_is_sent_or_missed_once_in_order_and_within_the_cap(due: dict[int, int], cap: int) -> None:
    batches = list(simulate_sending(due, cap))
    by_due, by_second = Counter[int](), Counter[int]()
    for batch in batches:
        by_due[batch.due] += batch.number
        by_second[batch.second] += 0 if batch.missed else batch.number
        assert batch.missed == (batch.late > LATE_SECONDS)
        assert batch.late >= 0
        assert batch.number > 0
    assert by_due == due
    assert max(by_second.values()) <= cap
    assert all(one.due <= other.due for one, other in pairwise(batches))


@given(LOADS, some.integers(1, 300))
def test_a_higher_cap_makes_nothing_later(due: dict[int, int], cap: int) -> None:
    slower, faster = list(simulate_sending(due, cap)), list(simulate_sending(due, cap + 1))
    assert missed(faster) <= missed(slower)
    if not missed(slower):
        assert max_lateness(faster) <= max_lateness(slower)


@given(LOADS)
def test_where_no_second_has_near_the_cap_nobody_waits(due: dict[int, int]) -> None:
    assert max_lateness(simulate_sending(due, 2 * max(due.values()))) == 0


@pytest.mark.parametrize(("people", "cap", "seconds"), [(24, 25, 0), (3_000, 25, 121), (10_000, 25, 403)])
def test_known_answers(people: int, cap: int, seconds: int) -> None:
    assert max_lateness(simulate_sending({0: people}, cap)) == seconds


def test_the_share_that_a_quantile_says_is_no_later() -> None:
    batches = [Batch(0, 0, 90), Batch(0, 5, 9), Batch(0, 60, 1), Batch(0, 901, 500, missed=True)]
    assert [lateness_quantile(batches, share) for share in (0.0, 0.5, 0.9, 0.99, 1.0)] == [0, 0, 0, 5, 60]
    assert lateness_quantile([], 0.5) == 0


def test_the_cap_that_is_enough_is_the_smallest() -> None:
    everybody_at_nine = load(10_000, NINE)
    enough = punctual_cap(everybody_at_nine)
    due = everybody_at_nine.due_per_second()
    assert (
        max_lateness(simulate_sending(due, enough))
        <= PUNCTUAL_SECONDS
        < max_lateness(simulate_sending(due, enough - 1))
    )


# The real thing


class Machine:
    """A clock that passes while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.mark.parametrize(("people", "rate"), [(400, 30), (2_000, 6), (5_000, 30), (6_000, 36), (4_000, 4)])
async def test_the_model_is_as_late_as_the_real_limits(people: int, rate: int) -> None:
    """Reminders are claimed as the scheduler claims them: the first due first, as many as there is room for."""
    machine, rates = Machine(), Rates(rate)
    limiter, cap = Limiter(rates, lambda: machine.now, machine.sleep), rates.reminders_per_second
    waiting = deque(range(5_000_000_000, 5_000_000_000 + people))  # all due at second 0
    late: list[float] = []
    while waiting and machine.now <= LATE_SECONDS:
        async with limiter.reserve(64) as slots:
            for _ in range(min(slots.number, len(waiting))):
                await slots.ready()
                async with limiter.push(waiting.popleft(), new=True) as departure:
                    assert not departure.wait
                late.append(machine.now)
    batches = list(simulate_sending({0: people}, cap))
    sent = [batch for batch in batches if not batch.missed]
    assert abs(late[-1] - max_lateness(sent)) <= 4
    assert abs(late[len(late) // 2] - lateness_quantile(sent, 0.5)) <= 4
    assert abs(late[int(len(late) * 0.99)] - lateness_quantile(sent, 0.99)) <= 4
    assert abs(len(waiting) - missed(batches)) <= 0.01 * people


# The database

NOW = datetime(2026, 11, 1, 20, 0, tzinfo=timezone.utc)
ROWS = 6000


def row(table: Table, number: int) -> dict[str, Any]:
    """A row as it is when all is well."""
    chat, due_at = 5_000_000_000 + number * 7919 % ROWS * 13, NOW + timedelta(seconds=number % 120)
    day = {"kind": "water", "silent": True, "version": 3}
    rows: dict[str, dict[str, Any]] = {
        "person": {"chat_id": chat, "zone": "Europe/Stockholm", "telegram_language": "sv"}
        | {"heard_in": NOW.date().replace(day=1)},
        "schedule": {**day, "chat_id": chat, "times": "540,720,900,1080", "days": "1234567", "active": True}
        | {"next_at": due_at, "next_date": NOW.date(), "next_slot": 540, "consented_at": NOW},
        "outbox": {**day, "chat_id": chat, "schedule_id": number, "local_date": NOW.date(), "slot": 540}
        | {"due_at": due_at, "state": "sent", "owner": "f" * 32, "attempts": 1, "message_id": number}
        | {"ended_at": due_at, "answer": "done"},
        "inbox": {"update_id": 900_000_000 + number, "state": "done", "received_at": due_at},
    }
    return rows[table.name]


@pytest.mark.parametrize("table", [person, schedule, outbox, inbox], ids=lambda table: table.name)
async def test_a_row_takes_as_much_as_is_said(table: Table, tmp_path: Path) -> None:
    file = tmp_path / "charley.db"
    sizes = []
    for rows in ([], [row(table, number) for number in range(ROWS)]):
        async with Store.open(f"sqlite:///{file}") as store:
            if rows:
                await store.write(lambda connection, rows=rows: connection.execute(table.insert(), rows))  # type: ignore[misc]
        sizes.append(file.stat().st_size)
    assert (sizes[1] - sizes[0]) / ROWS == pytest.approx(ROW_BYTES[table.name], rel=0.3)


# In words


def test_the_report_shows_its_arithmetic() -> None:
    text = "\n".join(report(load(10_000, NINE, NOON)))
    for line in (
        "10,000 people x 2 reminders a day = 20,000 reminders a day",
        "Busiest minute: 10,000 reminders due at 09:00 UTC",
        "10,000 / 25 x 1.01 s = 404 s",
        "max 403 s",
        "Longest time with reminders waiting: 404 s",
        "To send every reminder within 60 s: 166 per second",
        "Missed, because more than 15 minutes late: 0",
    ):
        assert line in text


@pytest.mark.parametrize(
    ("people", "words"),
    [
        (20, "1 per second (MESSAGES_PER_SECOND=30, the default, allows 25)"),
        (1_500, "25 per second (MESSAGES_PER_SECOND=30, the default, allows 25)"),
        (1_700, "29 per second (MESSAGES_PER_SECOND=35, which requires PAID_BROADCASTS=yes)"),
        (1_000_000, "16,558 per second (Telegram allows 990 with MESSAGES_PER_SECOND=1000; use more times"),
    ],
)
def test_the_report_names_the_setting_that_is_enough(people: int, words: str) -> None:
    """Not all that Telegram takes is for reminders."""
    assert f"To send every reminder within 60 s: {words}" in "\n".join(report(load(people, NINE)))


@pytest.mark.parametrize(
    ("cap", "words"),
    [
        (25, "25 (MESSAGES_PER_SECOND=30, the default, allows 25)"),
        (990, "990 (MESSAGES_PER_SECOND=1000, which requires PAID_BROADCASTS=yes)"),
        (991, "991 (Telegram allows 990 "),
        (5_000, "5,000 (Telegram allows 990 "),
    ],
)
def test_the_report_says_when_no_bot_may_send_at_a_cap(cap: int, words: str) -> None:
    assert f"Reminders per second: at most {words}" in "\n".join(report(load(100, NINE, cap=cap)))


@pytest.mark.parametrize(("people", "seconds"), [(24, 0), (3_000, 122), (10_000, 404)])
def test_a_backlog_lasts_as_long_as_somebody_waits(people: int, seconds: int) -> None:
    assert f"Longest time with reminders waiting: {seconds} s" in report(load(people, NINE))


def test_of_two_backlogs_the_longer_counts() -> None:
    lines = report(load(20_000, NINE, zones=("UTC", "UTC", "UTC", "Asia/Tokyo")))
    assert "Longest time with reminders waiting: 606 s" in lines


def test_what_cannot_be_sent_in_time_is_reported_as_missed() -> None:
    number = missed(list(simulate_sending({0: 100_000}, 25)))
    assert f"Missed, because more than 15 minutes late: {number:,}" in report(load(100_000, NINE))
    assert number > 70_000


def test_the_page_about_scaling_says_the_same() -> None:
    page = (ROOT / "docs" / "scaling.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([\d,]+) \| ([^|]+) \| ([^|]+) \|$", page, re.MULTILINE)
    assert len(rows) > 5
    for people, *columns in rows:
        due = {0: int(people.replace(",", ""))}
        assert [in_short(list(simulate_sending(due, cap))) for cap in (25, 990)] == columns, people


def in_short(batches: list[Batch]) -> str:
    if number := missed(batches):
        return f"{number:,} missed"
    return f"{max_lateness(batches)} s" if max_lateness(batches) else "on time"
