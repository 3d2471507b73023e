"""One edit of a run's message, and what follows from its outcome."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.app import Services
from bot.content import Edition
from bot.messages.sender import Destination, Draft
from bot.store import Connection, runs
from bot.store.people import Person
from bot.store.runs import Run
from bot.store.tables import Priority, RunState
from bot.stretching import progress
from bot.stretching.guide import Guide
from bot.stretching.progress import Screen
from bot.stretching.showing import show
from bot.stretching.timeline import of_routine
from simulator import Fault, Simulator
from simulator import Person as SimulatedPerson
from tests.support import guided
from tests.support.assembled_bot import assembled_bot
from tests.support.running_bot import content

TIMELINE = of_routine(content().edition().routines["evening"])
SECOND = timedelta(seconds=1)


class Finished:
    """Records which runs were finished."""

    def __init__(self) -> None:
        self.runs: list[Run] = []

    def __call__(self, services: Services, connection: Connection, run: Run, now: datetime) -> None:
        self.runs.append(run)


async def draw(services: Services, edition: Edition, run: Run, screen: Screen, person: Person) -> Draft:
    """Draw the state and the phase, with another picture for every second step."""
    step = screen.phases[0].phase.step if screen.phases else 0
    picture = ("towel", "wall")[step % 2] if run.is_active else None
    return Draft(f"{run.state} {run.phase}", picture=picture)


@pytest.fixture
async def services(simulator: Simulator, tmp_path: Path) -> AsyncIterator[Services]:
    async with assembled_bot(simulator, tmp_path) as (made, _):
        yield made


@pytest.fixture
def finished() -> Finished:
    return Finished()


@pytest.fixture
def guide(finished: Finished) -> Guide:
    return Guide(lambda *_: TIMELINE, draw, finished)


@pytest.fixture
def bo(simulator: Simulator) -> SimulatedPerson:
    return simulator.add_person("Bo", started=True)


@pytest.fixture
async def run(services: Services, bo: SimulatedPerson) -> Run:
    """Return a run that has begun in a message of its own, which is a text."""
    sent = await services.sender.send(Destination(bo.id), Draft("Teeth brushed?"))
    assert sent.message_id
    now = services.clock()
    begun = Run(bo.id, sent.message_id, "stretch", "evening", "en", Priority.NORMAL, began_at=now, due_at=now)
    await services.store.write(lambda connection: runs.begin(connection, begun))
    return begun


async def stored(services: Services) -> Run:
    (only,) = await guided.all_runs(services)
    return only


def captions(simulator: Simulator) -> list[str]:
    edits = [sent.message for sent in simulator.judge.received(edits=True)[1:]]
    return [str(message.get("caption") or message.get("text")) for message in edits]


async def test_a_text_gets_its_picture_and_keeps_it(
    services: Services, guide: Guide, run: Run, simulator: Simulator
) -> None:
    await show(services, guide, run, Person(run.chat_id), 1)
    first = await stored(services)
    assert (first.pictured, first.picture, first.phase, first.shown_until) == (True, "towel", 0, 1)
    assert first.edits == (services.clock(),)
    simulator.clock.skip(4 * SECOND)
    await show(services, guide, first, Person(run.chat_id), 1)
    methods = [sent.method for sent in simulator.judge.received(edits=True)]
    assert methods == ["sendMessage", "editMessageMedia", "editMessageCaption"]
    assert captions(simulator) == ["running 0", "running 1"]


async def test_without_a_picture_the_text_goes_on(
    services: Services, guide: Guide, run: Run, simulator: Simulator
) -> None:
    simulator.faults.add(Fault(methods={"editMessageMedia"}, status=400, times=None))
    await show(services, guide, run, Person(run.chat_id), 1)
    first = await stored(services)
    assert (first.pictured, first.picture, first.shown_until) == (False, "towel", 1)
    assert captions(simulator) == ["running 0"]


async def test_a_press_during_an_edit_wins(services: Services, guide: Guide, run: Run, simulator: Simulator) -> None:
    await services.store.write(lambda connection: runs.change(connection, progress.pause(TIMELINE, run, run.due_at)))
    await show(services, guide, run, Person(run.chat_id), 1)
    paused = await stored(services)
    assert (paused.state, paused.due_at, paused.picture) == (RunState.PAUSED, services.clock(), "towel")
    await show(services, guide, paused, Person(run.chat_id), 1)
    assert captions(simulator) == ["running 0", "paused 0"]


@pytest.mark.parametrize(("fault", "is_counted"), [
    (Fault(methods={"editMessageMedia"}, status=429, retry_after=7), False),
    (Fault(methods={"editMessageMedia"}, status=502), True),
])  # fmt: skip
async def test_what_was_not_shown_is_not_counted_as_shown(
    services: Services, guide: Guide, run: Run, simulator: Simulator, fault: Fault, is_counted: bool
) -> None:
    simulator.faults.add(fault)
    await show(services, guide, run, Person(run.chat_id), 1)
    after = await stored(services)
    assert (after.phase, after.shown_until, after.version, after.picture) == (0, 0, 0, None)
    assert after.due_at == services.clock() + timedelta(seconds=fault.retry_after or 1)
    assert bool(after.edits) is is_counted, "nobody knows whether it was made"


async def test_an_edit_too_many_is_put_off(services: Services, guide: Guide, run: Run, simulator: Simulator) -> None:
    limited = replace(services.sender.rates, chat_edits_per_minute=5)
    services.sender._gateway.rates = limited
    edits = tuple(services.clock() - second * SECOND for second in (40, 20, 10))
    await show(services, guide, replace(run, edits=edits), Person(run.chat_id), 1)
    assert (await stored(services)).due_at == services.clock() + 20 * SECOND
    assert captions(simulator) == []


async def test_a_run_is_finished_once(
    services: Services, guide: Guide, run: Run, finished: Finished, simulator: Simulator
) -> None:
    over = replace(run, phase=23, shown_until=24, began_at=services.clock() - 10 * SECOND)
    await services.store.write(lambda connection: runs.change(connection, over))
    over = await stored(services)
    simulator.faults.add(Fault(methods={"editMessageText"}, status=502, times=2))
    await show(services, guide, over, Person(run.chat_id), 1)
    done = await stored(services)
    assert done.state is RunState.DONE
    for _ in range(2):
        await show(services, guide, done, Person(run.chat_id), 1)
    await show(services, guide, over, Person(run.chat_id), 1)
    assert [entry.state for entry in finished.runs] == [RunState.DONE]
    assert await guided.all_runs(services) == []
    assert captions(simulator) == ["done 23"]


async def test_many_runs_get_fewer_edits_each(services: Services, guide: Guide, run: Run) -> None:
    services.sender._gateway.rates = replace(services.sender.rates, per_second=30, edits_per_second=30)
    await show(services, guide, run, Person(run.chat_id), 500)
    assert (await stored(services)).shown_until == 6, "a whole step"
    assert TIMELINE.phases[6].step == 1
