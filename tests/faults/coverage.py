"""Which tests are for which of the faults, and the table of them at the end of a run.

The faults have numbers: F1 to F21 are those of sending, to F42 of receiving, to F53 of time and schedules, to F66 of
storage and processes, to F72 of security. A test carries them in its name (``test_f12_...``, ``test_f35_f36_...``), or in
that of a case (``[F12 ...]``). There is no diary here: of F36, F37 and F71 what speaks of one is about reminders, and of
F16 about the texts. Groups have no reminders: of F7 only the answer moves with a group.
"""

import re
from collections import Counter
from collections.abc import Iterable
from itertools import groupby

ALL = range(1, 73)
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
