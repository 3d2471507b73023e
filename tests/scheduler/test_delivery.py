"""Delivery: what each answer of Telegram leads to, and what must never be sent."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, update

import handlers
from bot.app import Services
from bot.content.telegram_html import visible
from bot.errors import StoreError
from bot.messages.gateway import Gateway
from bot.messages.limiter import Limiter
from bot.messages.outcome import Outcome, Verdict
from bot.messages.rates import Rates
from bot.messages.sender import Destination, Draft, Sender
from bot.reminders.rendering import next_tip
from bot.store import people, schedules
from bot.store.people import Person as Known
from bot.store.schedules import Wish
from bot.store.tables import outbox
from bot.timetable import LATE
from scheduler import planning
from scheduler.delivery import Delivery, Push
from scheduler.transitions import RETRY_AFTER
from simulator import Fault, Person, Simulator, SkippableClock
from tests.support.recording import Requests
from tests.support.reminders import (
    EVERY_DAY,
    MUST_ARRIVE,
    insistent_content,
    outbox_rows,
    outbox_states,
    schedule_reminder,
)
from tests.support.running_bot import content, monotonic
from tests.support.sqlite_file import without_table
from tests.support.waiting import run_ready_callbacks, until

DUE = timedelta(minutes=10)
SECOND = timedelta(seconds=1)
WATER = visible(content()["en"].reminders["water"].text or "")


@pytest.fixture
def anna(simulator: Simulator) -> Person:
    return simulator.add_person("Anna", started=True)


@pytest.fixture
def bo(simulator: Simulator) -> Person:
    return simulator.add_person("Bo", started=True)


def made(services: Services, push: Push | None = None, in_flight: int = 64, **options: Any) -> Delivery:
    push, reserve = push or services.sender.push, services.sender._gateway.reserve
    return Delivery(services, push, reserve, handlers.deferred(), 1, in_flight=in_flight, **options)


def limited(services: Services, rates: Rates) -> Services:
    """Return a delivery with rate limits, whose waits advance the clock."""
    clock, sender = services.clock, services.sender
    assert isinstance(clock, SkippableClock)

    async def skip(seconds: float) -> None:
        await run_ready_callbacks()  # who waits lets others go on
        clock.skip(timedelta(seconds=seconds))

    limiter = Limiter(rates, monotonic(clock), skip)
    gateway = Gateway(sender._gateway._transport, services.settings.bot_url, limiter)
    return replace(services, sender=Sender(gateway, sender._uploads, skip))


@pytest.fixture
def delivery(services: Services) -> Delivery:
    return made(services)


async def due(services: Services, simulator: Simulator, *anyone: Person, kind: str = "water") -> None:
    """Plan reminders for these people that are due."""
    for person in anyone:
        await schedule_reminder(services, person, kind)
    simulator.clock.skip(DUE)
    await planning.tick(services)


# Without trouble


async def test_a_due_reminder_arrives_once_and_is_recorded(
    services: Services, simulator: Simulator, delivery: Delivery, anna: Person, bo: Person
) -> None:
    await due(services, simulator, anna, bo)
    for _ in range(3):
        await delivery.tick()
    for person in (anna, bo):
        (came,) = simulator.judge.received(person.id)
        (row,) = await outbox_rows(services, person)
        assert (row.state, row.message_id, row.attempts) == ("sent", came.message["message_id"], 1)
        assert came.message["text"] == WATER
        assert f"answer:done:{row.id}" in str(came.message["reply_markup"])


async def test_a_reminder_is_in_the_persons_language(
    services: Services, simulator: Simulator, delivery: Delivery, anna: Person, bo: Person
) -> None:
    await services.store.write(lambda connection: people.set_language(connection, anna.id, "sv"))
    await services.store.write(lambda connection: people.set_telegram_language(connection, bo.id, "sv"))
    await due(services, simulator, anna, bo)
    await delivery.tick()
    swedish = visible(content()["sv"].reminders["water"].text or "")
    assert simulator.judge.texts(anna.id) == simulator.judge.texts(bo.id) == [swedish]


async def test_a_tip_is_the_persons_own(
    services: Services, simulator: Simulator, delivery: Delivery, anna: Person
) -> None:
    for _ in range(3):
        await services.store.write(lambda connection: people.count_tip(connection, anna.id))
    await due(services, simulator, anna, kind="tip")
    await delivery.tick()
    assert simulator.judge.texts(anna.id) == [visible(next_tip(content()["en"], Known(anna.id, tips_seen=3)))]


async def test_each_tip_is_another_one(
    services: Services, simulator: Simulator, delivery: Delivery, anna: Person
) -> None:
    await schedule_reminder(services, anna, kind="tip", after=0)
    for _ in range(3):
        simulator.clock.skip(timedelta(days=1))
        await planning.tick(services)
        await delivery.tick()
    in_iceland = content().edition("en", country="IS")  # where everybody here lives
    tips = [visible(next_tip(in_iceland, Known(anna.id, tips_seen=seen))) for seen in range(3)]
    assert simulator.judge.texts(anna.id) == tips


async def test_the_number_of_messages_under_way_is_limited(services: Services, simulator: Simulator) -> None:
    under_way, most = 0, 0

    async def push(chat_id: int, draft: Draft, left: Callable[[], None]) -> Outcome:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        outcome = await services.sender.push(chat_id, draft, left)
        under_way -= 1
        return outcome

    anyone = [simulator.add_person(started=True) for _ in range(20)]
    await due(services, simulator, *anyone)
    await made(services, push, in_flight=3).tick()
    assert await outbox_states(services) == ["sent"] * 20
    assert most == 3


async def test_the_number_of_messages_per_second_is_limited(services: Services, simulator: Simulator) -> None:
    seconds: list[float] = []

    async def push(chat_id: int, draft: Draft, left: Callable[[], None]) -> Outcome:
        seconds.append(services.clock().timestamp())
        return await services.sender.push(chat_id, draft, left)

    anyone = [simulator.add_person(started=True) for _ in range(23)]
    await due(services, simulator, *anyone)
    services = limited(services, Rates(6))
    await made(services, push).tick()
    assert await outbox_states(services) == ["sent"] * 23
    assert all(seconds[n] - seconds[n - 5] >= 1 - 1e-6 for n in range(5, 23))


async def test_after_the_end_nothing_is_claimed(
    services: Services, simulator: Simulator, delivery: Delivery, anna: Person
) -> None:
    await due(services, simulator, anna)
    delivery.stop_claiming()
    await delivery.tick()
    assert await outbox_states(services) == ["pending"]
    await made(services).tick()
    assert await outbox_states(services) == ["sent"]


# What Telegram answers


async def test_a_limit_pauses_its_chat_alone_and_does_not_count(
    services: Services, simulator: Simulator, delivery: Delivery, anna: Person, bo: Person
) -> None:
    await due(services, simulator, anna, bo)
    simulator.faults.add(Fault(status=429, retry_after=7, chats={anna.id}))
    requests = Requests(simulator)  # sees what is not refused
    await delivery.tick()
    assert await outbox_states(services, bo) == ["sent"]
    (again,) = await outbox_rows(services, anna)
    assert (again.state, again.attempts) == ("pending", 0)
    simulator.clock.skip(7 * SECOND - timedelta(milliseconds=1))
    await delivery.tick()
    assert requests.of("sendMessage", chat=anna.id) == []
    simulator.clock.skip(timedelta(milliseconds=1))
    await delivery.tick()
    assert [(row.state, row.attempts) for row in await outbox_rows(services)] == [("sent", 1), ("sent", 1)]


async def test_two_limits_pause_everybody(services: Services, simulator: Simulator, anna: Person, bo: Person) -> None:
    delivery = made(services, in_flight=1)
    await due(services, simulator, anna, bo, simulator.add_person(started=True))
    simulator.faults.add(Fault(status=429, retry_after=7))
    simulator.faults.add(Fault(status=429, retry_after=3))
    await delivery.tick()
    assert await outbox_states(services) == ["pending"] * 3
    simulator.clock.skip(6 * SECOND)
    await delivery.tick()
    assert await outbox_states(services) == ["pending"] * 3
    simulator.clock.skip(SECOND)
    await delivery.tick()
    assert [(row.state, row.attempts) for row in await outbox_rows(services)] == [("sent", 1)] * 3


async def test_a_reminder_whose_chat_is_not_free_is_postponed_and_delays_nobody(
    services: Services, simulator: Simulator, anna: Person, bo: Person
) -> None:
    services = limited(services, Rates())
    await due(services, simulator, anna, bo)
    await services.sender.send(Destination(anna.id), Draft("Hello"))
    simulator.clock.skip(SECOND / 2)
    requests = Requests(simulator)
    delivery = made(services)
    await delivery.tick()
    assert [request.chat for request in requests.of("sendMessage")] == [bo.id]
    (row,) = await outbox_rows(services, anna)
    assert (row.state, row.attempts) == ("pending", 0)
    simulator.clock.skip(SECOND)
    await delivery.tick()
    assert await outbox_states(services) == ["sent", "sent"]


async def test_an_end_does_not_wait_for_a_pause(services: Services, simulator: Simulator, anna: Person) -> None:
    """Telegram may ask for a pause of an hour."""
    delivery = made(services)
    await due(services, simulator, anna)
    simulator.faults.add(Fault(status=429, retry_after=3600))
    before = services.clock()
    for _ in range(3):
        await delivery.tick()
    assert services.clock() == before


@pytest.mark.parametrize("fault", [Fault(status=401), Fault(status=429)])
async def test_a_reminder_that_surely_did_not_arrive_is_repeated_until_it_does(
    services: Services, simulator: Simulator, delivery: Delivery, anna: Person, fault: Fault
) -> None:
    await due(services, simulator, anna)
    simulator.faults.add(replace(fault, times=6))
    for _ in range(7):
        await delivery.tick()
        simulator.clock.skip(10 * SECOND)
    assert simulator.judge.texts(anna.id) == [WATER]
    assert [(row.state, row.attempts) for row in await outbox_rows(services)] == [("sent", 1)]


async def test_a_reminder_is_missed_if_telegram_is_unavailable_for_too_long(
    services: Services, simulator: Simulator, delivery: Delivery, anna: Person
) -> None:
    await due(services, simulator, anna)
    simulator.faults.add(Fault(status=401, times=None))
    for _ in range(20):
        await delivery.tick()
        simulator.clock.skip(timedelta(minutes=1))
    simulator.faults.clear()
    await delivery.tick()
    assert simulator.judge.texts(anna.id) == []
    assert [(row.state, row.reason) for row in await outbox_rows(services)] == [("missed", "late")]


async def test_f04_a_person_who_has_blocked_the_bot_gets_no_more_reminders(
    services: Services, simulator: Simulator, delivery: Delivery, anna: Person, bo: Person
) -> None:
    await schedule_reminder(services, anna, "stretch", after=60)
    await due(services, simulator, anna, bo)
    simulator.phone.block(anna)
    await delivery.tick()
    (row,) = await outbox_rows(services, anna)
    assert row.state == "dead"
    assert "blocked" in row.reason
    by_kind = await services.store.read(lambda connection: schedules.by_kind(connection, anna.id))
    assert {kind: (schedule.active, schedule.next_at) for kind, schedule in by_kind.items()} == {
        "water": (True, None),
        "stretch": (True, None),
    }
    assert (await services.store.read(lambda connection: people.get(connection, anna.id))).blocked
    assert await outbox_states(services, bo) == ["sent"], "others are served"


@pytest.mark.parametrize("fault", [Fault(body="junk"), Fault(cut="delivered")])
async def test_a_reminder_that_may_have_arrived_is_presumed_to_have(
    services: Services, simulator: Simulator, delivery: Delivery, anna: Person, fault: Fault
) -> None:
    await due(services, simulator, anna)
    number = simulator.faults.add(replace(fault, times=None, chats={anna.id}))
    for _ in range(3):
        await delivery.tick()
        simulator.clock.skip(RETRY_AFTER)
    (row,) = await outbox_rows(services)
    assert (row.state, row.attempts) == ("presumed", 1)
    assert row.reason
    assert simulator.faults.struck(number) == 1


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        ("water", Fault(status=502, body="html")),
        ("water", Fault(status=500, deliver=True)),
        (MUST_ARRIVE, Fault(cut="delivered")),
    ],
)
async def test_a_reminder_that_failed_at_the_server_or_must_arrive_is_repeated_once_after_half_a_minute(
    services: Services, simulator: Simulator, anna: Person, kind: str, fault: Fault
) -> None:
    delivery = made(replace(services, content=insistent_content()))
    await due(services, simulator, anna, kind=kind)
    number = simulator.faults.add(replace(fault, times=None, chats={anna.id}))
    await delivery.tick()
    simulator.clock.skip(RETRY_AFTER - SECOND)
    await delivery.tick()
    assert simulator.faults.struck(number) == 1
    simulator.clock.skip(SECOND)
    for _ in range(3):
        await delivery.tick()
        simulator.clock.skip(RETRY_AFTER)
    assert simulator.faults.struck(number) == 2
    assert [(row.state, row.attempts) for row in await outbox_rows(services)] == [("presumed", 2)]


async def test_a_reminder_that_telegram_refuses_is_dead(
    services: Services, simulator: Simulator, delivery: Delivery, anna: Person
) -> None:
    await due(services, simulator, anna)
    simulator.faults.add(Fault(status=400, description="Bad Request: " + "x" * 100))
    await delivery.tick()
    (row,) = await outbox_rows(services)
    assert row.state == "dead"
    assert len(row.reason) <= 60


async def test_a_reminder_that_cannot_be_drawn_is_dead_and_the_others_are_sent(
    services: Services, simulator: Simulator, delivery: Delivery, anna: Person, bo: Person
) -> None:
    """The content no longer has a kind that somebody has turned on."""
    await schedule_reminder(services, anna, "forgotten")
    await due(services, simulator, bo)
    await delivery.tick()
    assert await outbox_states(services, anna) == ["dead"]
    assert await outbox_states(services, bo) == ["sent"]


# What must not be sent


async def test_a_row_that_is_too_late_is_missed(
    services: Services, simulator: Simulator, delivery: Delivery, anna: Person
) -> None:
    await due(services, simulator, anna)
    simulator.clock.skip(LATE + SECOND)
    await delivery.tick()
    assert simulator.judge.texts(anna.id) == []
    assert [(row.state, row.reason) for row in await outbox_rows(services)] == [("missed", "late")]


async def test_a_reminder_that_was_turned_off_is_cancelled(
    services: Services, simulator: Simulator, delivery: Delivery, anna: Person
) -> None:
    await due(services, simulator, anna)
    await services.store.write(lambda connection: schedules.turn_off(connection, anna.id, services.clock()))
    await delivery.tick()
    assert simulator.judge.texts(anna.id) == []
    assert [(row.state, row.reason) for row in await outbox_rows(services)] == [("cancelled", "changed")]


async def test_a_reminder_changed_while_it_waits_for_a_retry_is_cancelled(
    services: Services, simulator: Simulator, delivery: Delivery, anna: Person
) -> None:
    await due(services, simulator, anna)
    simulator.faults.add(Fault(status=401))
    await delivery.tick()
    other = Wish((time(3),), EVERY_DAY, silent=True)
    await services.store.write(
        lambda connection: schedules.change(connection, anna.id, "water", other, services.clock())
    )
    simulator.clock.skip(10 * SECOND)
    await delivery.tick()
    assert simulator.judge.texts(anna.id) == []
    assert await outbox_states(services) == ["cancelled"]


@pytest.mark.parametrize("in_flight", [1, 5, 64])
async def test_nothing_is_sent_after_it_was_turned_off(
    services: Services, simulator: Simulator, in_flight: int
) -> None:
    """Everybody turns their reminders off while the reminders are being sent."""
    anyone = [simulator.add_person(started=True) for _ in range(60)]
    is_off: set[int] = set()
    too_late: list[int] = []

    async def push(chat_id: int, draft: Draft, left: Callable[[], None]) -> Outcome:
        if chat_id in is_off:
            too_late.append(chat_id)
        return await services.sender.push(chat_id, draft, left)

    async def turn_off(person: Person) -> None:
        now = services.clock()
        await services.store.write(partial(schedules.turn_off, chat_id=person.id, now=now))
        is_off.add(person.id)

    await due(services, simulator, *anyone)
    delivery = made(services, push, in_flight=in_flight)
    ticking = asyncio.create_task(delivery.tick())
    for person in reversed(anyone):
        await turn_off(person)
    await ticking
    assert too_late == []
    assert set(await outbox_states(services)) <= {"sent", "cancelled"}
    for person in anyone:
        (row,) = await outbox_rows(services, person)
        assert len(simulator.judge.texts(person.id)) == (row.state == "sent")


async def test_turning_off_in_the_transaction_of_the_claim_counts(
    services: Services, simulator: Simulator, delivery: Delivery, anna: Person
) -> None:
    await due(services, simulator, anna)
    now = services.clock()
    ticking = asyncio.create_task(delivery.tick())
    await asyncio.gather(
        *(services.store.write(partial(schedules.turn_off, chat_id=anna.id, now=now)) for _ in range(3)), ticking
    )
    (row,) = await outbox_rows(services)
    assert len(simulator.judge.texts(anna.id)) == (row.state == "sent")


# When the process or the database fails


async def test_a_row_claimed_by_a_dead_process_is_sent(
    services: Services, simulator: Simulator, delivery: Delivery, anna: Person, caplog: pytest.LogCaptureFixture
) -> None:
    await due(services, simulator, anna)
    await left(services, "claimed", services.clock())
    await delivery.tick()
    assert simulator.judge.texts(anna.id) == [WATER]
    assert "1 will be sent, 0 are presumed" in caplog.text


async def test_a_row_sent_by_a_dead_process_is_not_sent_again(
    services: Services, simulator: Simulator, delivery: Delivery, anna: Person
) -> None:
    await due(services, simulator, anna)
    await left(services, "handed", services.clock())
    await delivery.recover()
    await delivery.tick()
    assert simulator.judge.texts(anna.id) == []
    assert await outbox_states(services) == ["presumed"]


async def left(services: Services, state: str, now: datetime) -> None:
    """Leave the rows as a dead process did."""
    values = {"state": state, "term": 7, "attempts": 1}
    await services.store.write(lambda connection: connection.execute(update(outbox).values(values)))


async def test_f63_a_row_that_has_crashed_two_processes_is_not_tried_again(
    services: Services, simulator: Simulator, delivery: Delivery, anna: Person, bo: Person
) -> None:
    await due(services, simulator, anna, bo)
    twice = update(outbox).where(outbox.c.chat_id == anna.id).values(attempts=2)
    await services.store.write(lambda connection: connection.execute(twice))
    await delivery.tick()
    assert await outbox_states(services, anna) == ["dead"]
    assert simulator.judge.texts(anna.id) == []
    assert await outbox_states(services, bo) == ["sent"]


async def test_f58_without_a_claim_nothing_is_sent(
    services: Services, simulator: Simulator, delivery: Delivery, anna: Person, tmp_path: Path
) -> None:
    await due(services, simulator, anna)
    async with without_table(tmp_path / "charley.db", "outbox"):
        with pytest.raises(StoreError):
            await delivery.tick()
    assert simulator.judge.texts(anna.id) == []
    await delivery.tick()
    assert simulator.judge.texts(anna.id) == [WATER]


class Frozen:
    """A process that was frozen until another one became active."""

    is_proven = True

    async def may_reply(self) -> bool:
        return self.is_proven


async def test_f62_a_row_taken_over_during_a_freeze_is_not_sent_after_it(
    services: Services, simulator: Simulator
) -> None:
    people = [simulator.add_person(started=True) for _ in range(3)]
    await due(services, simulator, *people)
    services.sender._gateway._activity = activity = Frozen()

    async def push(chat_id: int, draft: Draft, left: Callable[[], None]) -> Outcome:
        """Freeze the first send until another process has taken over."""
        activity.is_proven = False
        return await services.sender.push(chat_id, draft, left)

    delivery = made(services, push)
    await delivery.tick()
    assert simulator.judge.received() == []
    assert await outbox_states(services) == ["pending"] * 3, "none counts as sent, and the active process sends them"


async def test_a_reminder_sent_while_the_database_is_unavailable_is_recorded_later(
    services: Services,
    simulator: Simulator,
    delivery: Delivery,
    anna: Person,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("scheduler.recorder.RETRY_SECONDS", 0.001)
    await due(services, simulator, anna)
    fault = simulator.faults.add(Fault(hold=0.2))
    ticking = asyncio.create_task(delivery.tick())
    await until(lambda: simulator.judge.counts[anna.id])
    async with without_table(tmp_path / "charley.db", "outbox"):
        await until(lambda: "cannot be used" in caplog.text)
        simulator.faults.remove(fault)
    await asyncio.gather(ticking, return_exceptions=True)  # it may have wanted to claim more meanwhile
    await delivery.tick()
    assert await outbox_states(services) == ["sent"]
    assert simulator.judge.texts(anna.id) == [WATER]


async def test_unexpected_verdicts_end_a_row_as_well(services: Services, simulator: Simulator, anna: Person) -> None:
    async def push(*_: object) -> Outcome:
        return Outcome(Verdict.STALE, why="nothing to change")

    await due(services, simulator, anna)
    await made(services, push).tick()
    assert await outbox_states(services) == ["dead"]


async def test_a_snooze_is_sent_like_any_other_reminder(
    services: Services, simulator: Simulator, delivery: Delivery, anna: Person
) -> None:
    row = {"chat_id": anna.id, "kind": "water", "due_at": services.clock(), "silent": True}
    await services.store.write(lambda connection: connection.execute(insert(outbox).values(row)))
    await delivery.tick()
    assert simulator.judge.texts(anna.id) == [WATER]
