"""A small storm with short leases, so that some freezes outlast them, and proof that the evidence finds violations."""

from collections.abc import AsyncIterator
from datetime import datetime, timezone
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from bot.store import Connection, Store
from bot.store.tables import outbox, schedule
from simulator import Person
from tests.campaigns.storm.__main__ import terms
from tests.campaigns.storm.backups import backing_up
from tests.campaigns.storm.campaign import store_wishes, storming
from tests.campaigns.storm.evidence import Arrival, Evidence, wrong
from tests.campaigns.storm.tally import Tally, Terms
from tests.support import running_bot
from tests.support.postgresql import Server
from tests.support.waiting import until

SMALL = Terms(
    due=150,
    twice=3,  # the machine may be busy
    kills=2,
    freezes=2,
    stops=1,
    restarts=1,
    storms=1,
    backups=0,  # pg_dump would take a tenth of the processor from the others
    callers=20,
    longest_freeze=8.0,
    lease=4.0,
    program="tests.support.hasty",
)


@pytest.fixture
async def evidence() -> AsyncIterator[Evidence]:
    async with running_bot.telegram() as simulator:
        yield Evidence(simulator)


@pytest.mark.campaign
async def test_a_storm_loses_nothing_and_breaks_no_limit(server: Server, tmp_path: Path) -> None:
    async with storming(SMALL, server, tmp_path) as storm:
        tally = await storm.run()
    assert tally.wrong() == []
    assert sum(tally.ends.values()) == SMALL.due, "each has an end"
    assert tally.refused, "the storm struck"


def test_the_command_line_sets_the_numbers() -> None:
    assert terms(["--rounds", "1"]) == [Terms()]
    few = terms(["--rounds", "2", "--replicas", "4", "--due", "300", "--seed", "7"])
    assert few == [Terms(replicas=4, due=300, seed=7), Terms(replicas=4, due=300, seed=8)]


def test_every_second_is_counted_wherever_it_begins(evidence: Evidence) -> None:
    evidence.moments = [0.0, 0.6, 0.9, 1.0, 1.5, 1.6]
    assert evidence.most_in_a_second() == (4, 0.0)
    tally = Tally(Terms(rate=3), most_in_a_second=4)
    assert "4 arrived in one second" in tally.wrong()


def test_only_a_stall_of_the_campaign_itself_excuses_a_full_second(evidence: Evidence) -> None:
    evidence.moments = [0.0, 0.6, 0.9, 1.0, 1.5, 1.6]
    evidence.stalls = [(0.3, 0.3), (1.2, 0.1), (2.5, 0.5)]
    assert evidence.most_in_a_second() == (4, 0.1)
    assert "4 arrived in one second" in Tally(Terms(rate=3), most_in_a_second=4, stall=0.1).wrong()
    assert "4 arrived in one second" not in Tally(Terms(rate=3), most_in_a_second=4, stall=0.4).wrong()


def test_a_message_in_a_pause_is_noticed(evidence: Evidence) -> None:
    limited = [Arrival(10.0, 1, 3), Arrival(10.1, 2, 3), Arrival(10.2, 3, 3)]
    evidence.arrivals = [*limited, Arrival(12.5, 4, 0), Arrival(12.6, 1, 0), Arrival(13.3, 2, 0)]
    assert evidence.in_a_pause_of_its_chat() == 1
    assert evidence.in_a_pause_of_the_bot() == pytest.approx([0.1, 2.4, 2.5])
    tally = Tally(Terms(), in_bot_pause=evidence.in_a_pause_of_the_bot())
    assert any(line.startswith("2 arrived in a pause of the bot") for line in tally.wrong())


def test_one_limited_chat_is_not_a_pause_of_the_bot(evidence: Evidence) -> None:
    evidence.arrivals = [Arrival(10.0, 1, 3), Arrival(12.5, 4, 0)]
    assert evidence.in_a_pause_of_the_bot() == []


async def test_a_copy_that_is_not_of_one_moment_is_noticed(server: Server, tmp_path: Path) -> None:
    due, url = datetime(2026, 11, 1, 20, 0, tzinfo=timezone.utc), server.new_database()

    def half_planned(connection: Connection) -> None:
        store_wishes(connection, [Person(1, "Anna"), Person(2, "Bo")], due)
        planned = connection.scalar(select(func.max(schedule.c.id)))
        connection.execute(insert(outbox).values(chat_id=2, kind="water", due_at=due, schedule_id=planned))

    async with Store.open(url) as store:
        await store.write(half_planned)
    async with backing_up(server, url, tmp_path) as backups:
        await until(lambda: backups.copies)
    assert await backups.wrong(2, [due]) == ["reminders in a copy that are half planned: 1"]
    assert (await backups.wrong(3, [due]))[0] == "schedules in a copy: 2"


@pytest.mark.parametrize(
    ("copies", "refused", "row", "what"),
    [
        (1, 0, ("sent", None, 1), ""),
        (1, 1, ("sent", None, 1), ""),
        (2, 0, ("sent", None, 2), ""),
        (0, 1, ("presumed", None, 1), ""),
        (0, 0, ("missed", "late", 0), ""),
        (3, 0, ("sent", None, 2), "came three times"),
        (0, 0, ("sent", None, 1), "was lost"),
        (0, 0, ("presumed", None, 1), "was lost"),
        (0, 1, ("sent", None, 1), "is sent, and was only refused"),
        (0, 0, ("pending", None, 0), "is without an end"),
        (0, 0, None, "is without an end"),
        (0, 0, ("dead", None, 2), "has no reason"),
    ],
)
def test_each_reminder_is_judged(copies: int, refused: int, row: tuple[str, str | None, int] | None, what: str) -> None:
    assert wrong(copies, refused, row).startswith(what)
    assert bool(wrong(copies, refused, row)) == bool(what)
