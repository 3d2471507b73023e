"""What a number of people means at a cap of so many reminders a second: lateness, rushes, the size of the database.

A model of what the scheduler does, second by second: a reminder is due at its local minute and a spread by chat, the
one due first is sent first, no more than the cap leave in a second, and what is 15 minutes late is missed.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from bot.config import FREE_PER_SECOND, PAID_PER_SECOND
from bot.messages.limits.rates import SECOND, Rates
from bot.timetable import instant
from bot.timetable.occurrences import LATE, SPREAD_SECONDS

DAY_SECONDS, MINUTE = 86_400, 60
LATE_SECONDS = int(LATE.total_seconds())
PROMISED_SECONDS = 60
"""So late is a reminder at most, as long as Telegram takes so many."""
ROW_BYTES = {"person": 65, "schedule": 186, "outbox": 231, "inbox": 98}
"""Bytes of a row with its indexes in SQLite, measured with 40,000 rows of each; a test measures them again."""
KEPT_DAYS = {"outbox": 30, "inbox": 7}


@dataclass(frozen=True)
class Sent:
    """So many reminders that were due in one second and left, or were missed, in another (seconds of the UTC day)."""

    due: int
    second: int
    number: int
    missed: bool = False

    @property
    def late(self) -> int:
        """Seconds."""
        return self.second - self.due


@dataclass(frozen=True)
class Load:
    """``people``, evenly in ``zones`` (IANA names), each with all ``times`` every day.

    ``cap`` is in reminders a second.
    """

    people: int
    times: Sequence[time]
    cap: int
    zones: Sequence[str]
    day: date

    def rushes(self) -> dict[int, int]:
        """How many people have a time at a second of the UTC day."""
        found: Counter[int] = Counter()
        for number, zone in enumerate(self.zones):
            here = self.people // len(self.zones) + (number < self.people % len(self.zones))
            for at in self.times:
                if moment := instant(self.day, at, zone):
                    found[moment.hour * 3600 + moment.minute * MINUTE + moment.second] += here
        return {second: number for second, number in sorted(found.items()) if number}


def due(rushes: Mapping[int, int]) -> dict[int, int]:
    """How many are due in each second, spread as the scheduler spreads them."""
    found: Counter[int] = Counter()
    for second, number in rushes.items():
        each, rest = divmod(number, SPREAD_SECONDS + 1)
        for later in range(SPREAD_SECONDS + 1):
            found[second + later] += each + (later < rest)
    return {second: number for second, number in sorted(found.items()) if number}


def send(dues: Mapping[int, int], cap: int) -> Iterator[Sent]:
    """What becomes of what is due, in the order in which it happens; a second lasts as long as the limiter's."""
    coming = deque(sorted(dues.items()))
    waiting: deque[tuple[int, int]] = deque()
    second, room = 0, 0.0
    while coming or waiting:
        second = second if waiting else max(second, coming[0][0])
        while coming and coming[0][0] <= second:
            waiting.append(coming.popleft())
        while waiting and second - waiting[0][0] > LATE_SECONDS:
            moment, number = waiting.popleft()
            yield Sent(moment, second, number, missed=True)
        room = room % 1 + cap / SECOND
        while waiting and room >= 1:
            moment, number = waiting.popleft()
            taken = min(int(room), number)
            room -= taken
            yield Sent(moment, second, taken)
            if number > taken:
                waiting.appendleft((moment, number - taken))
        second += 1


def quantile(sent: Iterable[Sent], share: float) -> int:
    """The lateness in seconds that this share of those sent does not exceed; 0 if none was sent."""
    by_lateness: Counter[int] = Counter()
    for each in sent:
        by_lateness[each.late] += 0 if each.missed else each.number
    left = share * by_lateness.total()
    for late, number in sorted(by_lateness.items()):
        left -= number
        if left <= 0:
            return late
    return 0


def longest(sent: Iterable[Sent]) -> int:
    """The greatest lateness in seconds."""
    return max((each.late for each in sent), default=0)


def cap_for(load: Load) -> int:
    """The smallest cap at which nobody waits longer than promised."""
    dues = due(load.rushes())
    low, high = 1, 2 * max(dues.values(), default=1)
    while low < high:
        middle = (low + high) // 2
        if longest(send(dues, middle)) <= PROMISED_SECONDS:
            high = middle
        else:
            low = middle + 1
    return low


def report(load: Load) -> list[str]:
    """The answer, with its arithmetic, as lines."""
    rushes = load.rushes()
    sent = list(send(due(rushes), load.cap))
    return [*_question(load, rushes), *_minutes(sent), *_whole(load, sent), *_database(load)]


