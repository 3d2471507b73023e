"""Every fault of sending, with a process that dies at every point of it: two hundred outcomes.

The outcomes are in a table, by the effect of a fault. Each line of it is a promise. An outcome is ``state copies/tries``:
how often the message arrived, or was really edited, and how many requests for it were begun. Nothing arrives three
times, and nothing that can be sent stays open. A reminder that must arrive is lost only after two tries, as far as the
next process knows: a process that died with a claim counts as a try, whether or not a byte had left.
"""

from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest
import pytest_asyncio

from bot import config
from bot.config import Settings
from bot.store import Store
from bot.store.outbox import MOST_ATTEMPTS
from simulator import Fault, Simulator
from tests.faults.send_crashes import EDIT, MUST, POINTS, PRESUMED, CrashedDeliveries, Trouble
from tests.support.offline_bot import fast_database

HOLD_SECONDS = 600.0
LATER, NEVER, UNREACHED = "refused for now", "refused for good", "not reached"
FAILED, FAILED_TAKEN = "failed, not taken", "failed, taken"
UNCLEAR, UNCLEAR_TAKEN = "unclear, not taken", "unclear, taken"
TROUBLES: dict[str, tuple[str, Trouble]] = {
    "F01 429 with a wait": (LATER, Trouble(Fault(status=429, retry_after=7))),
    "F02 429 without a wait": (LATER, Trouble(Fault(status=429))),
    "F04 403 blocked": (NEVER, Trouble(Fault(status=403), lasting=True)),
    "F04 403 unknown": (LATER, Trouble(Fault(status=403, description="Forbidden: something new"))),
    "F06 400 chat not found": (NEVER, Trouble(Fault(status=400, description="Bad Request: chat not found"), lasting=True)),
    "F07 400 moved": (NEVER, Trouble(moved=True)),
    "F08 401": (LATER, Trouble(Fault(status=401))),
    "F08 404": (LATER, Trouble(Fault(status=404))),
    "F09 500": (FAILED, Trouble(Fault(status=500))),
    "F09 502 in HTML, taken": (FAILED_TAKEN, Trouble(Fault(status=502, body="html", deliver=True))),
    "F10 no answer": (UNCLEAR_TAKEN, Trouble(Fault(hold=HOLD_SECONDS))),
    "F11 no connection": (UNREACHED, Trouble(unreached=True)),
    "F12 cut before it is read": (UNCLEAR, Trouble(Fault(cut="headers"))),
    "F12 cut before it is taken": (UNCLEAR, Trouble(Fault(cut="body"))),
    "F12 cut before the answer": (UNCLEAR_TAKEN, Trouble(Fault(cut="delivered"))),
    "F12 cut in the answer": (UNCLEAR_TAKEN, Trouble(Fault(cut="half"))),
    "F13 200 junk, taken": (UNCLEAR_TAKEN, Trouble(Fault(body="junk", deliver=True))),
    "F13 200 not ok": (UNCLEAR, Trouble(Fault(body="not_ok"))),
    "F13 200 no result, taken": (UNCLEAR_TAKEN, Trouble(Fault(body="no_result", deliver=True))),
    "F17 400 cannot be parsed": (NEVER, Trouble(Fault(status=400, description="Bad Request: can't parse entities"), lasting=True)),
}  # fmt: skip

