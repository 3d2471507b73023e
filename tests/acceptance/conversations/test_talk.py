"""Settings, help, thanks, and messages that are not understood."""

import re

import pytest

from bot.content import Edition
from bot.content.telegram_html import visible
from handlers import help as help_topic
from handlers import settings, unknown
from simulator import Simulator
from tests.support.conversation import Conversation, buttons, check_limits, words

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.usefixtures("no_complaints")]


async def test_help_lists_every_command_in_the_words_of_the_language(anna: Conversation, edition: Edition) -> None:
    message = await anna.ask("/help")
    check_limits(message)
    listed = re.findall(r"/(\w+)", words(message))
    assert sorted(listed) == sorted(command.name for command in edition.commands.values())


async def test_settings_show_the_language_and_lead_on(anna: Conversation, edition: Edition) -> None:
    message = await anna.ask("/settings")
    assert edition.language in words(message)
    question = await anna.press(message, "language")
    assert words(question) == visible(edition.words(settings.Words).ask)
    message = await anna.ask("/settings")
    kept = await anna.press(message, buttons(message)[edition.words(settings.Words).privacy_button])
    assert words(kept) == visible(edition.html(edition.pages["privacy"]))


@pytest.mark.parametrize("said", ["hello", "1", "?", "¯\\_(ツ)_/¯", "<b>", "&", "%s {x}"])
async def test_anything_else_is_answered_with_what_the_bot_can_do(
    anna: Conversation, edition: Edition, said: str
) -> None:
    message = await anna.ask(said)
    words_of = edition.words(help_topic.Words)
    assert words(message) == visible(unknown.not_understood(edition).text)
    assert list(buttons(message)) == [words_of.cramp_button, words_of.help_button]


@pytest.mark.parametrize("fields", [{"sticker": {}}, {"voice": {}}, {"dice": {"emoji": "🎲", "value": 4}}])
async def test_anything_but_text_is_answered_the_same(
    anna: Conversation, edition: Edition, fields: dict[str, object]
) -> None:
    file = {"file_id": "a", "file_unique_id": "b", "duration": 1, "width": 1, "height": 1, "type": "regular"}
    more = {name: {**file, "is_animated": False, "is_video": False} for name in fields if name != "dice"}
    (message,) = await anna.send({**fields, **more})
    assert words(message) == visible(unknown.not_understood(edition).text)


@pytest.mark.parametrize(
    ("slip", "meant"), [("/hepl", "help"), ("/doctr", "doctor"), ("/lanugage", "language"), ("/tets", "tests")]
)
async def test_a_misspelt_command_gets_a_suggestion(bo: Conversation, slip: str, meant: str) -> None:
    assert f"/{meant}" in words(await bo.ask(slip))


async def test_an_unknown_command_leads_to_help(anna: Conversation, edition: Edition) -> None:
    message = await anna.ask("/xyzzyxyzzy")
    assert words(message) == visible(edition.words(unknown.Words).command)


@pytest.mark.parametrize("said", ["thanks", "Thank you!", "tack", "👍", "❤️"])
async def test_thanks_are_answered_by_a_reaction_alone(bo: Conversation, simulator: Simulator, said: str) -> None:
    await bo.silent(said)
    (mine, _help_asked) = [message for message in bo.chat.messages.values() if message.mine]
    assert mine.reactions[simulator.world.profile.id] == ["❤"]


async def test_an_edited_message_runs_nothing(bo: Conversation, simulator: Simulator) -> None:
    await bo.ask("hello")
    before = simulator.judge.total
    (mine,) = [message for message in bo.chat.messages.values() if message.mine]
    simulator.phone.edit(bo.person, mine.id, "/cramp")
    await bo.nothing_came(before)


async def test_a_forwarded_message_runs_nothing(bo: Conversation) -> None:
    origin = {"type": "hidden_user", "sender_user_name": "Somebody", "date": 1_700_000_000}
    await bo.unanswered({"text": "cramp", "forward_origin": origin})


async def test_an_old_button_says_so(anna: Conversation, edition: Edition) -> None:
    message = await anna.ask("/help")
    await anna.touch(message, "water:0900")
    assert anna.alert == edition.words(unknown.Words).old_button


async def test_help_as_a_word_of_pain_gives_relief(anna: Conversation, edition: Edition) -> None:
    for said in ("help", "ow", "hjälp", "aj"):
        assert "photo" in await anna.ask(said)
