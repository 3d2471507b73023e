"""Messages written while the bot was not running: one apology in each chat, with the steps."""

from datetime import timedelta
from pathlib import Path

from bot.content import Edition
from bot.content.telegram_html import visible
from handlers import cramp, late
from handlers.late import LATE
from simulator import Simulator
from tests.support.conversation import Conversation, buttons, words
from tests.support.running_bot import running

LATER = LATE + timedelta(seconds=1)


def test_late_is_after_ten_minutes() -> None:
    assert timedelta(minutes=10) == LATE


def test_an_apology_is_followed_by_the_steps(edition: Edition) -> None:
    draft, steps = late.apology(edition), cramp.steps(edition)
    assert draft.text == f"{edition.words(late.Words).sorry}\n\n{steps.text}"
    assert (draft.buttons, draft.picture) == (steps.buttons, steps.picture)


async def test_many_late_messages_get_one_answer(anna: Conversation, edition: Edition, tmp_path: Path) -> None:
    for text in ("/start", "/cramp", "hello", "/tip", "thanks"):
        anna.simulator.phone.say(anna.person, text)
    anna.simulator.clock.skip(LATER)
    async with running(anna.simulator, tmp_path):
        anna.simulator.phone.say(anna.person, "/help")
        await anna.arrived(2, 0)
    # Either may be first, because the call for relief among them waits for nothing else.
    one, other = (delivery.message for delivery in anna.simulator.judge.received(anna.chat.id))
    apology, commands = (one, other) if "photo" in one else (other, one)
    assert words(apology) == visible(late.apology(edition).text)
    assert "cramp:muscles:relief" in buttons(apology).values()
    assert edition.commands["help"].name in words(commands)


async def test_a_message_that_is_not_late_is_answered_as_usual(
    anna: Conversation, edition: Edition, tmp_path: Path
) -> None:
    anna.simulator.phone.say(anna.person, "/cramp")
    anna.simulator.clock.skip(LATE)
    async with running(anna.simulator, tmp_path):
        (steps,) = await anna.arrived(1, 0)
    assert words(steps) == visible(cramp.steps(edition).text)


async def test_a_late_press_is_answered_as_usual(anna: Conversation, edition: Edition, tmp_path: Path) -> None:
    async with running(anna.simulator, tmp_path):
        steps = await anna.ask("/cramp")
    anna.simulator.clock.skip(LATER)
    async with running(anna.simulator, tmp_path):
        more = await anna.press(steps, "cramp:still")
    assert words(more) == visible(cramp.still_hurts(edition).text)


async def test_a_group_gets_an_apology_only_for_a_command(simulator: Simulator, tmp_path: Path) -> None:
    person = simulator.add_person("Anna")
    chatting = Conversation(simulator, person, simulator.phone.new_group(person, "Chatting"))
    simulator.phone.set_bot_status(person, chatting.chat, "administrator")
    asking = Conversation(simulator, person, simulator.phone.new_group(person, "Asking"))
    simulator.phone.say(person, "what a lovely evening", chatting.chat)
    simulator.phone.say(person, "/cramp@other_bot", chatting.chat)
    simulator.phone.send(person, {"new_chat_title": "Chatters"}, chatting.chat)
    simulator.phone.say(person, "/cramp", asking.chat)
    simulator.clock.skip(LATER)
    async with running(simulator, tmp_path):
        await asking.arrived(1, 0)
        await chatting.ask("/help")
    assert simulator.judge.counts[chatting.chat.id] == 1


async def test_a_late_service_message_gets_no_apology(anna: Conversation, tmp_path: Path) -> None:
    timer = {"message_auto_delete_timer_changed": {"message_auto_delete_time": 60}}
    anna.simulator.phone.send(anna.person, timer)
    anna.simulator.clock.skip(LATER)
    async with running(anna.simulator, tmp_path):
        await anna.ask("/help")
    assert anna.simulator.judge.counts[anna.chat.id] == 1
