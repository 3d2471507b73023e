"""A process that is killed while it delivers, hundreds of times: nothing is lost, and little comes twice.

Ten thousand kills, and how often which point does harm: ``python -m tests.campaigns.kills``.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.campaigns.kills.campaign import POINTS, Terms, killed, living
from tests.support import postgresql
from tests.support.reminders import MUST_ARRIVE

SEED = "20261101"
KILLS = 300
KINDS = ("water", "stretch", MUST_ARRIVE)


@pytest.fixture(scope="module")
def server() -> Iterator[postgresql.Server]:
    if reason := postgresql.missing():
        pytest.skip(reason)
    with postgresql.serve() as running:
        yield running


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'charley.db'}"


async def test_a_life_that_is_not_killed_serves_everybody_once(url: str) -> None:
    terms = Terms(0, refused=0)
    async with living(url, 1, terms) as lives:
        assert not await lives.one()
        tally = await lives.judge()
    assert tally.ends == {("none", "sent"): terms.people}
    assert set(lives.counts.values()) == {1}
    assert tally.faults == ()


@pytest.mark.campaign
async def test_f43_nothing_is_lost_in_hundreds_of_kills(url: str) -> None:
    tally = await killed(url, Terms(KILLS, kinds=KINDS), SEED)
    assert tally.faults == ()
    assert tally.kills.total() == KILLS
    assert all(tally.kills[point] for point in POINTS), "every point was struck"


async def test_nothing_is_lost_on_a_server_either(server: postgresql.Server) -> None:
    tally = await killed(server.new_database(), Terms(10, kinds=KINDS), SEED)
    assert tally.faults == ()
    assert tally.kills.total() == 10


async def test_after_each_point_the_next_life_goes_on(url: str) -> None:
    terms = Terms(1, refused=0, round_trip=0.01)
    async with living(url, 2 * len(POINTS), terms) as lives:
        for point in POINTS:
            assert await lives.one(point, 2), point
            assert not await lives.one(), point
            assert all(copies in {1, 2} for copies in lives.counts.values()), point
        tally = await lives.judge()
    assert tally.faults == ()
    assert {state for _, state in tally.ends} <= {"sent", "presumed"}
