"""Which tests are for which of the faults, and the table of them at the end of a run.

A test carries the numbers of its faults in its name (``test_f12_...``, ``test_f35_f36_...``), or in that of a case
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
    "a pause that ends early, as something else was under way",
    "a chat that is gone: blocked, deleted, thrown out; or a refusal nobody knows",
    "who blocks the bot, and who comes back",
    "400, there is no such chat",
    "a group that has another number now (it has no reminders: only answers move with it)",
    "401 and 404, the token is refused",
    "5xx, and an outage",
    "an answer that does not come",
    "no connection",
    "a connection that breaks",
    "200 with nothing in it that is an answer",
    "one and the same retry for every error of the network",
    "two layers that retry",
    "a text that is too long (there is no diary to be exported)",
    "markup that cannot be parsed",
    '"message is not modified"',
    '"query is too old"',
    "the data of a button is too long",
    "too many requests open at once",
    # Receiving
    "a crash between fetching and handling",
    "the same update again",
    "an update that cannot be read",
    "a poller that dies in silence",
    "two who poll",
    "a webhook that is set while the bot polls",
    "a crash after a webhook was told 200",
    "a webhook while the database is away",
    "410 to a webhook",
    "a forged call of a webhook",
    "SIGTERM in the middle of something",
    "SIGTERM again",
    "updates of long ago",
    "an edited message",
    "a channel, a bot, an anonymous administrator, a forwarded message (there is no diary to be written)",
    "a group (there is no diary to be shown: it is about reminders)",
    "the forged data of a button",
    "a press on a message that is not there any more",
    "the payload of a link",
    "somebody who sends without end",
    "kinds and fields that are new",
    # Time and schedules
    "a restart",
    "a stall, and an outage",
    "the hour that is left out in spring",
    "the hour that comes twice in autumn",
    "a date that is left out",
    "new rules for a zone",
    "a person who moves about",
    "a wall clock that leaps",
    "a zone without rules",
    "everybody at the same time",
    "a library's cron",
    # Storage and processes
    "two who write: the first is overwritten",
    '"database is locked"',
    "a second process on the same file",
    "a power cut",
    "a full disk",
    "a database server that falls",
    "a commit whose answer is lost",
    "a lock that belongs to a session",
    "a process that is frozen and wakes",
    "a reminder that brings down its process",
    "a library's persistence",
    "pickles",
    "a migration while an older version runs",
    # Security
    "the token in the log",
    "a person in the log",
    "a secret in the environment or in the image",
    "a dependency that was exchanged",
    "what only operators may (there is no diary for them to read)",
    "what is left of the erased",
)
"""What each number means, from F1 on."""
ALL = range(1, 1 + len(FAULTS))
MUST_HAVE = range(1, 43)
"""Those of sending and receiving."""
COLUMNS = 12
_IN_A_NAME = re.compile(r"\btest_((?:f\d\d_)+)")
_IN_A_CASE = re.compile(r"\[F(\d\d) ")


def faults_of(name: str) -> set[int]:
    """The numbers that a test carries."""
    found = _IN_A_NAME.search(name)
    numbers = re.findall(r"\d\d", found[1]) if found else []
    return {int(each) for each in [*numbers, *_IN_A_CASE.findall(name)]}


def table(passed: Iterable[str], failed: Iterable[str]) -> list[str]:
    """How many tests passed for each fault, with a ! where some failed, and which faults have none."""
    good, bad = (Counter(number for name in names for number in faults_of(name)) for names in (passed, failed))
    cells = [f"F{each:<3}{good[each]}{'!' if bad[each] else ''}" for each in ALL if good[each] or bad[each]]
    lines = [
        "".join(f"{each:<10}" for each in cells[at : at + COLUMNS]).rstrip() for at in range(0, len(cells), COLUMNS)
    ]
    return [*lines, f"without a test: {_ranges([each for each in ALL if not (good[each] or bad[each])])}"]


def _ranges(numbers: Iterable[int]) -> str:
    """Numbers as people write them: F1, F3-F5."""
    runs = [[each for _, each in run] for _, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0])]
    named = [f"F{run[0]}" if len(run) == 1 else f"F{run[0]}-F{run[-1]}" for run in runs]
    return ", ".join(named) or "none"
