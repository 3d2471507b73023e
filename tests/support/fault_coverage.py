"""The list of faults, which tests are about which of them, and the table at the end of a test run.

A test has the numbers of its faults in its name (``test_f12_...``, ``test_f35_f36_...``), or in the name of a case
(``[F12 ...]``).
"""

import re
from collections import Counter
from collections.abc import Iterable
from itertools import groupby

FAULTS = (
    # Sending
    "429 with the time to wait",
    "429 without it",
    "a pause that ends early because something else was being sent",
    "a chat that is gone (blocked, deleted, removed), or an unknown refusal",
    "somebody who blocks the bot, and somebody who comes back",
    "400, chat not found",
    "a group that has a new id (groups have no reminders, so only answers follow)",
    "401 and 404: the token is refused",
    "5xx, or an outage",
    "a response that never arrives",
    "no connection",
    "a connection that breaks",
    "200 without a valid response in it",
    "the same retry for every network error",
    "two layers that retry",
    "a text that is too long",
    "markup that cannot be parsed",
    '"message is not modified"',
    '"query is too old"',
    "button data that is too long",
    "too many requests open at once",
    # Receiving
    "a crash between fetching and handling",
    "the same update twice",
    "an update that cannot be read",
    "a poller that dies silently",
    "two pollers",
    "a webhook that is set while the bot polls",
    "a crash after a webhook call was answered 200",
    "a webhook call while the database is unavailable",
    "410 to a webhook call",
    "a forged webhook call",
    "SIGTERM during work",
    "a second SIGTERM",
    "old updates",
    "an edited message",
    "a channel, a bot, an anonymous administrator, a forwarded message",
    "a group where private matters would be shown",
    "forged button data",
    "a press on a message that no longer exists",
    "the payload of a deep link",
    "somebody who sends without stopping",
    "new kinds of updates and new fields",
    # Time and schedules
    "a restart",
    "a stall, or an outage",
    "the hour that is skipped in spring",
    "the hour that happens twice in autumn",
    "a date that is skipped",
    "new rules for a time zone",
    "a person who travels",
    "a system clock that jumps",
    "a time zone without rules",
    "everybody at the same time",
    "a library's cron trigger",
    # Storage and processes
    "two writers, and the first is overwritten",
    '"database is locked"',
    "a second process on the same file",
    "a power cut",
    "a full disk",
    "a database server that stops",
    "a commit whose confirmation is lost",
    "a lock that belongs to a session",
    "a process that freezes and wakes",
    "a reminder that crashes its process",
    "a library's persistence",
    "pickled data",
    "a migration while an older version is running",
    # Security
    "the token in the log",
    "personal data in the log",
    "a secret in the environment or in the image",
    "a dependency that was replaced by somebody else's",
    "operators' commands, used by others",
    "data that is left after an erasure",
    # Found on the running bot
    "a machine's clock that is wrong",
    "a database that answers and stores nothing",
    "a webhook that another process removes",
    "a start and a stop that leave no line in the log",
    "a proxy that changes the path of webhook calls",
    "a proxy that logs the secret, or does not repeat calls",
    "files of the database that others can read, and text that stays in its log",
    "bytes of erased rows in PostgreSQL",
    "addresses of databases as hosting services write them",
    "settings with quotes, or in files that cannot be read",
    "a proxy as the only way out",
    "a file system without locks",
    "a connection pooler in transaction mode",
    "a refused call that stops the others",
    "tracebacks that strangers can cause",
    "an answer in the wrong topic of a forum",
    "a call for relief in an unusual form",
    "a call for relief in an update that the library cannot read",
    "relief behind the answers of its own chat",
    "a long pause for the picture of the steps",
    "connections that break for seconds while somebody is in pain",
    "a kill that repeats relief",
    "a text in pain that is taken for something else",
    "a guess at a place that is taken for sure",
    "an environment whose Python is gone",
    "JSON that is nested too deep",
    "a second process that polls before it has the lock",
)
"""The faults by number, from F1 on."""
ALL = range(1, 1 + len(FAULTS))
MUST_HAVE = range(1, 43)
"""The faults of sending and receiving must have tests."""
COLUMNS = 12
_IN_A_NAME = re.compile(r"\btest_((?:f\d\d_)+)")
_IN_A_CASE = re.compile(r"\[F(\d\d) ")


def faults_of(name: str) -> set[int]:
    """Return the numbers of the faults that a test is about."""
    match = _IN_A_NAME.search(name)
    numbers = re.findall(r"\d\d", match[1]) if match else []
    return {int(number) for number in [*numbers, *_IN_A_CASE.findall(name)]}


def table(passed: Iterable[str], failed: Iterable[str]) -> list[str]:
    """Return lines: how many tests passed for each fault, ``!`` where some failed, and the faults without a test."""
    good, bad = (Counter(number for name in names for number in faults_of(name)) for names in (passed, failed))
    cells = [f"F{fault:<3}{good[fault]}{'!' if bad[fault] else ''}" for fault in ALL if good[fault] or bad[fault]]
    lines = [
        "".join(f"{cell:<10}" for cell in cells[at : at + COLUMNS]).rstrip() for at in range(0, len(cells), COLUMNS)
    ]
    return [*lines, f"without a test: {_ranges([fault for fault in ALL if not (good[fault] or bad[fault])])}"]


def _ranges(numbers: Iterable[int]) -> str:
    """Return numbers as people write them: F1, F3-F5."""
    runs = [[number for _, number in run] for _, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0])]
    named = [f"F{run[0]}" if len(run) == 1 else f"F{run[0]}-F{run[-1]}" for run in runs]
    return ", ".join(named) or "none"
