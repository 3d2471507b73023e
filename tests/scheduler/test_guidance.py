"""Runs are guided by the clock: whatever happens, nobody is shown less than the dose or is edited too often."""

import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

import handlers
from bot import counters
from bot.app import Services
from bot.content import Routine
from bot.messages.rates import Rates
from bot.store import people, runs
from bot.store.people import Person
from bot.store.runs import DueRun, Run
from bot.store.tables import Priority, RunState
from bot.store.tables import run as run_table
from scheduler.guidance import Guidance
from simulator import Limits, Simulator
from tests.support import guided, running_bot
from tests.support.assembled_bot import assembled_bot, receiving_updates
from tests.support.conversation import Conversation, words
from tests.support.guided_story import Event, Fate, Story
from tests.support.held import dose, seconds_shown
from tests.support.offline_bot import SynchronousStore, fast_database
from tests.support.routines import routines
from tests.support.running_bot import content
from tests.support.sqlite_file import without_table
from tests.support.virtual_time import run as run_virtual

EVENING_ROUTINE = content().edition().routines["evening"]
CAP = 16
"""Edits of a chat in any minute."""
EXAMPLES = int(os.environ.get("CHARLEY_EXAMPLES", "20"))
"""How many stories are told; a hundred times as many find what is rarer."""

fates = st.lists(
    st.builds(
        Fate,
        delay=st.floats(0.02, 35.0) | st.floats(0.02, 1.5),
        refused=st.just(0) | st.integers(1, 70),
        is_unanswered=st.booleans(),
    ),
    max_size=20,
)
events = st.lists(
    st.builds(
        Event,
        name=st.sampled_from(["pause", "resume", "resume", "skip", "stop", "die", "die"]),
        after=st.floats(0.05, 40.0) | st.floats(0.05, 2.0),
        away=st.floats(0.0, 30.0),
    ),
    max_size=12,
)


def played(routine: Routine, fates: list[Fate], events: list[Event]) -> Story:
    """Play a story to its end, on a database of its own."""

    async def play(folder: str) -> Story:
        with fast_database(), closing(SynchronousStore(f"sqlite:///{folder}/charley.db")) as store:
            story = Story(routine, store, fates, events)
            await story.play()
            return story

    with tempfile.TemporaryDirectory() as folder:
        story: Story = run_virtual(play(folder))
    return story


def most_in_a_minute(moments: list[float]) -> int:
    return max((sum(first <= at < first + 60.0 for at in moments) for first in moments), default=0)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(routine=routines(steps=4, hold=25, rest=15, repetitions=3), fates=fates, events=events)
def test_whatever_happens_the_dose_is_shown_the_cap_is_kept_and_an_end_comes_last(
    routine: Routine, fates: list[Fate], events: list[Event]
) -> None:
    story = played(routine, fates, events)
    assert most_in_a_minute([at for at, _ in story.telegram.arrived]) <= CAP
    last = story.seen[-1].screen.state
    assert last in {RunState.DONE, RunState.STOPPED}
    if last is RunState.DONE:
        shown = seconds_shown(story.seen)
        missing = {hold for hold, least in dose(story.timeline).items() if shown.get(hold, 0.0) < least - 1e-6}
        assert missing <= story.skipped


def test_an_undisturbed_evening_takes_its_time_and_no_longer() -> None:
    story = played(EVENING_ROUTINE, [], [])
    first, last = story.telegram.arrived[0][0], story.telegram.arrived[-1][0]
    assert len(story.telegram.arrived) == 25
    assert last - first == pytest.approx(235, abs=2.0)
    assert most_in_a_minute([at for at, _ in story.telegram.arrived]) <= 8


def test_whoever_presses_all_the_time_meets_the_cap_and_not_telegrams_limit() -> None:
    presses = [Event("pause" if number % 2 == 0 else "resume", 0.7) for number in range(120)]
    story = played(EVENING_ROUTINE, [], [*presses, Event("die", 1.0), *presses, Event("stop", 0.1)])
    assert 10 < most_in_a_minute([at for at, _ in story.telegram.arrived]) <= CAP
    assert story.seen[-1].screen.state is RunState.STOPPED


