"""The ticks: each begins when it has something to do, none overlaps with itself, and a stop waits for them."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import handlers
from bot.app import Services
from bot.errors import UnavailableError
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
from tests.support.statements import record_statements
from tests.support.waiting import run_ready_callbacks

DUE = timedelta(minutes=10)


class Bot:
    """The ticks of a bot, and the names of those that have begun."""

    def __init__(self, services: Services, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, push: Push) -> None:
        reserve, clock = services.sender._gateway.reserve, simulator.clock
        self._services = services
        self._simulator = simulator
        self.begun: list[str] = []
        self.delivery = Delivery(services, push, reserve, handlers.deferred(), 1, monotonic=monotonic(clock))
        self.guidance = Guidance(services, reserve, handlers.guides())
        self.is_clock_trusted = True
        for name, owner in (("planning", planning), ("delivery", self.delivery), ("guidance", self.guidance)):
            monkeypatch.setattr(owner, "tick", self._recorded(name, owner.tick))
        self.ticks = Ticks(services, self.delivery, self.guidance, lambda: self.is_clock_trusted)

    def _recorded(self, name: str, tick: Any) -> Any:
        async def recorded(*arguments: Any) -> None:
            self.begun.append(name)
            await tick(*arguments)

        return recorded

    async def make_due(self) -> None:
        """Make a reminder due, in a second in which no rows left half done are looked for."""
        await schedule_reminder(self._services, self._simulator.add_person(started=True))
        self._simulator.clock.skip(DUE)
        await self.delivery.recover()

    async def second(self) -> list[str]:
        """Do what happens in a second, and return which ticks began."""
        self.begun.clear()
        await self.ticks.begin_due()
        await self.ticks.drain()
        return sorted(self.begun)


@pytest.fixture
async def bot(services: Services, simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Bot:
    """Return a bot that has just recovered, as one does when it starts."""
    made = Bot(services, simulator, monkeypatch, services.sender.push)
    await made.delivery.recover()
    return made


async def test_a_second_in_which_nothing_is_due_costs_one_read(services: Services, bot: Bot) -> None:
    statements = record_statements(services.store)
    assert await bot.second() == []
    verbs = [statement.text.partition(" ")[0] for statement in statements]
    assert [verb for verb in verbs if verb != "BEGIN"] == ["SELECT"]


async def test_a_due_reminder_is_planned_and_sent_in_the_same_second(services: Services, bot: Bot) -> None:
    await bot.make_due()
    assert await bot.second() == ["delivery", "planning"]
    assert await outbox_states(services) == ["sent"]
    assert await bot.second() == []


async def test_a_row_that_waits_is_sent_although_no_schedule_is_due(services: Services, bot: Bot) -> None:
    await bot.make_due()
    await planning.tick(services)
    assert await bot.second() == ["delivery"]
    assert await outbox_states(services) == ["sent"]


async def test_rows_left_half_done_are_looked_for_every_ten_seconds(simulator: Simulator, bot: Bot) -> None:
    for _ in range(2):
        simulator.clock.skip(timedelta(seconds=9))
        assert await bot.second() == []
        simulator.clock.skip(timedelta(seconds=1))
        assert await bot.second() == ["delivery"]


async def test_after_a_claim_whose_answer_was_lost_the_delivery_ticks_although_nothing_is_due(
    services: Services, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bot.make_due()
    await planning.tick(services)
    write = services.store.write

    async def write_and_fail(*arguments: Any, **options: Any) -> Any:
        await write(*arguments, **options)
        raise UnavailableError("the database cannot be used (TimeoutError)")

    with monkeypatch.context() as broken:
        broken.setattr(services.store, "write", write_and_fail)
        assert await bot.second() == ["delivery"]
    assert await outbox_states(services) == ["claimed"]
    assert await bot.second() == ["delivery"]
    assert await outbox_states(services) == ["sent"]


async def test_people_are_guided_when_an_edit_is_due_even_if_the_clock_is_in_doubt(
    services: Services, bot: Bot
) -> None:
    now = services.clock()
    run = replace(RUN, kind="no such kind", began_at=now, due_at=now)
    await services.store.write(lambda connection: runs.begin(connection, run))
    bot.is_clock_trusted = False
    assert await bot.second() == ["guidance"]


async def test_runs_of_people_in_pain_wait_for_no_other_table(services: Services, bot: Bot, tmp_path: Path) -> None:
    now = services.clock()
    run = replace(RUN, kind="no such kind", priority=Priority.URGENT, began_at=now, due_at=now)
    await services.store.write(lambda connection: runs.begin(connection, run))
    assert await bot.second() == []
    async with without_table(tmp_path / "charley.db", "outbox"):
        await bot.ticks.run(bot.guidance.tick_pain)
        await bot.guidance.drain()
    assert await services.store.read(lambda connection: runs.find(connection, run.chat_id, run.message_id)) is None


async def test_f50_nothing_is_planned_or_delivered_while_the_clock_is_in_doubt(bot: Bot) -> None:
    await bot.make_due()
    bot.is_clock_trusted = False
    assert await bot.second() == []
    bot.is_clock_trusted = True
    assert await bot.second() == ["delivery", "planning"]


async def test_a_tick_under_way_is_not_begun_again(
    services: Services, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrived, may_go_on = asyncio.Event(), asyncio.Event()

    async def hanging(*arguments: Any) -> Any:
        arrived.set()
        await may_go_on.wait()
        return await services.sender.push(*arguments)

    bot = Bot(services, simulator, monkeypatch, hanging)
    await bot.make_due()
    await bot.ticks.begin_due()
    await arrived.wait()
    bot.begun.clear()
    await bot.make_due()
    await bot.ticks.begin_due()
    await run_ready_callbacks()
    assert bot.begun == ["planning"]
    may_go_on.set()
    await bot.ticks.drain()


async def test_when_the_database_cannot_be_read_each_tick_asks_for_itself(
    services: Services, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bot.make_due()

    async def fail(_: Any) -> Any:
        raise UnavailableError("the database cannot be used (TimeoutError)")

    monkeypatch.setattr(services.store, "read", fail)
    assert await bot.second() == ["delivery", "guidance", "planning"]
    monkeypatch.undo()
    assert await outbox_states(services) == ["sent"]


async def test_nothing_begins_after_the_stop(services: Services, bot: Bot) -> None:
    await bot.make_due()
    await asyncio.gather(bot.ticks.run(bot.ticks.begin_due), bot.ticks.finish())  # the stop comes during the read
    assert bot.begun == []
    assert await outbox_states(services) == []


async def test_a_stop_waits_for_the_ticks_under_way(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    may_go_on = asyncio.Event()
    monkeypatch.setattr(planning, "tick", lambda _: may_go_on.wait())
    await bot.make_due()
    await bot.ticks.begin_due()
    finishing = asyncio.create_task(bot.ticks.finish())
    for _ in range(20):  # nothing is being sent, so a stop that did not wait would end in these turns
        await run_ready_callbacks()
    assert not finishing.done()
    may_go_on.set()
    await finishing


@pytest.mark.parametrize(
    ("error", "lines"),
    [
        (UnavailableError("the database cannot be used (TimeoutError)"), []),
        (KeyError("what a person wrote"), ["KeyError in tests.scheduler.test_ticks, line"]),
    ],
)
async def test_a_tick_that_fails_is_tried_again_and_leaves_no_traceback(
    error: Exception, lines: list[str], bot: Bot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    begun: list[str] = []

    async def fail(_: Services) -> None:
        begun.append("planning")
        raise error

    reported: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context))
    monkeypatch.setattr(planning, "tick", fail)
    await bot.make_due()
    for _ in range(2):
        await bot.second()
    assert begun == ["planning"] * 2
    assert reported == []
    failures = [record for record in caplog.records if getattr(record, "action", "") == "tick_failed"]
    assert len(failures) == 2 * len(lines)
    assert all(line in failure.getMessage() for failure in failures for line in lines)
    assert "what a person wrote" not in caplog.text