TABLE: dict[tuple[str, str], list[str]] = {
    # the process dies      unclaimed       claimed         left            noted           answered        recorded
    (LATER, PRESUMED):         ["sent 1/2",      "sent 1/2",      "sent 1/2",      "presumed 0/1",  "presumed 0/1",  "sent 1/2"],
    (LATER, MUST):             ["sent 1/2",      "sent 1/2",      "sent 1/2",      "sent 1/2",      "sent 1/2",      "sent 1/2"],
    (LATER, EDIT):             ["forgotten 1/2", "forgotten 1/2", "forgotten 1/2", "forgotten 1/2", "forgotten 1/2", "forgotten 1/2"],
    (NEVER, PRESUMED):         ["dead 0/1",      "dead 0/1",      "dead 0/2",      "presumed 0/1",  "presumed 0/1",  "dead 0/1"],
    (NEVER, MUST):             ["dead 0/1",      "dead 0/1",      "dead 0/2",      "dead 0/2",      "dead 0/2",      "dead 0/1"],
    (NEVER, EDIT):             ["forgotten 0/1", "forgotten 0/1", "forgotten 0/2", "forgotten 0/2", "forgotten 0/2", "forgotten 0/1"],
    (UNREACHED, PRESUMED):       ["sent 1/2",      "sent 1/2",      "sent 2/3",      "presumed 1/2",  "sent 1/2",      "sent 1/2"],
    (UNREACHED, MUST):           ["sent 1/2",      "sent 1/2",      "sent 2/3",      "sent 2/3",      "sent 1/2",      "sent 1/2"],
    (UNREACHED, EDIT):           ["forgotten 1/2", "forgotten 1/2", "forgotten 1/3", "forgotten 1/3", "forgotten 1/2", "forgotten 1/2"],
    (FAILED, PRESUMED):        ["sent 1/2",      "presumed 0/1",  "sent 1/2",      "presumed 0/1",  "presumed 0/1",  "sent 1/2"],
    (FAILED, MUST):            ["sent 1/2",      "presumed 0/1",  "sent 1/2",      "sent 1/2",      "sent 1/2",      "sent 1/2"],
    (FAILED, EDIT):            ["forgotten 1/2", "forgotten 0/1", "forgotten 1/2", "forgotten 1/2", "forgotten 1/2", "forgotten 1/2"],
    (FAILED_TAKEN, PRESUMED):  ["sent 2/2",      "presumed 1/1",  "sent 2/2",      "presumed 1/1",  "presumed 1/1",  "sent 2/2"],
    (FAILED_TAKEN, MUST):      ["sent 2/2",      "presumed 1/1",  "sent 2/2",      "sent 2/2",      "sent 2/2",      "sent 2/2"],
    (FAILED_TAKEN, EDIT):      ["forgotten 1/2", "forgotten 1/1", "forgotten 1/2", "forgotten 1/2", "forgotten 1/2", "forgotten 1/2"],
    (UNCLEAR, PRESUMED):       ["presumed 0/1",  "presumed 0/1",  "sent 1/2",      "presumed 0/1",  "presumed 0/1",  "presumed 0/1"],
    (UNCLEAR, MUST):           ["sent 1/2",      "presumed 0/1",  "sent 1/2",      "sent 1/2",      "sent 1/2",      "sent 1/2"],
    (UNCLEAR, EDIT):           ["forgotten 1/2", "forgotten 0/1", "forgotten 1/2", "forgotten 1/2", "forgotten 1/2", "forgotten 1/2"],
    (UNCLEAR_TAKEN, PRESUMED): ["presumed 1/1",  "presumed 1/1",  "sent 2/2",      "presumed 1/1",  "presumed 1/1",  "presumed 1/1"],
    (UNCLEAR_TAKEN, MUST):     ["sent 2/2",      "presumed 1/1",  "sent 2/2",      "sent 2/2",      "sent 2/2",      "sent 2/2"],
    (UNCLEAR_TAKEN, EDIT):     ["forgotten 1/2", "forgotten 1/1", "forgotten 1/2", "forgotten 1/2", "forgotten 1/2", "forgotten 1/2"],
}  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of a database with empty tables."""
    file = tmp_path_factory.mktemp("empty") / "charley.db"
    given = {"telegram_bot_token": "123456:" + "x" * 35, "database_url": f"sqlite:///{file}"}
    async with Store.open(config.make(Settings, **given).database_url.get_secret_value()):
        pass
    return file


def cases() -> Iterator[tuple[str, str]]:
    """Yield troubles with kinds. The first trouble of each effect meets every kind, the others meet one kind in turn."""
    kinds, seen = cycle((PRESUMED, MUST, EDIT)), set[str]()
    for name, (effect, _) in TROUBLES.items():
        yield from ((name, next(kinds)) for _ in range(1 if effect in seen else 3))
        seen.add(effect)


@pytest.mark.parametrize(("name", "kind"), list(cases()))
async def test_the_outcome_is_the_one_in_the_table(
    name: str, kind: str, simulator: Simulator, tmp_path: Path, empty: Path
) -> None:
    effect, trouble = TROUBLES[name]
    deliveries = CrashedDeliveries(simulator, tmp_path, empty, kind, trouble)
    with fast_database():
        outcomes = {point: await deliveries.outcome(point) for point in POINTS}
    assert {point: str(end) for point, end in outcomes.items()} == dict(zip(POINTS, TABLE[effect, kind], strict=True))
    assert all(end.attempts is None or 1 <= end.attempts <= MOST_ATTEMPTS for end in outcomes.values())
