"""A process that is killed while it delivers loses nothing. ``python -m tests.campaigns.kills`` kills ten thousand times."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.campaigns.kills.campaign import POINTS, Terms, killed, running
from tests.support import postgresql
from tests.support.reminders import MUST_ARRIVE

SEED = "20261101"
KILLS = 30
KINDS = ("water", "stretch", MUST_ARRIVE)


@pytest.fixture(scope="module")
def server() -> Iterator[postgresql.Server]:
    if reason := postgresql.missing():
        pytest.skip(reason)
    with postgresql.serve() as started:
        yield started


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'charley.db'}"


async def test_a_run_without_kills_serves_everybody_once(url: str) -> None:
    terms = Terms(0, refused=0)
    async with running(url, 1, terms) as runs:
        assert not await runs.one()
        tally = await runs.judge()
    assert tally.ends == {("none", "sent"): terms.people}
    assert set(runs.counts.values()) == {1}
    assert tally.faults == ()


@pytest.mark.campaign
async def test_f43_nothing_is_lost_in_thirty_kills(url: str) -> None:
    tally = await killed(url, Terms(KILLS, kinds=KINDS), SEED)
    assert tally.faults == ()
    assert tally.kills.total() == KILLS


async def test_nothing_is_lost_on_postgresql_either(server: postgresql.Server) -> None:
    tally = await killed(server.new_database(), Terms(5, kinds=KINDS), SEED)
    assert tally.faults == ()
    assert tally.kills.total() == 5


async def test_after_a_kill_at_any_point_the_next_run_finishes_the_work(url: str) -> None:
    terms = Terms(1, refused=0, round_trip=0.01)
    async with running(url, 2 * len(POINTS), terms) as runs:
        for point in POINTS:
            assert await runs.one(point, 2), point
            assert not await runs.one(), point
            assert all(copies in {1, 2} for copies in runs.counts.values()), point
        tally = await runs.judge()
    assert tally.faults == ()
    assert {state for _, state in tally.ends} <= {"sent", "presumed"}
