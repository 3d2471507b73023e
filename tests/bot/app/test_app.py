"""What every handler gets, seen from outside: who is answered, where, in which language, and how often."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from telegram import Update
from telegram.ext import CommandHandler

from bot.app import BotContext, Dispatcher, Services, build
from bot.app.origin import GROUP_ANONYMOUS_BOT, is_for_us, read_origin
from bot.content import Edition
from bot.content.telegram_html import visible
from bot.messages.sender import Destination, Draft
from bot.messages.transport import Transport
from bot.parsing import lenient_json
from bot.store import Connection, Store, people
from handlers import unknown
from simulator import Fault, Request, Simulator
from tests.support.assembled_bot import assembled_bot, receiving_updates
from tests.support.conversation import Conversation
from tests.support.running_bot import content, running, settings
from tests.support.sqlite_file import without_table

PERSON = {"id": 5, "is_bot": False, "first_name": "Anna"}
CHAT = {"id": 5, "type": "private", "first_name": "Anna"}
MESSAGE = {"message_id": 1, "date": 0, "chat": CHAT, "from": PERSON, "text": "/cramp"}
MEMBER = {"user": PERSON, "status": "member"}
CHANGE = {"chat": CHAT, "from": PERSON, "date": 0, "old_chat_member": MEMBER, "new_chat_member": MEMBER}
CHANNEL = {"id": -100, "type": "channel", "title": "News"}
FROM_CHANNEL = {"type": "channel", "date": 0, "chat": CHANNEL, "message_id": 1}


@pytest.mark.parametrize(
    ("raw", "ours"),
    [
        pytest.param({"message": MESSAGE}, True, id="a message"),
        pytest.param({"callback_query": {"id": "1", "from": PERSON, "chat_instance": "1", "data": "x"}}, True, id="press"),
        pytest.param({"my_chat_member": CHANGE}, True, id="a block or a return"),
        pytest.param({"edited_message": {**MESSAGE, "edit_date": 1}}, False, id="an edit"),
        pytest.param({"message": {**MESSAGE, "forward_origin": FROM_CHANNEL}}, False, id="a forward"),
        pytest.param({"message": {**MESSAGE, "from": {**PERSON, "is_bot": True}}}, False, id="another bot"),
        pytest.param({"message": {**MESSAGE, "via_bot": {**PERSON, "is_bot": True}}}, False, id="through a bot"),
        pytest.param({"message": {**MESSAGE, "sender_chat": CHANNEL}}, False, id="in the name of a channel"),
        pytest.param(
            {"message": {**MESSAGE, "from": {**PERSON, "id": GROUP_ANONYMOUS_BOT}}}, False, id="an anonymous administrator"
        ),
        pytest.param({"channel_post": {**MESSAGE, "chat": CHANNEL, "from": None}}, False, id="a channel's post"),
        pytest.param({"business_message": MESSAGE}, False, id="business"),
        pytest.param({"chat_member": CHANGE}, False, id="somebody else's membership"),
        pytest.param({"poll_answer": {"poll_id": "1", "user": PERSON, "option_ids": [], "option_persistent_ids": []}}, False, id="a poll"),
        pytest.param({}, False, id="nothing"),
        pytest.param({"unheard_of": {"from": PERSON}}, False, id="something new"),
    ],
)  # fmt: skip
def test_which_updates_are_for_us(raw: dict[str, Any], ours: bool) -> None:
    assert is_for_us({"update_id": 1, **raw}) is ours


def application_for(simulator: Simulator, folder: Path) -> Dispatcher:
    """The application, for tests that send nothing and store nothing."""
    unused: Any = None
    return build(Transport(), Services(settings(simulator, folder), content(), unused, unused, simulator.clock))


async def test_the_application_has_nothing_of_its_own_that_fetches_or_ticks(
    simulator: Simulator, tmp_path: Path
) -> None:
    application = application_for(simulator, tmp_path)
    assert application.updater is None
    assert application.persistence is None
    assert application.bot.base_url == f"{simulator.url}/bot{simulator.token}"
    assert application.bot.base_file_url == f"{simulator.url}/file/bot{simulator.token}"
    assert application.context_types.context is BotContext


async def test_a_handler_without_a_pattern_has_no_match(simulator: Simulator, tmp_path: Path) -> None:
    application = application_for(simulator, tmp_path)
    with pytest.raises(LookupError, match="this handler has none"):
        _ = BotContext(application).match


# The language


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize(
    ("language", "welcome"),
    [("en", "Hello"), ("sv", "Hej"), ("sv-FI", "Hej"), ("de", "Hello"), ("", "Hello")],
)
async def test_a_person_is_answered_in_the_language_of_their_telegram(
    language: str, welcome: str, simulator: Simulator
) -> None:
    bo = Conversation(simulator, simulator.add_person("Bo", language=language))
    first, _ = await bo.say("/start", 2)
    assert first["text"].startswith(welcome)


@pytest.mark.usefixtures("bot")
async def test_a_chosen_language_replaces_telegrams(simulator: Simulator) -> None:
    bo = Conversation(simulator, simulator.add_person("Bo", language="en"))
    await bo.touch(await bo.ask("/language"), "language:sv")
    (*_, first, _) = await bo.say("/start", 3)
    assert first["text"].startswith("Hej")


# Where an answer goes


@pytest.mark.usefixtures("bot")
async def test_a_press_changes_the_message_and_sends_none(anna: Conversation, edition: Edition) -> None:
    menu = await anna.ask("/learn")
    page = await anna.press(menu, "page:night")
    assert page["message_id"] == menu["message_id"]
    assert edition.pages["night"].title in page["text"]
    assert anna.simulator.judge.counts[anna.chat.id] == 1


@pytest.mark.usefixtures("bot")
async def test_a_press_on_a_message_that_telegram_no_longer_shows_is_answered_below(
    anna: Conversation, edition: Edition
) -> None:
    edits: list[Request] = []

    def note(request: Request) -> bool:
        edits.append(request)
        return False

    await anna.ask("/help")
    anna.simulator.faults.add(Fault("editmessagetext", times=None, when=note))
    page = await anna.press({"message_id": 999_999}, "page:night")
    assert edition.pages["night"].title in page["text"]
    assert edits == [], "it is known that there is nothing to change"


@pytest.mark.usefixtures("bot")
async def test_a_message_that_cannot_be_changed_is_answered_below(anna: Conversation, edition: Edition) -> None:
    menu = await anna.ask("/learn")
    anna.simulator.faults.add(
        Fault(methods={"editMessageText"}, status=400, description="Bad Request: message can't be edited")
    )
    page = await anna.press(menu, "page:night")
    assert page["message_id"] != menu["message_id"]
    assert edition.pages["night"].title in page["text"]


@pytest.mark.usefixtures("bot")
async def test_pressing_a_button_twice_does_no_harm(anna: Conversation, caplog: pytest.LogCaptureFixture) -> None:
    menu = await anna.ask("/learn")
    await anna.press(menu, "page:night")
    await anna.touch(menu, "page:night")
    assert anna.simulator.judge.counts[anna.chat.id] == 1
    assert "WARNING" not in caplog.text


@pytest.mark.usefixtures("bot")
async def test_in_a_group_the_answer_stands_below_the_question(simulator: Simulator, edition: Edition) -> None:
    person = simulator.add_person("Anna", language=edition.code)
    there = Conversation(simulator, person, simulator.phone.new_group(person, "Walkers"))
    said = simulator.phone.say(person, "/help", there.chat)
    (answer,) = await there.arrived(1, 0)
    assert answer["reply_to_message"]["message_id"] == said.id


@pytest.mark.usefixtures("bot")
async def test_in_private_an_answer_quotes_nothing(anna: Conversation) -> None:
    assert "reply_to_message" not in await anna.ask("/help")


GROUP = {"id": -100, "type": "supergroup", "title": "Walkers"}
IN_TOPIC = {**MESSAGE, "date": 1, "chat": GROUP, "message_thread_id": 9, "is_topic_message": True}
PRESS = {"id": "1", "from": PERSON, "chat_instance": "1", "data": "x"}


@pytest.mark.parametrize(
    ("raw", "destination"),
    [
        pytest.param({"message": MESSAGE}, Destination(5), id="private"),
        pytest.param({"message": {**MESSAGE, "chat": GROUP}}, Destination(-100, reply_to=1), id="group"),
        pytest.param({"message": IN_TOPIC}, Destination(-100, thread_id=9, reply_to=1), id="topic"),
        pytest.param({"callback_query": {**PRESS, "message": IN_TOPIC}}, Destination(-100, thread_id=9), id="press in a topic"),
        pytest.param({"callback_query": {**PRESS, "message": {**IN_TOPIC, "date": 0}}}, Destination(-100), id="press on a message of long ago"),
        pytest.param({"message": {**IN_TOPIC, "is_topic_message": None}}, Destination(-100, reply_to=1), id="answer outside topics"),
    ],
)  # fmt: skip
def test_where_a_new_message_goes(raw: dict[str, Any], destination: Destination) -> None:
    assert read_origin(raw).destination == destination


# What is known of a person, and what becomes of an update


async def asked_of(folder: Path, query: str, *values: object) -> Any:
    """Return the rows of a query, once the bot has stopped."""
    async with Store.open(f"sqlite:///{folder / 'charley.db'}") as store:
        return await store.write(lambda connection: list(connection.exec_driver_sql(query, values)))


async def test_what_one_person_does_in_two_chats_at_once_is_all_kept(simulator: Simulator, tmp_path: Path) -> None:
    person = simulator.add_person("Anna")
    here = Conversation(simulator, person)
    there = Conversation(simulator, person, simulator.phone.new_group(person, "Walkers"))
    async with running(simulator, tmp_path):
        await asyncio.gather(*(talk.say("/tip", 5) for talk in (here, there) for _ in range(5)))
    assert await asked_of(tmp_path, "SELECT tips_seen FROM person") == [(10,)]


async def test_what_people_in_turn_do_in_a_group_is_all_kept(simulator: Simulator, tmp_path: Path) -> None:
    people = [simulator.add_person(name) for name in ("Anna", "Bo")]
    group = simulator.phone.new_group(people[0], "Walkers", people)
    async with running(simulator, tmp_path):
        for number in range(10):
            simulator.phone.say(people[number % 2], "/tip", group)
        await Conversation(simulator, people[0], group).arrived(10, 0)
    assert await asked_of(tmp_path, "SELECT tips_seen FROM person") == [(5,), (5,)]


async def test_an_update_that_arrives_again_changes_nothing(anna: Conversation, tmp_path: Path) -> None:
    anna.simulator.updates.copies = 3
    async with running(anna.simulator, tmp_path):
        for _ in range(3):
            await anna.ask("/tip")
    assert await asked_of(tmp_path, "SELECT tips_seen FROM person") == [(3,)]


async def test_a_change_returns_what_its_effect_returns_the_first_time_only(
    simulator: Simulator, tmp_path: Path
) -> None:
    results: list[int | None] = []
    tips_seen: list[int] = []

    def see_tip(connection: Connection, chat_id: int) -> int:
        return people.count_tip(connection, chat_id).tips_seen

    async def change_twice(update: Update, context: BotContext) -> None:
        for _ in range(2):
            results.append(await context.change(see_tip))
            tips_seen.append(context.person.tips_seen)
        await context.send(Draft("Changed"))

    async with assembled_bot(simulator, tmp_path) as (services, application):
        application.add_handler(CommandHandler("change", change_twice))
        async with receiving_updates(simulator, services, application):
            await Conversation(simulator, simulator.add_person("Anna")).ask("/change")
    assert results == [1, None]
    assert tips_seen == [1, 1], "the person is read again although the effect returned something else"


async def test_an_effect_that_was_stored_before_a_stop_is_not_repeated_after_it(
    simulator: Simulator, tmp_path: Path
) -> None:
    """The bot was stopped between an update's effect and its end, so only the answer is repeated."""
    anna = Conversation(simulator, simulator.add_person("Anna"))
    async with running(simulator, tmp_path):
        await anna.ask("/tip")
    ((number,),) = await asked_of(tmp_path, "SELECT update_id FROM inbox")
    (said,) = (message.body for message in anna.chat.messages.values() if message.mine)
    raw = lenient_json.dumps({"update_id": number, "message": said})
    await asked_of(tmp_path, "UPDATE inbox SET state = 'applied', raw = ? RETURNING update_id", raw)
    async with running(simulator, tmp_path):
        await anna.say("/tip", 2)
    assert await asked_of(tmp_path, "SELECT tips_seen FROM person") == [(2,)]


