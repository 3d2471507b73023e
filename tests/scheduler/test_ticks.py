"""The ticks: each begins when it has something to do, none overlaps with itself, and a stop waits for them."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

import handlers
from bot.app import Services
from bot.errors import StoreError
from bot.store import runs
from bot.store.tables import Priority
from scheduler import planning
from scheduler.delivery import Delivery, Push
from scheduler.guidance import Guidance
from scheduler.ticks import Ticks
from simulator import Simulator
from tests.bot.store.test_runs import RUN
from tests.support.reminders import outbox_states, schedule_reminder
from tests.support.running_bot import monotonic
from tests.support.sqlite_file import without_table
from tests.support.waiting import run_ready_callbacks

DUE = timedelta(minutes=10)


class Bot:
    """The ticks of a bot, and the names of those that have begun."""

    def __init__(
        self, services: Services, monkeypatch: pytest.MonkeyPatch, push: Push | None = None, **options: Any
    ) -> None:
        reserve = services.sender._gateway.reserve
        self.begun: list[str] = []
        self.delivery = Delivery(services, push or services.sender.push, reserve, handlers.deferred(), 1, **options)
        self.guidance = Guidance(services, reserve, handlers.guides())
        self.is_clock_trusted = True
        for place, name in (
            (planning, "tick"),
            (self.delivery, "tick"),
            (self.guidance, "tick_pain"),
            (self.guidance, "tick"),
        ):
            self._record(monkeypatch, place, name)
        self.ticks = Ticks(services, self.delivery, self.guidance, lambda: self.is_clock_trusted)

    def _record(self, monkeypatch: pytest.MonkeyPatch, place: Any, name: str) -> None:
        tick = getattr(place, name)
        of = getattr(place, "__name__", type(place).__name__).rpartition(".")[2].lower()

        async def recorded(*arguments: Any) -> None:
            self.begun.append(f"{of}.{name}")
            await tick(*arguments)

        monkeypatch.setattr(place, name, recorded)

    async def second(self) -> list[str]:
        """Do what happens in a second, and return which ticks began."""
        self.begun.clear()
        await self.ticks.begin_due()
        await self.ticks.drain()
        return sorted(self.begun)


@pytest.fixture
async def bot(services: Services, simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Bot:
    """Return a bot that has just recovered, as one does when it starts."""
    made = Bot(services, monkeypatch, monotonic=monotonic(simulator.clock))
    await made.delivery.recover()
    return made


async def test_a_second_in_which_nothing_is_due_costs_one_read(services: Services, bot: Bot) -> None:
    statements: list[str] = []
    engine = services.store.database.engine
    event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    assert await bot.second() == []
    assert [statement.partition(" ")[0] for statement in statements if not statement.startswith("BEGIN")] == ["SELECT"]


async def test_a_due_reminder_is_planned_and_sent_in_the_same_second(
    services: Services, simulator: Simulator, bot: Bot
) -> None:
    anna = simulator.add_person(started=True)
    await schedule_reminder(services, anna)
    await bot.second()
    simulator.clock.skip(DUE)
    assert await bot.second() == ["delivery.tick", "planning.tick"]
    assert await outbox_states(services) == ["sent"]
    assert await bot.second() == []


async def test_rows_left_half_done_are_looked_for_every_ten_seconds(simulator: Simulator, bot: Bot) -> None:
    for _ in range(2):
        simulator.clock.skip(timedelta(seconds=9))
        assert await bot.second() == []
        simulator.clock.skip(timedelta(seconds=1))
        assert await bot.second() == ["delivery.tick"]


async def test_after_a_claim_whose_answer_was_lost_the_delivery_ticks_although_nothing_is_due(
    services: Services, simulator: Simulator, bot: Bot, tmp_path: Path
) -> None:
    anna = simulator.add_person(started=True)
    await schedule_reminder(services, anna)
    simulator.clock.skip(DUE)
    await planning.tick(services)
    async with without_table(tmp_path / "charley.db", "person"):
        await bot.second()  # the claim fails
    assert bot.delivery.must_recover
    assert await bot.second() == ["delivery.tick"]
    assert not bot.delivery.must_recover
    assert await outbox_states(services) == ["sent"]


@pytest.mark.parametrize(
    ("priority", "tick"), [(Priority.URGENT, "guidance.tick_pain"), (Priority.NORMAL, "guidance.tick")]
)
async def test_people_are_guided_when_an_edit_is_due(
    priority: Priority, tick: str, services: Services, bot: Bot
) -> None:
    now = services.clock()
    run = replace(RUN, priority=priority, kind="no such kind", began_at=now, due_at=now)
    await services.store.write(lambda connection: runs.begin(connection, run))
    bot.is_clock_trusted = False
    assert await bot.second() == [tick]


async def test_f50_nothing_is_planned_or_delivered_while_the_clock_is_in_doubt(
    services: Services, simulator: Simulator, bot: Bot
) -> None:
    anna = simulator.add_person(started=True)
    await schedule_reminder(services, anna)
    simulator.clock.skip(DUE)
    bot.is_clock_trusted = False
    assert await bot.second() == []
    bot.is_clock_trusted = True
    assert await bot.second() == ["delivery.tick", "planning.tick"]


async def test_a_tick_under_way_is_not_begun_again(
    services: Services, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrived, may_go_on = asyncio.Event(), asyncio.Event()

    async def hanging(*arguments: Any) -> Any:
        arrived.set()
        await may_go_on.wait()
        return await services.sender.push(*arguments)

    bot = Bot(services, monkeypatch, push=hanging)
    anna = simulator.add_person(started=True)
    await schedule_reminder(services, anna)
    simulator.clock.skip(DUE)
    await bot.ticks.begin_due()
    await arrived.wait()
    bot.begun.clear()
    bo = simulator.add_person(started=True)
    await schedule_reminder(services, bo, after=0)
    simulator.clock.skip(timedelta(days=1))
    await bot.ticks.begin_due()
    await run_ready_callbacks()
    assert bot.begun == ["planning.tick"]
    may_go_on.set()
    await bot.ticks.drain()


async def test_nothing_begins_after_the_stop(services: Services, simulator: Simulator, bot: Bot) -> None:
    anna = simulator.add_person(started=True)
    await schedule_reminder(services, anna)
    simulator.clock.skip(DUE)
    await asyncio.gather(bot.ticks.run(bot.ticks.begin_due), bot.ticks.finish())  # the stop comes during the read
    assert bot.begun == []
    assert await outbox_states(services) == []


async def test_an_unavailable_database_ends_no_tick_with_a_traceback(
    services: Services, bot: Bot, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    async with without_table(tmp_path / "charley.db", "run"):
        with pytest.raises(StoreError):
            await bot.ticks.begin_due()
        await bot.ticks.run(bot.ticks.begin_due)
    assert [record.message for record in caplog.records if record.exc_info] == []
    await bot.ticks.begin_due()