def test_after_a_restart_the_run_goes_on_at_the_right_second() -> None:
    undisturbed = played(EVENING_ROUTINE, [], [])
    restarted = played(EVENING_ROUTINE, [], [Event("die", 51.5, away=1.0)])
    assert [round(at) for at, _ in restarted.telegram.arrived] == [round(at) for at, _ in undisturbed.telegram.arrived]


def test_an_outage_holds_the_run() -> None:
    story = played(EVENING_ROUTINE, [Fate()] * 4 + [Fate(is_unanswered=True, delay=0.1)] * 30, [])
    assert story.seen[-1].screen.state is RunState.DONE
    assert story.telegram.arrived[-1][0] - 1000 > 235 + 30


# With a simulated Telegram that keeps its limits


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    """A Telegram that refuses the twenty-first edit of a chat in a minute, and whose clock runs."""
    async with running_bot.telegram(limits=Limits()) as telegram:
        yield telegram


@pytest.fixture
async def listener(simulator: Simulator, tmp_path: Path) -> AsyncIterator[Services]:
    """A bot that keeps the limits too, and whose clock the test moves."""
    async with (
        assembled_bot(simulator, tmp_path, Rates()) as (services, application),
        receiving_updates(simulator, services, application),
    ):
        yield services


async def test_f01_no_edit_is_refused_however_often_somebody_presses(listener: Services, simulator: Simulator) -> None:
    bo = Conversation(simulator, simulator.add_person("Bo"))
    offer = await bo.ask("/stretch")
    limited = counters.counts["limited",]
    simulator.clock.skip(timedelta(seconds=5))
    await bo.touch(offer, "stretch:start:evening")
    for number in range(40):
        await bo.touch(offer, "stretch:resume" if number % 2 else "stretch:pause")
        await guided.pass_seconds(bo, listener, 1)
    await guided.pass_seconds(bo, listener, 300)
    edits = [sent.at.timestamp() for sent in simulator.judge.received(bo.chat.id, edits=True) if "edit" in sent.method]
    assert len(edits) > 25
    assert most_in_a_minute(edits) <= CAP
    assert counters.counts["limited",] == limited, "Telegram has refused nothing"
    assert words(simulator.judge.received(bo.chat.id, edits=True)[-1].message).startswith("Done")


# Troubles of one run


