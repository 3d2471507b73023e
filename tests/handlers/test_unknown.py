"""What no other topic handles, answered kindly or not at all, and errors of ours."""

import pytest
from sqlalchemy import select

from bot.app import Services
from bot.content import Edition
from bot.content.telegram_html import visible
from bot.store import tables
from bot.updates.receiver import Receiver
from handlers import help as help_topic
from handlers import unknown
from handlers.cramp import calls
from handlers.unknown import Words
from simulator import Fault
from tests.support.conversation import Conversation, buttons, words
from tests.support.running_bot import content
from tests.support.waiting import PATIENCE_SECONDS

pytestmark = pytest.mark.usefixtures("services")
BOTH = ["cramp:steps:relief", "help"]


def test_the_answer_to_free_text_offers_relief_and_help(edition: Edition) -> None:
    draft = unknown.not_understood(edition)
    said = edition.words(Words)
    assert draft.text == f"{said.danger.text}\n\n{said.free}"
    assert draft.buttons == [[help_topic.relief_button(edition), help_topic.help_button(edition)]]


@pytest.mark.parametrize("name", [None, "cramp", "x" * 32])
def test_an_unknown_command_is_answered_with_a_suggestion_if_there_is_one(edition: Edition, name: str | None) -> None:
    draft, said = unknown.no_command(edition, name), edition.words(Words)
    assert draft.text == (said.command if name is None else said.slip.format(command=f"/{name}"))
    assert [str(button.callback_data) for row in draft.buttons for button in row] == BOTH


@pytest.mark.parametrize("said", ["🤔", "x" * 4000, "/", "/åäö", "lovely weather"])
async def test_free_text_is_answered_with_what_the_bot_can_do(bo: Conversation, said: str) -> None:
    answer = await bo.ask(said)
    assert words(answer) == visible(unknown.not_understood(content()["en"]).text)
    assert list(buttons(answer).values()) == BOTH


@pytest.mark.parametrize("fields", [{"caption": "look"}, {"dice": {"emoji": "🎲", "value": 4}}, {}])
async def test_anything_but_text_gets_the_same_answer(bo: Conversation, fields: dict[str, object]) -> None:
    (answer,) = await bo.send(fields)
    assert words(answer) == visible(unknown.not_understood(content()["en"]).text)


async def test_a_reaction_that_telegram_refuses_is_not_replaced(bo: Conversation) -> None:
    number = bo.simulator.faults.add(Fault(methods={"setMessageReaction"}, status=400, times=None))
    await bo.silent("thanks")
    assert bo.simulator.faults.struck(number) == 1


@pytest.mark.parametrize(
    ("slip", "meant"), [("/tipp", "/tip"), ("/magnesum", "/magnesium"), ("/hjlp", "/hjalp"), ("/TIPP", "/tip")]
)
async def test_a_misspelt_command_gets_a_suggestion_in_any_language(bo: Conversation, slip: str, meant: str) -> None:
    assert words(await bo.ask(slip)) == content()["en"].words(Words).slip.format(command=meant)


@pytest.mark.parametrize("said", ["/forecast", "/xyzzy now", "/tipp@charley_bot"])
async def test_a_command_without_a_similar_one_gets_no_suggestion(bo: Conversation, said: str) -> None:
    answer = await bo.ask(said)
    assert words(answer) == visible(content()["en"].words(Words).command)
    assert list(buttons(answer).values()) == BOTH


@pytest.mark.parametrize("data", ["old", "x" * 64, "tip:1", "🦵"])
async def test_an_old_button_says_so_and_changes_nothing(bo: Conversation, data: str) -> None:
    steps = await bo.ask("/cramp")
    before = bo.simulator.judge.total
    await bo.touch(steps, data)
    assert bo.alert == content()["en"].words(Words).old_button
    await bo.nothing_came(before)


async def test_a_service_message_is_not_answered(bo: Conversation) -> None:
    await bo.unanswered({"message_auto_delete_timer_changed": {"message_auto_delete_time": 60}})


async def test_in_a_group_the_bot_is_silent_unless_asked(there: Conversation) -> None:
    for said in ("hello", "thanks", "/weather", "/hepl"):
        there.simulator.phone.say(there.person, said, there.chat)
    await there.nothing_came(0)
    assert all(not message.reactions for message in there.chat.messages.values())


async def test_an_old_button_says_so_in_a_group_too(there: Conversation) -> None:
    await there.touch(await there.ask("/help"), "old")
    assert there.alert == content()["en"].words(Words).old_button


# Errors of ours


async def states(services: Services) -> list[str]:
    query = select(tables.inbox.c.state).order_by(tables.inbox.c.update_id)
    return list(await services.store.read(lambda connection: connection.execute(query).scalars()))


async def settled(services: Services, receiver: Receiver) -> list[str]:
    """Return the states of all updates, once all have ended."""
    await receiver.drain(PATIENCE_SECONDS)
    return await states(services)


def broken(*_: object) -> None:
    raise ZeroDivisionError


async def test_a_press_that_fails_stops_spinning_and_gets_one_apology(
    anna: Conversation, edition: Edition, listener: tuple[Services, Receiver], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(help_topic, "commands", broken)
    menu = await anna.ask("hello")
    before = anna.simulator.judge.total
    await anna.touch(menu, "help")
    assert not anna.alert
    assert await settled(*listener) == ["done", "dead"]
    (sorry,) = await anna.arrived(1, before, edits=True)
    assert words(sorry) == visible(edition.words(Words).failed)
    assert sorry["message_id"] != menu["message_id"], "the message with the button stays"


async def test_a_command_that_fails_gets_one_apology_and_the_next_is_answered(
    anna: Conversation, edition: Edition, listener: tuple[Services, Receiver], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(help_topic, "commands", broken)
    sorry, steps = await anna.ask("/help"), await anna.ask("/cramp")
    assert words(sorry) == visible(edition.words(Words).failed)
    assert "photo" in steps
    assert await settled(*listener) == ["dead", "done"]


async def test_a_call_for_relief_that_fails_gets_one_apology_and_the_next_is_answered(
    anna: Conversation, edition: Edition, listener: tuple[Services, Receiver], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as fault:
        fault.setattr(calls, "steps", broken)
        sorry = await anna.ask("/cramp")
    assert words(sorry) == visible(edition.words(Words).failed)
    assert "photo" in await anna.ask("/cramp")
    assert await settled(*listener) == ["dead", "done"]


async def test_a_press_that_calls_for_relief_and_fails_stops_spinning(
    anna: Conversation, edition: Edition, listener: tuple[Services, Receiver], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "danger", broken)
    steps = await anna.ask("/cramp")
    before = anna.simulator.judge.total
    await anna.touch(steps, "cramp:danger")
    (sorry,) = await anna.arrived(1, before, edits=True)
    assert words(sorry) == visible(edition.words(Words).failed)
    assert await settled(*listener) == ["done", "dead"]


async def test_in_a_group_the_apology_replies_to_the_command(
    there: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(help_topic, "commands", broken)
    sorry = await there.ask("/help")
    (command,) = [message for message in there.chat.messages.values() if message.mine]
    assert sorry["reply_to_message"]["message_id"] == command.id


async def test_a_dead_update_keeps_no_text(
    bo: Conversation, listener: tuple[Services, Receiver], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(help_topic, "commands", broken)
    await bo.ask("/help")
    await settled(*listener)
    store, query = listener[0].store, select(tables.inbox.c.raw)
    assert list(await store.read(lambda connection: connection.execute(query).scalars())) == [None]
