"""The planning tick: it puts everything that is due into the outbox."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.app import Services
from bot.store.tables import outbox
from scheduler import planning
from simulator import Simulator
from tests.support.reminders import outbox_rows, outbox_states, schedule_reminder

DAY = timedelta(days=1)


async def test_nothing_is_planned_before_it_is_due(services: Services, simulator: Simulator) -> None:
    await schedule_reminder(services, simulator.add_person(), after=10)
    simulator.clock.skip(timedelta(minutes=10, seconds=-1))
    await planning.tick(services)
    assert await outbox_rows(services) == []


async def test_one_tick_plans_every_due_schedule(services: Services, simulator: Simulator) -> None:
    anyone = [simulator.add_person() for _ in range(planning.BATCH + 50)]
    for person in anyone:
        await schedule_reminder(services, person)
    simulator.clock.skip(timedelta(minutes=10))
    await planning.tick(services)
    assert sorted(row.chat_id for row in await outbox_rows(services)) == sorted(person.id for person in anyone)
    await planning.tick(services)
    assert await outbox_states(services) == ["pending"] * len(anyone)


async def test_planning_stops_when_enough_rows_wait(
    services: Services, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "MOST_WAITING", 3)
    monkeypatch.setattr(planning, "BATCH", 2)
    for _ in range(10):
        await schedule_reminder(services, simulator.add_person())
    simulator.clock.skip(timedelta(minutes=10))
    for planned in (4, 4):
        await planning.tick(services)
        assert await outbox_states(services) == ["pending"] * planned
    for not_before in (simulator.clock() + DAY, None):
        change = update(outbox).values(not_before=not_before)
        await services.store.write(lambda connection, change=change: connection.execute(change))  # type: ignore[misc]
        await planning.tick(services)
    assert await outbox_states(services) == ["pending"] * 8, "postponed rows delay nothing"


async def test_every_day_has_its_own_reminder(services: Services, simulator: Simulator) -> None:
    await schedule_reminder(services, simulator.add_person())
    simulator.clock.skip(timedelta(minutes=10))
    for _ in range(3):
        await planning.tick(services)
        simulator.clock.skip(DAY)
    assert len({row.local_date for row in await outbox_rows(services)}) == 3


async def test_f44_one_tick_after_a_week_records_every_missed_day(services: Services, simulator: Simulator) -> None:
    await schedule_reminder(services, simulator.add_person())
    simulator.clock.skip(timedelta(minutes=10) + 7 * DAY)
    await planning.tick(services)
    assert await outbox_states(services) == ["missed"] * 7 + ["pending"]
