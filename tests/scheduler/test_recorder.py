"""The recorder: notes about messages under way are written together, in order, and kept until they can be written."""

import asyncio
import errno
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from bot.app import Services
from bot.store import Connection, claiming, outbox
from bot.store.outbox import Recovered, Transition
from bot.store.tables import OutboxState
from bot.store.tables import outbox as table
from scheduler import recorder
from scheduler.recorder import Recorder
from simulator import Simulator
from tests.support.reminders import outbox_rows, outbox_states
from tests.support.sqlite_file import without_table
from tests.support.waiting import let_requests_arrive, run_ready_callbacks, until

TERM = 1


@pytest.fixture
def noted(services: Services) -> Recorder:
    return Recorder(services.store, TERM, services.clock)


async def claimed(services: Services, number: int) -> list[int]:
    """Return the ids of ``number`` claimed reminders."""
    now = services.clock()
    due = [{"chat_id": 7, "kind": "water", "due_at": now} for _ in range(number)]
    await services.store.write(lambda connection: connection.execute(insert(table), due))
    await services.store.write(lambda connection: claiming.claim(connection, now, TERM, number))
    return list(await services.store.read(lambda connection: connection.execute(select(table.c.id)).scalars()))


def commits(services: Services, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Count the recorder's transactions from now on."""
    written: list[int] = []
    record = outbox.record

    def counted(connection: Connection, *arguments: object) -> None:
        written.append(1)
        record(connection, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(outbox, "record", counted)
    return lambda: len(written)


async def test_without_a_sent_log_hand_overs_are_written_to_the_database(services: Services) -> None:
    services.store.sent_rows = None
    noted = Recorder(services.store, TERM, services.clock)
    numbers = await claimed(services, 3)
    noted.hand_over(numbers[0])
    noted.hand_over(numbers[1])
    await noted.wait_until_stored()
    assert await outbox_states(services) == ["handed", "handed", "claimed"]
    await noted.record(Transition(numbers[1], OutboxState.SENT, message_id=5))
    assert await outbox_states(services) == ["handed", "sent", "claimed"]
    assert (await outbox_rows(services))[1].ended_at == services.clock()


async def test_hand_overs_in_the_sent_log_survive_without_a_commit(services: Services, noted: Recorder) -> None:
    numbers = await claimed(services, 3)
    noted.hand_over(numbers[0])
    noted.hand_over(numbers[1])
    await noted.record(
        Transition(numbers[1], OutboxState.PENDING, counts_as_attempt=False)
    )  # Telegram said that it was too much
    await noted.wait_until_stored()
    again = await services.store.write(lambda connection: claiming.claim(connection, services.clock(), TERM, 1))
    assert [row.id for row in again.rows] == [numbers[1]]
    assert await outbox_states(services) == ["claimed"] * 3
    next_life = Recorder(services.store, TERM + 1, services.clock)
    assert await next_life.recover((), ours=True) == Recovered(pending=2, presumed=1)
    assert await outbox_states(services) == ["presumed", "pending", "pending"]
    assert await next_life.recover((), ours=True) == Recovered(pending=0, presumed=0)


async def test_a_handed_row_that_must_arrive_is_sent_again(services: Services, noted: Recorder) -> None:
    (number,) = await claimed(services, 1)
    noted.hand_over(number)
    assert await noted.recover({"water"}, ours=True) == Recovered(pending=1, presumed=0)


async def test_f58_with_a_full_disk_hand_overs_are_written_to_the_database(
    services: Services, noted: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sent log cannot be written; the database still has room."""

    def full(number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    number, *others = await claimed(services, 1 + recorder.LARGE_COMMIT)
    monkeypatch.setattr(services.store.sent_rows, "add", full)
    monkeypatch.setattr(recorder, "PAUSE_SECONDS", 3600)

    async def leaves() -> None:
        noted.hand_over(number)

    await asyncio.gather(*(noted.record(Transition(number, OutboxState.SENT)) for number in others), leaves())
    await noted.wait_until_stored()
    assert await outbox_states(services) == ["handed", *["sent"] * recorder.LARGE_COMMIT]


async def test_without_notes_the_recorder_is_settled(noted: Recorder) -> None:
    await noted.wait_until_stored()


async def test_an_end_is_not_undone_by_a_hand_over_that_comes_with_it(services: Services, noted: Recorder) -> None:
    (number,) = await claimed(services, 1)
    noted.hand_over(number)
    await noted.record(Transition(number, OutboxState.SENT))
    assert await outbox_states(services) == ["sent"]


@pytest.mark.parametrize(("number", "pauses"), [(recorder.LARGE_COMMIT - 1, False), (recorder.LARGE_COMMIT, True)])
async def test_in_a_rush_the_next_ends_wait_for_each_other(
    number: int, pauses: bool, services: Services, noted: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "PAUSE_SECONDS", 3600)
    *many, last = await claimed(services, number + 1)
    await asyncio.gather(*(noted.record(Transition(number, OutboxState.SENT)) for number in many))
    ending = asyncio.create_task(noted.record(Transition(last, OutboxState.SENT)))
    if pauses:
        await let_requests_arrive()
        await services.store.write(lambda _: None, patient=True)  # after all that has been written until now
        assert await outbox_states(services) == [*["sent"] * number, "claimed"]
        ending.cancel()
    else:
        await ending


async def test_without_a_sent_log_no_commit_waits(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "PAUSE_SECONDS", 3600)
    services.store.sent_rows = None
    noted = Recorder(services.store, TERM, services.clock)
    await asyncio.gather(
        *(noted.record(Transition(row, OutboxState.SENT)) for row in await claimed(services, recorder.LARGE_COMMIT))
    )
    await noted.wait_until_stored()


async def test_many_ends_share_few_transactions(
    services: Services, noted: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = await claimed(services, 100)
    written = commits(services, monkeypatch)
    for number in numbers:
        noted.hand_over(number)
    await asyncio.gather(*(noted.record(Transition(number, OutboxState.SENT)) for number in numbers))
    assert await outbox_states(services) == ["sent"] * 100
    assert written() <= 2


async def test_ends_that_cannot_be_written_are_written_later(
    services: Services,
    noted: Recorder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recorder, "RETRY_SECONDS", 0.001)
    one, two = await claimed(services, 2)
    tried = commits(services, monkeypatch)
    async with without_table(tmp_path / "charley.db", "outbox"):
        first = asyncio.create_task(noted.record(Transition(one, OutboxState.SENT, message_id=5)))
        await until(lambda: tried() >= 2)
        noted.hand_over(two)
        second = asyncio.create_task(noted.record(Transition(two, OutboxState.DEAD, "gone")))
        await run_ready_callbacks()
        assert not first.done(), "the caller waits until it is stored"
    await asyncio.gather(first, second)
    assert [(row.state, row.message_id) for row in await outbox_rows(services)] == [("sent", 5), ("dead", None)]


async def test_ends_have_the_time_at_which_they_are_stored(
    services: Services, simulator: Simulator, noted: Recorder
) -> None:
    (number,) = await claimed(services, 1)
    before = services.clock()
    simulator.clock.skip(timedelta(minutes=1))
    await noted.record(Transition(number, OutboxState.SENT))
    assert (await outbox_rows(services))[0].ended_at == before + timedelta(minutes=1)