async def test_an_error_of_ours_is_a_dead_update_and_an_apology(
    anna: Conversation, edition: Edition, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(anna.simulator, tmp_path):
        await anna.ask("/cramp")
        async with without_table(tmp_path / "charley.db", "schedule"):
            await anna.say("/remind")
            sorry = (await anna.arrived(1, anna.simulator.judge.received()[0].number))[0]
    assert sorry["text"] == visible(edition.words(unknown.Words).failed)
    assert "kept as dead" in caplog.text
    states = await asked_of(tmp_path, "SELECT state, count(*) FROM inbox GROUP BY state ORDER BY state")
    assert states == [("dead", 1), ("done", 1)]


async def test_a_malformed_update_is_dead_and_affects_nobody_else(anna: Conversation, tmp_path: Path) -> None:
    async with running(anna.simulator, tmp_path):
        updates: list[dict[str, Any]] = [{"message": {"message_id": 1}}, {"message": 7}, {"callback_query": {"id": []}}]
        for broken in updates:
            anna.simulator.updates.add_raw(broken)
        await anna.ask("/help")
    states = dict(await asked_of(tmp_path, "SELECT state, count(*) FROM inbox GROUP BY state"))
    assert states["done"] >= 1
    assert sum(states.values()) == 4
    assert set(states) <= {"done", "dead"}


@pytest.mark.usefixtures("bot")
async def test_an_update_that_is_not_for_us_is_not_answered(anna: Conversation) -> None:
    await anna.ask("/help")
    await anna.unanswered({"text": "/cramp", "forward_origin": FROM_CHANNEL})
