"""A small soak by polling and by webhook, the command line, and that a lost or doubled update would be noticed."""

from collections import Counter
from datetime import datetime, timezone
from pathlib import Path
from random import Random

import pytest
import uvloop

from simulator import Simulator, SkippableClock
from tests.campaigns.soak.__main__ import soak, terms
from tests.campaigns.soak.model import Known
from tests.campaigns.soak.tally import Run, Tally, Terms
from tests.campaigns.soak.traffic import OneUpdate, Traffic, at_night
from tests.campaigns.soak.ways import Copies

BY_POLLING = Terms(updates=2_000, every=1_000, people=500, forked=True)
BY_WEBHOOK = Terms(updates=600, every=300, people=200, way="webhook", forked=True)


@pytest.mark.campaign
@pytest.mark.parametrize("chosen", [BY_POLLING, BY_WEBHOOK], ids=["by polling", "by webhook"])
def test_no_update_is_lost_and_none_takes_effect_twice(chosen: Terms, tmp_path: Path) -> None:
    tally = uvloop.run(soak(chosen, tmp_path))
    assert tally.wrong() == []
    assert tally.sent > 1.3 * tally.updates


def test_the_command_line_sets_the_terms() -> None:
    assert terms([]) == Terms()
    assert terms(["--updates", "50", "--way", "webhook"]) == Terms(updates=50, way="webhook")
    assert Terms().kills == 20


def some_updates(seed: str, count: int = 300) -> list[OneUpdate]:
    simulator = Simulator(clock=SkippableClock(lambda: datetime(2026, 11, 1, tzinfo=timezone.utc)))
    return list(Traffic(simulator, Random(seed), count).round(count))


def test_the_same_seed_makes_the_same_updates() -> None:
    assert some_updates("a") == some_updates("a") != some_updates("b")


def test_every_update_is_sent_one_to_three_times_and_no_copy_too_soon() -> None:
    updates = some_updates("a")
    copies = Copies(Random(1), soonest=20)
    first = [copy.raw["update_id"] for copy in copies.of(updates)]
    sent = Counter(first + [copy.raw["update_id"] for copy in copies.remaining()])
    assert list(dict.fromkeys(first)) == [update.raw["update_id"] for update in updates]
    assert set(sent.values()) == {1, 2, 3}
    for place, number in enumerate(first):
        assert number not in first[place + 1 : place + 20]


@pytest.mark.parametrize("hour", range(24))
def test_there_is_always_night_somewhere(hour: int) -> None:
    for month in (1, 7):
        assert len(at_night(datetime(2026, month, 1, hour, 30, tzinfo=timezone.utc))) == 3


def test_a_person_is_known_by_what_they_did() -> None:
    known = Known()
    assert (known.block(), known.row()) == (0, (None, 0, None, False)), "nobody becomes known by that"
    assert [known.live_in("Europe/Oslo"), known.turn_on(), known.flip_sound(), known.block()] == [1, 1, 1, 0]
    assert (known.row(), known.reminder_row()) == ((None, 0, "Europe/Oslo", True), (True, True, 4))
    assert (known.come_back(), known.come_back()) == (1, 0)
    assert known.reminder_row() == (False, True, 6)


def test_what_must_not_be_is_told() -> None:
    tally = Tally(Terms(updates=10, every=5), updates=9, most=200)
    tally.runs = [Run(5, 1.0, 100.0, 50), Run(9, 1.0, 180.0, 300)]
    tally.fault("5 got 2 instead of 1")
    assert [line.split(" ", 1)[0] for line in tally.wrong()] == ["9", "1", "200", "the", "the", "1", "5"]