async def test_a_run_of_a_kind_that_is_unknown_ends_and_the_others_go_on(
    listener: Services, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    bo, eva = (Conversation(simulator, simulator.add_person(name)) for name in ("Bo", "Eva"))
    now = listener.clock()
    strange = Run(bo.person.id, 1, "dance", "evening", "en", Priority.NORMAL, began_at=now, due_at=now)
    await listener.store.write(lambda connection: runs.begin(connection, strange))
    await eva.touch(await eva.ask("/stretch"), "stretch:start:evening")
    await guided.pass_seconds(eva, listener, 2)
    assert [run.chat_id for run in await guided.all_runs(listener)] == [eva.person.id]
    assert "the kind dance" in caplog.text


async def test_a_run_of_a_routine_that_is_gone_ends(listener: Services, simulator: Simulator) -> None:
    now = listener.clock()
    gone = Run(7, 1, "stretch", "yoga", "en", Priority.NORMAL, began_at=now, due_at=now)
    await listener.store.write(lambda connection: runs.begin(connection, gone))
    await guided.tick(listener)
    assert await guided.all_runs(listener) == []


async def test_f04_whoever_blocks_the_bot_is_not_edited_any_more(listener: Services, simulator: Simulator) -> None:
    bo = Conversation(simulator, simulator.add_person("Bo"))
    await bo.touch(await bo.ask("/stretch"), "stretch:start:evening")
    await listener.store.write(lambda connection: people.set_zone(connection, bo.person.id, "Europe/Stockholm"))
    simulator.phone.block(bo.person)
    await guided.pass_seconds(bo, listener, 6)
    assert await guided.all_runs(listener) == []
    assert (await listener.store.read(lambda connection: people.get(connection, bo.person.id))).blocked


async def test_a_database_that_fails_leaves_the_run_due(
    listener: Services, simulator: Simulator, tmp_path: Path
) -> None:
    bo = Conversation(simulator, simulator.add_person("Bo"))
    await bo.touch(await bo.ask("/stretch"), "stretch:start:evening")
    await guided.pass_seconds(bo, listener, 1)
    guidance = Guidance(listener, listener.sender._gateway.reserve, handlers.guides())
    (run,) = await guided.all_runs(listener)
    async with without_table(tmp_path / "charley.db", "run"):
        guidance._start(DueRun(run, Person(bo.person.id)), 1)
        await guidance.drain()
    assert len(await guided.all_runs(listener)) == 1


async def test_after_its_end_nothing_is_begun(listener: Services) -> None:
    now = listener.clock()
    due = Run(7, 1, "stretch", "evening", "en", Priority.NORMAL, began_at=now, due_at=now)
    await listener.store.write(lambda connection: runs.begin(connection, due))
    guidance = Guidance(listener, listener.sender._gateway.reserve, handlers.guides())
    guidance.stop_editing()
    await guidance.tick()
    assert guidance._editing == {}


async def test_an_edit_that_ends_while_due_runs_are_read_is_not_made_again(
    listener: Services, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    bo = Conversation(simulator, simulator.add_person("Bo"))
    await bo.touch(await bo.ask("/stretch"), "stretch:start:evening")
    simulator.clock.skip(timedelta(seconds=5))
    guidance = Guidance(listener, listener.sender._gateway.reserve, handlers.guides())
    read = listener.store.read

    async def read_and_fall_behind(query: Any) -> Any:
        rows = await read(query)
        await guidance.drain()
        return rows

    monkeypatch.setattr(listener.store, "read", read_and_fall_behind)
    await guidance.tick()
    await guidance.drain()
    monkeypatch.undo()
    (run,) = await guided.all_runs(listener)
    assert run.shown_until == run.phase + 1, "it need not be shown once more"


async def test_people_in_pain_do_not_wait_for_slots(listener: Services, simulator: Simulator) -> None:
    bo = Conversation(simulator, simulator.add_person("Bo"))
    steps = await bo.ask("/cramp")
    await bo.press(steps, "cramp:hold:relief")
    await bo.ask("/help")

    def no_slots(_: int) -> Any:
        raise AssertionError("nobody in pain may wait for these")

    guidance = Guidance(listener, no_slots, handlers.guides())
    simulator.clock.skip(timedelta(seconds=6))
    before = simulator.judge.total
    await guidance.tick_pain()
    await guidance.drain()
    (edit,) = simulator.judge.received(bo.chat.id, after=before, edits=True)
    assert edit.message["message_id"] == steps["message_id"]
    (run,) = await guided.all_runs(listener)
    assert run.priority == Priority.URGENT


async def test_when_many_stretch_at_once_each_edit_shows_more(listener: Services, simulator: Simulator) -> None:
    bo = Conversation(simulator, simulator.add_person("Bo"))
    offer = await bo.ask("/stretch")
    now = listener.clock()

    far = Run(1, 1, "stretch", "evening", "en", Priority.NORMAL, began_at=now, due_at=now + timedelta(hours=1))
    crowd = [asdict(replace(far, chat_id=number)) for number in range(1, 501)]
    await listener.store.write(lambda connection: connection.execute(insert(run_table), crowd) and None)
    before = simulator.judge.total
    await bo.touch(offer, "stretch:start:evening")
    await guided.pass_seconds(bo, listener, 240)
    edits = simulator.judge.received(bo.chat.id, after=before, edits=True)
    assert len(edits) == 5, "one for each step, and the end"
