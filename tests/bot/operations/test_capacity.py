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
from bot.messages.limits import Limiter, Rates
from bot.operations.capacity import (
    DAY_SECONDS,
    LATE_SECONDS,
    PROMISED_SECONDS,
    ROW_BYTES,
    Load,
    Sent,
    cap_for,
    due,
    longest,
    quantile,
    report,
    send,
)
from bot.store import Store
from bot.store.tables import inbox, outbox, person, schedule
from bot.timetable.occurrences import SPREAD_SECONDS, spread

SUMMER = date(2026, 7, 1)
NINE, NOON = time(9), time(12)
LOADS = some.dictionaries(some.integers(0, DAY_SECONDS), some.integers(1, 3000), min_size=1, max_size=40)


def load(people: int, *times: time, cap: int = 25, zones: tuple[str, ...] = ("UTC",)) -> Load:
    return Load(people, times, cap, zones, SUMMER)


# Who is due when


def test_zones_share_the_people_and_each_has_its_own_clock() -> None:
    rushes = load(11, NINE, NOON, zones=("Europe/Stockholm", "America/New_York")).rushes()
    assert rushes == {7 * 3600: 6, 10 * 3600: 6, 13 * 3600: 5, 16 * 3600: 5}


def test_zones_with_the_same_clock_rush_together() -> None:
    assert load(10, NINE, zones=("Europe/Stockholm", "Europe/Paris")).rushes() == {7 * 3600: 10}


@given(some.integers(1, 5000))
def test_the_spread_loses_nobody_and_is_as_even_as_it_can_be(people: int) -> None:
    dues = due({0: people})
    assert sum(dues.values()) == people
    assert max(dues) <= SPREAD_SECONDS
    assert max(dues.values()) - min(dues.values()) <= 1


# What becomes of it


@given(LOADS, some.integers(1, 500))
def test_each_is_sent_or_missed_once_in_order_and_within_the_cap(dues: dict[int, int], cap: int) -> None:
    sent = list(send(dues, cap))
    by_due, by_second = Counter[int](), Counter[int]()
    for each in sent:
        by_due[each.due] += each.number
        by_second[each.second] += 0 if each.missed else each.number
        assert each.missed == (each.late > LATE_SECONDS)
        assert each.late >= 0
        assert each.number > 0
    assert by_due == dues
    assert max(by_second.values()) <= cap
    assert all(one.due <= other.due for one, other in pairwise(sent))


@given(LOADS, some.integers(1, 300))
def test_a_higher_cap_makes_nothing_later(dues: dict[int, int], cap: int) -> None:
    slower, faster = list(send(dues, cap)), list(send(dues, cap + 1))
    assert sum(each.number for each in faster if each.missed) <= sum(each.number for each in slower if each.missed)
    if not any(each.missed for each in slower):
        assert longest(faster) <= longest(slower)


@given(LOADS)
def test_where_no_second_has_near_the_cap_nobody_waits(dues: dict[int, int]) -> None:
    assert longest(send(dues, 2 * max(dues.values()))) == 0


@pytest.mark.parametrize(("people", "cap", "seconds"), [(1_500, 25, 0), (10_000, 25, 283), (3_000, 25, 1)])
def test_known_answers(people: int, cap: int, seconds: int) -> None:
    assert longest(send(due({0: people}), cap)) == seconds


def test_the_share_that_a_quantile_says_is_no_later() -> None:
    sent = [Sent(0, 0, 90), Sent(0, 5, 9), Sent(0, 60, 1), Sent(0, 901, 500, missed=True)]
    assert [quantile(sent, share) for share in (0.0, 0.5, 0.9, 0.99, 1.0)] == [0, 0, 0, 5, 60]
    assert quantile([], 0.5) == 0


def test_the_cap_that_is_enough_is_the_smallest() -> None:
    asked = load(10_000, NINE)
    enough = cap_for(asked)
    dues = due(asked.rushes())
    assert longest(send(dues, enough)) <= PROMISED_SECONDS < longest(send(dues, enough - 1))


# The real thing


