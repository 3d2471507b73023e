"""Groups: relief and answers as replies to the person's message, and nothing else."""

import pytest
import pytest_asyncio

from bot.content import Edition
from bot.content.telegram_html import visible
from handlers import cramp
from simulator import Chat, Simulator
from tests.support.conversation import Conversation, check_limits, words

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.usefixtures("no_complaints")]


@pytest_asyncio.fixture(params=["group", "supergroup"], loop_scope="session")
async def group(anna: Conversation, simulator: Simulator, request: pytest.FixtureRequest) -> Chat:
    return simulator.phone.new_group(anna.person, "Night shift", kind=request.param)


@pytest.fixture
def there(anna: Conversation, simulator: Simulator, group: Chat) -> Conversation:
    """The same person, talking in the group."""
    return Conversation(simulator, anna.person, group)


@pytest.mark.parametrize("said", ["/cramp", "/kramp", "/cramp@charley_bot", "/cramp@Charley_Bot"])
async def test_relief_answers_the_message_that_asked(
    there: Conversation, simulator: Simulator, edition: Edition, said: str
) -> None:
    simulator.phone.set_bot_status(there.person, there.chat, "administrator")
    steps = await there.ask(said)
    (command,) = [message for message in there.chat.messages.values() if message.mine]
    assert steps["reply_to_message"]["message_id"] == command.id
    assert words(steps) == visible(cramp.steps(edition).text)
    more = await there.press(steps, "cramp:still")
    assert words(more) == visible(cramp.still_hurts(edition).text)


@pytest.mark.parametrize("topic", ["learn", "doctor", "tip", "tests", "help", "privacy"])
async def test_commands_are_answered_in_a_group(there: Conversation, edition: Edition, topic: str) -> None:
    message = await there.ask(f"/{edition.commands[topic].name}")
    check_limits(message)
    assert message["reply_to_message"]


@pytest.mark.parametrize(
    "said", ["/cramp@other_bot", "/xyzzy@charley_bot", "/start@charley_bot", "cramp", "thanks", "aj"]
)
async def test_messages_that_are_not_for_the_bot_get_no_answer(
    there: Conversation, simulator: Simulator, said: str
) -> None:
    """This is so even where the bot gets all messages, as an administrator."""
    simulator.phone.set_bot_status(there.person, there.chat, "administrator")
    await there.silent(said)


@pytest.mark.parametrize(
    "fields",
    [
        {"new_chat_members": [{"id": 99, "is_bot": False, "first_name": "New"}]},
        {"left_chat_member": {"id": 99, "is_bot": False, "first_name": "Old"}},
        {"new_chat_title": "Cramp"},
        {"group_chat_created": True},
        {"photo": []},
    ],
)
async def test_service_messages_of_a_group_get_no_answer(there: Conversation, fields: dict[str, object]) -> None:
    await there.unanswered(fields)


async def test_a_group_that_becomes_a_supergroup_is_still_helped(bo: Conversation, simulator: Simulator) -> None:
    group = simulator.phone.new_group(bo.person, "Night shift")
    await Conversation(simulator, bo.person, group).ask("/cramp")
    after = Conversation(simulator, bo.person, simulator.phone.migrate(group))
    assert "photo" in await after.ask("/cramp")


async def test_a_choice_of_language_puts_no_keys_below_a_group(there: Conversation) -> None:
    """Everybody would get them, and the bot does not hear their texts there."""
    question = await there.ask("/language")
    await there.press(question, "language:sv")
    assert there.chat.reply_keyboard is None


async def test_a_bot_that_was_removed_and_added_again_answers(
    there: Conversation, simulator: Simulator, group: Chat
) -> None:
    simulator.phone.set_bot_status(there.person, group, "kicked")
    simulator.phone.set_bot_status(there.person, group, "member")
    assert "photo" in await there.ask("/cramp")
