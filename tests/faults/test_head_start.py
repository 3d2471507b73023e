"""Calls for relief that wait while the bot starts, or that an earlier run has answered."""

from bot.content.telegram_html import visible
from bot.store import Store
from handlers import cramp
from tests.support import running_bot
from tests.support.bot_process import Installation, running_process
from tests.support.recording import Requests
from tests.support.sqlite_file import locked, update_outcomes
from tests.support.waiting import PATIENCE_SECONDS, until

STEPS = visible(cramp.steps(running_bot.content()["en"]).text)


async def test_a_call_is_answered_while_another_program_keeps_the_bot_from_starting(installation: Installation) -> None:
    simulator = installation.simulator
    async with Store.open(f"sqlite:///{installation.file}"):
        pass
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


async def test_the_next_start_does_not_answer_again(installation: Installation) -> None:
    simulator = installation.simulator
    bo = simulator.add_person("Bo", language="en")
    async with running_process(installation):
        simulator.phone.say(bo, "/cramp")
        await simulator.judge.until(lambda judge: judge.texts(bo.id) == [STEPS], PATIENCE_SECONDS)
        assert await update_outcomes(installation.folder) == {"done": 1}
    ((update_id,),) = installation.rows("SELECT update_id FROM inbox")
    requests = Requests(simulator)
    simulator.updates.repeat(update_id)
    async with running_process(installation):
        await requests.until(lambda: requests.of("getMe"))
    assert simulator.judge.texts(bo.id) == [STEPS]
