"""Calls for relief that wait while the bot starts, or that an earlier run has answered."""

import pytest

from bot.content.telegram_html import visible
from bot.store import Store
from handlers import cramp
from simulator import Fault
from tests.support import running_bot
from tests.support.bot_process import Installation, running_process
from tests.support.recording import Requests
from tests.support.sqlite_file import locked
from tests.support.waiting import PATIENCE_SECONDS, until

STEPS = visible(cramp.steps(running_bot.content()["en"]).text)


@pytest.fixture
async def migrated(installation: Installation) -> Installation:
    """A bot whose database has its tables already."""
    async with Store.open(f"sqlite:///{installation.file}"):
        return installation


async def test_a_call_is_answered_while_another_program_keeps_the_bot_from_starting(migrated: Installation) -> None:
    installation, simulator = migrated, migrated.simulator
    bo = simulator.add_person("Bo", language="en")
    async with installation:
        with locked(installation.file):
            simulator.phone.say(bo, "/cramp")
            process = await installation.start()
            await simulator.judge.until(lambda judge: judge.texts(bo.id) == [STEPS], PATIENCE_SECONDS)
            assert installation.rows("SELECT 1 FROM inbox") == []
        await until(lambda: installation.rows("SELECT 1 FROM inbox WHERE state = 'done'"))
        ((message_id,),) = installation.rows("SELECT message_id FROM outbox WHERE kind = 'cramp.check'")
        process.kill()
        await process.wait()
    (steps_message,) = simulator.judge.received(bo.id)
    assert message_id == steps_message.message["message_id"], "the ten-minute check will appear on these steps"


async def test_the_next_start_does_not_answer_again(migrated: Installation) -> None:
    installation, simulator = migrated, migrated.simulator
    bo = simulator.add_person("Bo", language="en")
    async with running_process(installation):
        simulator.phone.say(bo, "/cramp")
        await simulator.judge.until(lambda judge: judge.texts(bo.id) == [STEPS], PATIENCE_SECONDS)
        await until(lambda: installation.rows("SELECT 1 FROM inbox WHERE state = 'done'"))
    ((update_id,),) = installation.rows("SELECT update_id FROM inbox")
    requests = Requests(simulator)
    simulator.updates.repeat(update_id)
    async with running_process(installation):
        await requests.until(lambda: requests.of("getMe"))
    assert simulator.judge.texts(bo.id) == [STEPS]


async def test_starts_that_end_at_once_send_one_copy(migrated: Installation) -> None:
    installation, simulator = migrated, migrated.simulator
    bo = simulator.add_person("Bo", language="en")
    simulator.phone.say(bo, "/cramp")
    requests = Requests(simulator)
    for _ in range(3):
        async with running_process(installation):
            await requests.next("getUpdates")
            await simulator.judge.until(lambda judge: judge.texts(bo.id), PATIENCE_SECONDS)
    async with running_process(installation):
        await until(lambda: installation.rows("SELECT 1 FROM inbox WHERE state = 'done'"))
    assert simulator.judge.texts(bo.id) == [STEPS]


async def test_nobody_waits_for_the_steps_of_somebody_else(migrated: Installation) -> None:
    installation, simulator = migrated, migrated.simulator
    bo, cy = (simulator.add_person(name, language="en") for name in ("Bo", "Cy"))
    simulator.faults.add(Fault(methods={"sendPhoto"}, hold=600.0))
    simulator.phone.say(bo, "/cramp")
    simulator.phone.say(cy, "I have chest pain")
    async with installation:
        process = await installation.start()
        await simulator.judge.until(lambda judge: judge.texts(cy.id), PATIENCE_SECONDS)
        assert installation.rows("SELECT 1 FROM outbox WHERE chat_id = ?", bo.id) == [], "Bo's steps are under way"
        process.kill()
        await process.wait()