class Machine:
    """A clock that passes while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.mark.parametrize(("people", "rate"), [(400, 30), (2_000, 6), (5_000, 30), (6_000, 36), (4_000, 4)])
async def test_the_model_is_as_late_as_the_real_limits_and_the_real_spread(people: int, rate: int) -> None:
    """Each chat with its own spread, claimed as the scheduler claims: the first due first, as many as have room."""
    machine, rates = Machine(), Rates(rate)
    limiter, cap = Limiter(rates, lambda: machine.now, machine.sleep), rates.reminders_per_second
    chats = {chat: int(spread(chat).total_seconds()) for chat in range(5_000_000_000, 5_000_000_000 + people)}
    waiting = deque(sorted(chats.items(), key=lambda each: each[1]))
    late, missed = [], 0
    while waiting:
        machine.now = max(machine.now, float(waiting[0][1]))
        for _ in range(await limiter.room(64)):
            await limiter.ready()
            while waiting and machine.now - waiting[0][1] > LATE_SECONDS:
                waiting.popleft()
                missed += 1
            if not waiting or waiting[0][1] > machine.now:
                break
            chat, moment = waiting.popleft()
            async with limiter.unasked(chat, new=True) as departure:
                assert not departure.wait
            late.append(machine.now - moment)
    sent = list(send(due({0: people}), cap))
    arrived = [each for each in sent if not each.missed]
    late.sort()
    assert abs(late[-1] - longest(arrived)) <= 4
    assert abs(late[len(late) // 2] - quantile(arrived, 0.5)) <= 4
    assert abs(late[int(len(late) * 0.99)] - quantile(arrived, 0.99)) <= 4
    assert abs(missed - sum(each.number for each in sent if each.missed)) <= 0.01 * people


# The database

NOW = datetime(2026, 11, 1, 20, 0, tzinfo=timezone.utc)
ROWS = 6000


def row(table: Table, number: int) -> dict[str, Any]:
    """A row as it is when all is well."""
    chat, due_at = 5_000_000_000 + number * 7919 % ROWS * 13, NOW + timedelta(seconds=number % 120)
    day = {"kind": "water", "silent": True, "version": 3}
    rows: dict[str, dict[str, Any]] = {
        "person": {"chat_id": chat, "zone": "Europe/Stockholm", "told": "sv"},
        "schedule": {**day, "chat_id": chat, "times": "540,720,900,1080", "days": "1234567", "active": True}
        | {"next_at": due_at, "next_date": NOW.date(), "next_slot": 540, "consented_at": NOW},
        "outbox": {**day, "chat_id": chat, "schedule_id": number, "local_date": NOW.date(), "slot": 540}
        | {"due_at": due_at, "state": "sent", "owner": "f" * 32, "attempts": 1, "message_id": number}
        | {"ended_at": due_at, "answer": "done"},
        "inbox": {"update_id": 900_000_000 + number, "state": "done", "received_at": due_at},
    }
    return rows[table.name]


@pytest.mark.parametrize("table", [person, schedule, outbox, inbox], ids=lambda each: each.name)
async def test_a_row_takes_as_much_as_is_said(table: Table, tmp_path: Path) -> None:
    file = tmp_path / "charley.db"
    sizes = []
    for rows in ([], [row(table, number) for number in range(ROWS)]):
        async with Store.open(f"sqlite:///{file}") as store:
            if rows:
                await store.write(lambda each, rows=rows: each.execute(table.insert(), rows))  # type: ignore[misc]
        sizes.append(file.stat().st_size)
    assert (sizes[1] - sizes[0]) / ROWS == pytest.approx(ROW_BYTES[table.name], rel=0.3)


# In words


def test_the_report_shows_its_arithmetic() -> None:
    told = "\n".join(report(load(10_000, NINE, NOON)))
    for line in (
        "10,000 people x 2 reminders a day = 20,000 a day",
        "most in one minute: 10,000 at 09:00 UTC",
        "10,000 / 25 x 1.01 s",
        "= 404 s to send them",
        "longest 283 s",
        "the longest rush: 404 s",
        "for nobody to wait over 60 s: 56 a second",
        "missed, as more than 15 minutes late: 0",
    ):
        assert line in told


@pytest.mark.parametrize(
    ("people", "words"),
    [
        (100, "1 a second (MESSAGES_PER_SECOND=30, the default, gives 25)"),
        (4_400, "25 a second (MESSAGES_PER_SECOND=30, the default, gives 25)"),
        (5_000, "28 a second (MESSAGES_PER_SECOND=34, which wants paid broadcasts)"),
        (1_000_000, "5,581 a second (no bot may: MESSAGES_PER_SECOND=1000 gives 990; other times"),
    ],
)
def test_the_report_names_the_setting_that_is_enough(people: int, words: str) -> None:
    """Not all that Telegram takes is for reminders."""
    assert f"for nobody to wait over 60 s: {words}" in "\n".join(report(load(people, NINE)))


@pytest.mark.parametrize(
    ("cap", "words"),
    [
        (25, "25 (MESSAGES_PER_SECOND=30, the default, gives 25)"),
        (990, "990 (MESSAGES_PER_SECOND=1000, which wants paid broadcasts)"),
        (991, "991 (no bot may: "),
        (5_000, "5,000 (no bot may: "),
    ],
)
def test_a_cap_that_no_bot_has_is_told_as_such(cap: int, words: str) -> None:
    assert f"reminders a second at most: {words}" in "\n".join(report(load(100, NINE, cap=cap)))


@pytest.mark.parametrize(("people", "seconds"), [(100, 0), (3_000, 122), (10_000, 404)])
def test_a_rush_lasts_as_long_as_somebody_waits(people: int, seconds: int) -> None:
    assert f"the longest rush: {seconds} s until" in "\n".join(report(load(people, NINE)))


def test_of_two_rushes_the_longer_counts() -> None:
    told = "\n".join(report(load(20_000, NINE, zones=("UTC", "UTC", "UTC", "Asia/Tokyo"))))
    assert "the longest rush: 606 s until" in told


def test_what_cannot_be_sent_in_time_is_told_as_missed() -> None:
    told = "\n".join(report(load(100_000, NINE)))
    missed = sum(each.number for each in send(due({0: 100_000}), 25) if each.missed)
    assert f"late: {missed:,}" in told
    assert missed > 70_000


def test_the_page_about_scaling_says_the_same() -> None:
    page = (ROOT / "docs" / "scaling.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([\d,]+) \| ([^|]+) \| ([^|]+) \|$", page, re.MULTILINE)
    assert len(rows) > 5
    for people, *told in rows:
        dues = due({0: int(people.replace(",", ""))})
        assert [in_short(list(send(dues, cap))) for cap in (25, 990)] == told


def in_short(sent: list[Sent]) -> str:
    missed = sum(each.number for each in sent if each.missed)
    return f"{missed:,} missed" if missed else f"{longest(sent)} s" if longest(sent) else "on time"
