"""Predict how late reminders are, and how large the database is, for a number of people.

The model repeats what the scheduler does, second by second. A reminder is due at its local minute, and the earliest due
is sent first. No more than the cap leave in a second, and a reminder that is 15 minutes late is missed.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from bot.config import FREE_PER_SECOND, PAID_PER_SECOND
from bot.messages.rates import SECOND, Rates
from bot.timetable import instant
from bot.timetable.lateness import LATE

DAY_SECONDS, MINUTE = 86_400, 60
LATE_SECONDS = int(LATE.total_seconds())
PUNCTUAL_SECONDS = 60
"""The report names the cap with which no reminder is later than this."""
ROW_BYTES = {"person": 100, "schedule": 186, "outbox": 231, "inbox": 98}
"""Bytes of a row with its indexes in SQLite, measured with 40,000 rows of each table; a test measures them again."""
KEPT_DAYS = {"outbox": 30, "inbox": 7}


@dataclass(frozen=True)
class Batch:
    """``number`` reminders that were due in second ``due`` and were sent, or missed, in ``second`` (of the UTC day)."""

    due: int
    second: int
    number: int
    missed: bool = False

    @property
    def late(self) -> int:
        """The lateness in seconds."""
        return self.second - self.due


@dataclass(frozen=True)
class Load:
    """``people`` spread evenly over ``zones`` (IANA names), each with a reminder at all ``times`` every day.

    ``cap`` is in reminders per second.
    """

    people: int
    times: Sequence[time]
    cap: int
    zones: Sequence[str]
    day: date

    def due_per_second(self) -> dict[int, int]:
        """Return how many reminders are due, by second of the UTC day."""
        due: Counter[int] = Counter()
        for number, zone in enumerate(self.zones):
            people_here = self.people // len(self.zones) + (number < self.people % len(self.zones))
            for local_time in self.times:
                if moment := instant(self.day, local_time, zone):
                    due[moment.hour * 3600 + moment.minute * MINUTE + moment.second] += people_here
        return {second: number for second, number in sorted(due.items()) if number}


def simulate_sending(due: Mapping[int, int], cap: int) -> Iterator[Batch]:
    """Yield the reminders that are sent and missed, in the order of time, if at most ``cap`` leave in a second.

    ``due`` has the number of reminders that are due, by second of the UTC day.
    """
    upcoming = deque(sorted(due.items()))
    waiting: deque[tuple[int, int]] = deque()
    second, allowance = 0, 0.0
    while upcoming or waiting:
        second = second if waiting else max(second, upcoming[0][0])
        while upcoming and upcoming[0][0] <= second:
            waiting.append(upcoming.popleft())
        while waiting and second - waiting[0][0] > LATE_SECONDS:
            due_second, number = waiting.popleft()
            yield Batch(due_second, second, number, missed=True)
        # The limiter's window is longer than a second, so fewer than `cap` leave in a second. Keep the fraction.
        allowance = allowance % 1 + cap / SECOND
        while waiting and allowance >= 1:
            due_second, number = waiting.popleft()
            taken = min(int(allowance), number)
            allowance -= taken
            yield Batch(due_second, second, taken)
            if number > taken:
                waiting.appendleft((due_second, number - taken))
        second += 1


def lateness_quantile(batches: Iterable[Batch], share: float) -> int:
    """Return the lateness in seconds that a ``share`` of the sent reminders does not exceed; 0 if none was sent."""
    number_by_lateness: Counter[int] = Counter()
    for batch in batches:
        number_by_lateness[batch.late] += 0 if batch.missed else batch.number
    remaining = share * number_by_lateness.total()
    for lateness, number in sorted(number_by_lateness.items()):
        remaining -= number
        if remaining <= 0:
            return lateness
    return 0


def max_lateness(batches: Iterable[Batch]) -> int:
    """Return the greatest lateness in seconds, including missed reminders."""
    return max((batch.late for batch in batches), default=0)


def longest_backlog(batches: Iterable[Batch]) -> int:
    """Return the longest stretch of seconds in which reminders waited. ``batches`` are in the order of time."""
    longest, began, ended = 0, 0, -1
    for batch in batches:
        if batch.late:
            began, ended = began if batch.due <= ended else batch.due, batch.second
            longest = max(longest, ended - began + 1)
    return longest


def punctual_cap(load: Load) -> int:
    """Return the smallest cap (reminders per second) with which none is later than ``PUNCTUAL_SECONDS``."""
    due = load.due_per_second()
    low, high = 1, 2 * max(due.values(), default=1)
    while low < high:
        middle = (low + high) // 2
        if max_lateness(simulate_sending(due, middle)) <= PUNCTUAL_SECONDS:
            high = middle
        else:
            low = middle + 1
    return low


def report(load: Load) -> list[str]:
    """Return the lines that ``python -m bot capacity`` prints."""
    due = load.due_per_second()
    batches = list(simulate_sending(due, load.cap))
    busiest, number = max(due.items(), key=lambda item: item[1], default=(0, 0))
    daily, seconds = load.people * len(load.times), number / load.cap * SECOND
    return [
        f"{load.people:,} people x {len(load.times)} reminders a day = {daily:,} reminders a day",
        f"Busiest minute: {number:,} reminders due at {_time_of_day(busiest)} UTC",
        f"Reminders per second: at most {load.cap:,} ({_setting_for(load.cap)})",
        f"Sending the busiest minute: {number:,} / {load.cap} x {SECOND} s = {seconds:,.0f} s",
        f"  (the bot counts {SECOND} s as a second, so that Telegram never sees more in one)",
        "",
        *_lateness_by_minute(batches),
        *_summary(load, batches),
        *_database_size(load),
    ]


def _lateness_by_minute(batches: Sequence[Batch]) -> Iterator[str]:
    by_minute: dict[int, list[Batch]] = {}
    for batch in batches:
        by_minute.setdefault(batch.due // MINUTE, []).append(batch)
    yield f"{'Due (UTC)':<10}{'Reminders':>12}{'p50 s':>8}{'p99 s':>8}{'max s':>8}{'Missed':>12}"
    for minute, group in sorted(by_minute.items()):
        sent = [batch for batch in group if not batch.missed]
        total, missed = _total_number(group), _total_number(group) - _total_number(sent)
        row = f"{_time_of_day(minute * MINUTE):<10}{total:>12,}{lateness_quantile(sent, 0.5):>8}"
        yield f"{row}{lateness_quantile(sent, 0.99):>8}{max_lateness(sent):>8}{missed:>12,}"
    yield ""


def _summary(load: Load, batches: Sequence[Batch]) -> Iterator[str]:
    sent = [batch for batch in batches if not batch.missed]
    p50, p99 = lateness_quantile(sent, 0.5), lateness_quantile(sent, 0.99)
    enough = punctual_cap(load)
    yield f"Lateness: p50 {p50} s, p99 {p99} s, max {max_lateness(sent)} s"
    yield "  (add up to 2 s, because the scheduler checks once a second)"
    missed = _total_number(batches) - _total_number(sent)
    yield f"Missed, because more than {LATE_SECONDS // MINUTE} minutes late: {missed:,}"
    yield f"Longest time with reminders waiting: {longest_backlog(batches):,} s"
    yield f"To send every reminder within {PUNCTUAL_SECONDS} s: {enough:,} per second ({_setting_for(enough)})"
    yield ""


def _total_number(batches: Iterable[Batch]) -> int:
    return sum(batch.number for batch in batches)


def _setting_for(cap: int) -> str:
    """Name the setting that allows ``cap`` reminders per second. Its value is higher, because replies have a share."""
    settings = range(FREE_PER_SECOND, PAID_PER_SECOND + 1)
    needed = next((messages for messages in settings if _reminders_per_second(messages) >= cap), None)
    if needed == FREE_PER_SECOND:
        return f"MESSAGES_PER_SECOND={needed}, the default, allows {_reminders_per_second(needed)}"
    if needed:
        return f"MESSAGES_PER_SECOND={needed}, which requires PAID_BROADCASTS=yes"
    most = _reminders_per_second(PAID_PER_SECOND)
    return f"Telegram allows {most} with MESSAGES_PER_SECOND={PAID_PER_SECOND}; use more times of the day"


def _reminders_per_second(messages_per_second: int) -> int:
    return Rates(messages_per_second).reminders_per_second


def _database_size(load: Load) -> Iterator[str]:
    daily = load.people * len(load.times)
    rows = {
        "person": load.people,
        "schedule": load.people,
        "outbox": daily * KEPT_DAYS["outbox"],
        "inbox": daily * KEPT_DAYS["inbox"],
    }
    yield "Database size (SQLite), with one kind of reminder per person and one answer per reminder:"
    for table, number in rows.items():
        days = f", kept {KEPT_DAYS[table]} days" if table in KEPT_DAYS else ""
        size = number * ROW_BYTES[table] / 2**20
        yield f"  {table:<9}{number:>13,} rows x {ROW_BYTES[table]:>3} bytes = {size:>8,.1f} MiB{days}"
    total = sum(number * ROW_BYTES[table] for table, number in rows.items()) / 2**20
    yield f"  total {total:,.1f} MiB"


def _time_of_day(second: int) -> str:
    return f"{second // 3600 % 24:02}:{second // MINUTE % 60:02}"
