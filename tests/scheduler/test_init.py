"""The ticks: they run, late ones run once, and none belongs to a person."""

import asyncio
from collections import defaultdict
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_EXECUTED,
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_MISSED,
    JobEvent,
)
from apscheduler.job import Job
from apscheduler.schedulers.asyncio import AsyncIOScheduler

import handlers
import scheduler
from bot.app import Services
from bot.errors import UnavailableError
from handlers import cramp
from scheduler import housekeeping
from scheduler.delivery import Delivery
from scheduler.guidance import Guidance
from scheduler.ticks import Ticks
from scheduler.trigger import Every
from simulator import Simulator
from tests.support.conversation import Conversation, words
from tests.support.reminders import outbox_states, schedule_reminder
from tests.support.running_bot import content, running
from tests.support.sqlite_file import locked, without_table
from tests.support.waiting import PATIENCE_SECONDS, run_ready_callbacks

LONG_AGO = datetime(2020, 1, 1, tzinfo=timezone.utc)
SELDOM = timedelta(days=100)


class Ticking(AsyncIOScheduler):  # type: ignore[misc]  # APScheduler has no types
    """A scheduler that records the events of its jobs."""

    last: "Ticking"

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        Ticking.last = self
        self.ended: dict[tuple[int, str], asyncio.Event] = defaultdict(asyncio.Event)
        self.events: list[tuple[int, str]] = []
        self.add_listener(self._note, EVENT_JOB_EXECUTED | EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)

    def _note(self, event: JobEvent) -> None:
        self.events.append((event.code, event.job_id))
        self.ended[event.code, event.job_id].set()

    async def until(self, code: int, job: Job) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.ended[code, job.id].wait()

    def job(self, function: object) -> Job:
        """Return the job that runs a function or a method."""
        (job,) = [job for job in self.get_jobs() if _function(job) is function]
        return job


def _function(job: Job) -> object:
    return getattr(job.args[0], "__func__", job.args[0])


def delivery_of(services: Services) -> Delivery:
    return Delivery(services, services.sender.push, services.sender._gateway.reserve, handlers.deferred(), 1)


def guidance_of(services: Services) -> Guidance:
    return Guidance(services, services.sender._gateway.reserve, handlers.guides())


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> type[Ticking]:
    monkeypatch.setattr(scheduler, "AsyncIOScheduler", Ticking)
    return Ticking


async def test_there_are_four_regular_jobs_whoever_talks_and_none_after_the_end(
    services: Services, ticking: type[Ticking]
) -> None:
    async with scheduler.running(services, delivery_of(services), guidance_of(services)):
        made = ticking.last
        assert made.running
        assert {_function(job): str(job.trigger) for job in made.get_jobs() if isinstance(job.trigger, Every)} == {
            Ticks.begin_due: "every 1 s",
            Guidance.tick_pain: "every 1 s",
            housekeeping.tick: "every 3600 s",
            housekeeping.wipe_answered_texts: "every 60 s",
        }
    await run_ready_callbacks()
    assert not made.running
    assert made.get_jobs() == []


async def test_a_block_that_fails_ends_the_ticking_too(services: Services, ticking: type[Ticking]) -> None:
    with pytest.raises(ZeroDivisionError):
        async with scheduler.running(services, delivery_of(services), guidance_of(services)):
            _ = 1 // 0
    await run_ready_callbacks()
    assert not ticking.last.running