def _question(load: Load, rushes: Mapping[int, int]) -> Iterator[str]:
    most = max(rushes.values(), default=0)
    at = _clock(max(rushes, key=lambda second: rushes[second], default=0))
    yield f"{load.people:,} people x {len(load.times)} reminders a day = {load.people * len(load.times):,} a day"
    yield f"most in one minute: {most:,} at {at} UTC, each 0 to {SPREAD_SECONDS} s after it by chat"
    seconds = most / load.cap * SECOND
    yield f"reminders a second at most: {load.cap:,} ({_allowed(load.cap)})"
    yield f"{most:,} / {load.cap} x {SECOND} s, as long as the limiter's second is, = {seconds:,.0f} s to send them"
    yield ""


def _minutes(sent: Sequence[Sent]) -> Iterator[str]:
    """Lateness by the minute in which reminders are due."""
    by_minute: dict[int, list[Sent]] = {}
    for each in sent:
        by_minute.setdefault(each.due // MINUTE, []).append(each)
    yield f"{'due (UTC)':<10}{'number':>12}{'p50 s':>8}{'p99 s':>8}{'longest':>9}{'missed':>12}"
    for minute, some in sorted(by_minute.items()):
        number, missed = (sum(each.number for each in some if each.missed or every) for every in (True, False))
        row = f"{_clock(minute * MINUTE):<10}{number:>12,}{quantile(some, 0.5):>8}{quantile(some, 0.99):>8}"
        yield f"{row}{longest(each for each in some if not each.missed):>9}{missed:>12,}"
    yield ""


def _whole(load: Load, sent: Sequence[Sent]) -> Iterator[str]:
    missed = sum(each.number for each in sent if each.missed)
    arrived = [each for each in sent if not each.missed]
    enough = cap_for(load)
    yield f"lateness: p50 {quantile(arrived, 0.5)} s, p99 {quantile(arrived, 0.99)} s, longest {longest(arrived)} s"
    yield "          (the scheduler looks once a second: up to 2 s come on top)"
    yield f"missed, as more than {LATE_SECONDS // MINUTE} minutes late: {missed:,}"
    yield f"the longest rush: {_longest_rush(sent):,} s until nothing waits any more"
    yield f"for nobody to wait over {PROMISED_SECONDS} s: {enough:,} a second ({_allowed(enough)})"
    yield ""


def _allowed(cap: int) -> str:
    """The setting that lets so many reminders leave, as some of the messages are kept for replies."""
    needed = next((each for each in range(FREE_PER_SECOND, PAID_PER_SECOND + 1) if _reminders(each) >= cap), None)
    if needed == FREE_PER_SECOND:
        return f"MESSAGES_PER_SECOND={needed}, the default, gives {_reminders(needed)}"
    if needed:
        return f"MESSAGES_PER_SECOND={needed}, which wants paid broadcasts"
    most = _reminders(PAID_PER_SECOND)
    return f"no bot may: MESSAGES_PER_SECOND={PAID_PER_SECOND} gives {most}; other times, or fewer at one time"


def _reminders(messages: int) -> int:
    return Rates(messages).reminders_per_second


def _longest_rush(sent: Iterable[Sent]) -> int:
    """The most seconds on end in which something waited; ``sent`` is in the order in which it happened."""
    longest_yet, began, ended = 0, 0, -1
    for each in sent:
        if each.late:
            began, ended = began if each.due <= ended else each.due, each.second
            longest_yet = max(longest_yet, ended - began + 1)
    return longest_yet


def _database(load: Load) -> Iterator[str]:
    daily = load.people * len(load.times)
    rows = {
        "person": load.people,
        "schedule": load.people,
        "outbox": daily * KEPT_DAYS["outbox"],
        "inbox": daily * KEPT_DAYS["inbox"],
    }
    yield "database, SQLite, one kind of reminder each and one answer to every reminder:"
    for table, number in rows.items():
        days = f", {KEPT_DAYS[table]} days" if table in KEPT_DAYS else ""
        size = number * ROW_BYTES[table] / 2**20
        yield f"  {table:<9}{number:>13,} rows x {ROW_BYTES[table]:>3} bytes = {size:>8,.1f} MiB{days}"
    total = sum(number * ROW_BYTES[table] for table, number in rows.items()) / 2**20
    yield f"  together {total:,.1f} MiB"


def _clock(second: int) -> str:
    return f"{second // 3600 % 24:02}:{second // MINUTE % 60:02}"