@pytest.mark.parametrize("turns", range(4))
async def test_a_stop_at_any_moment_of_a_tick_leaves_no_traceback(
    turns: int, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    async with scheduler.running(services, delivery_of(services), guidance_of(services)):
        # The job for the rules of time zones is due at once. In these turns of the event loop, it is begun.
        for _ in range(turns):
            await run_ready_callbacks()
    await run_ready_callbacks()
    assert [record.message for record in caplog.records if record.exc_info] == []


async def test_f44_missed_ticks_run_once(services: Services, ticking: type[Ticking]) -> None:
    async with scheduler.running(services, delivery_of(services), guidance_of(services)):
        job = ticking.last.job(housekeeping.tick)
        job.reschedule("interval", days=SELDOM.days)
        job.modify(next_run_time=LONG_AGO)
        await ticking.last.until(EVENT_JOB_EXECUTED, job)
        assert [event for event in ticking.last.events if event[1] == job.id] == [(EVENT_JOB_EXECUTED, job.id)]


async def test_a_tick_never_overlaps_with_itself(services: Services, ticking: type[Ticking], tmp_path: Path) -> None:
    """Another transaction is writing to the database, so the first tick has to wait."""
    async with scheduler.running(services, delivery_of(services), guidance_of(services)):
        job = ticking.last.job(housekeeping.tick)
        job.reschedule("interval", days=SELDOM.days)
        with locked(tmp_path / "charley.db"):
            job.modify(next_run_time=LONG_AGO)
            await run_ready_callbacks()
            job.modify(next_run_time=LONG_AGO)
            await ticking.last.until(EVENT_JOB_MAX_INSTANCES, job)
        await ticking.last.until(EVENT_JOB_EXECUTED, job)
        assert ticking.last.events.count((EVENT_JOB_EXECUTED, job.id)) == 1


async def test_a_tick_that_fails_is_not_the_last(
    services: Services, ticking: type[Ticking], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with scheduler.running(services, delivery_of(services), guidance_of(services)):
        job = ticking.last.job(housekeeping.tick)
        async with without_table(tmp_path / "charley.db"):
            for _ in range(3):
                ticking.last.ended.clear()
                job.modify(next_run_time=LONG_AGO)
                await ticking.last.until(EVENT_JOB_EXECUTED, job)
        ticking.last.ended.clear()
        job.modify(next_run_time=LONG_AGO)
        await ticking.last.until(EVENT_JOB_EXECUTED, job)
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("bot")]
    assert [line.partition(" (")[0] for line in lines] == ["The database cannot be used"]
    assert "Traceback" not in caplog.text


async def test_a_tick_that_fails_during_the_stop_leaves_no_traceback(
    services: Services, ticking: type[Ticking], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for it then. Python 3.14 reports an error behind a shield that nobody waits for."""
    began, may_fail = asyncio.Event(), asyncio.Event()

    async def fail(_: Services) -> None:
        began.set()
        await may_fail.wait()
        raise UnavailableError("the database cannot be used (TimeoutError)")

    monkeypatch.setattr(housekeeping, "wipe_answered_texts", fail)
    reported: list[dict[str, Any]] = []
    tasks: list[asyncio.Task[Any]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: reported.append(context))
    async with scheduler.running(services, delivery_of(services), guidance_of(services)):
        ticking.last.job(fail).modify(next_run_time=LONG_AGO)
        await began.wait()
        tasks += asyncio.all_tasks()
        loop.call_later(0, may_fail.set)
    assert reported == []
    assert [task for task in tasks if task.done() and not task.cancelled() and task.exception()] == []


async def test_a_clock_that_is_set_back_does_not_delay_the_ticks(
    services: Services, ticking: type[Ticking], monkeypatch: pytest.MonkeyPatch
) -> None:
    """APScheduler alone would wait an hour for the next tick."""
    monkeypatch.setattr(scheduler, "WATCH_SECONDS", 0.001)
    async with scheduler.running(services, delivery_of(services), guidance_of(services)):
        job = ticking.last.job(Ticks.begin_due)
        far = job.next_run_time + timedelta(days=100_000)
        job.modify(next_run_time=far)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while ticking.last.job(Ticks.begin_due).next_run_time == far:
                await run_ready_callbacks()


async def test_f50_nothing_is_planned_or_sent_while_the_clock_is_in_doubt(
    services: Services, simulator: Simulator, ticking: type[Ticking]
) -> None:
    anna = simulator.add_person(started=True)
    await schedule_reminder(services, anna)
    simulator.clock.skip(timedelta(minutes=13))
    is_trusted = False
    async with scheduler.running(services, delivery_of(services), guidance_of(services), lambda: is_trusted):
        for _ in range(2):
            ticking.last.ended.clear()
            job = ticking.last.job(Ticks.begin_due)
            job.modify(next_run_time=LONG_AGO)
            await ticking.last.until(EVENT_JOB_EXECUTED, job)
            await job.args[0].__self__.drain()
            assert await outbox_states(services) == []
        is_trusted = True
        async with asyncio.timeout(PATIENCE_SECONDS):
            await simulator.judge.until(lambda judge: judge.total == 1)


async def test_a_count_goes_on_after_a_restart(simulator: Simulator, tmp_path: Path) -> None:
    bo = Conversation(simulator, simulator.add_person("Bo"))
    async with running(simulator, tmp_path):
        steps = await bo.ask("/cramp")
        await bo.press(steps, "cramp:hold:relief")
    before = simulator.judge.total
    simulator.clock.skip(timedelta(seconds=30))
    async with running(simulator, tmp_path):
        (counting,) = await bo.arrived(1, before, edits=True)
    assert words(counting).startswith(content()["en"].words(cramp.Words).counting_in.format(seconds=30))
