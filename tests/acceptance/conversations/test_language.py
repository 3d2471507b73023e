"""The language: Telegram's until one is chosen, and commands in any of them at any time."""

import pytest

from bot.content.telegram_html import visible
from handlers import cramp, settings
from handlers.cramp.screens import steps
from simulator import Simulator
from tests.support.conversation import Conversation, buttons, words
from tests.support.running_bot import content

ENGLISH, SWEDISH = content()["en"], content()["sv"]
pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.usefixtures("no_complaints")]


def relief(code: str) -> str:
    return visible(steps(content()[code]).text)


@pytest.mark.parametrize(
    ("language", "spoken"),
    [("sv", "sv"), ("sv-FI", "sv"), ("en", "en"), ("en-GB", "en"), ("de", "en"), ("", "en"), ("SV", "sv"), ("x", "en")],
)
async def test_telegrams_language_is_the_default(simulator: Simulator, language: str, spoken: str) -> None:
    person = Conversation(simulator, simulator.add_person("Elsa", language=language))
    assert words(await person.ask("/cramp")) == relief(spoken)


@pytest.mark.parametrize("language", ["en", "sv"])
@pytest.mark.parametrize("topic", sorted(ENGLISH.commands.keys() - {"start"}))
async def test_every_command_answers_to_its_names_in_both_languages(
    simulator: Simulator, language: str, topic: str
) -> None:
    person = Conversation(simulator, simulator.add_person("Farid", language=language))
    answers = {words(await person.ask(f"/{name}")) for name in content().names(topic)}
    assert len(answers) == 1 or topic == "tip"


async def test_a_choice_holds_for_everything_and_can_be_undone(anna: Conversation) -> None:
    chosen, left = ("sv", "en") if anna.person.language == "en" else ("en", "sv")
    question = await anna.ask("/language")
    said = content()[chosen].words(settings.Words)
    answer = await anna.press(question, f"language:{chosen}")
    assert words(answer) == visible(said.chosen.format(language=content()[chosen].language))
    assert words(await anna.ask("/cramp")) == relief(chosen)
    followed = await anna.press(question, "language:follow")
    assert words(followed) == visible(content()[left].words(settings.Words).following)
    assert words(await anna.ask("/cramp")) == relief(left)


async def test_the_key_below_the_chat_changes_its_language_too(bo: Conversation) -> None:
    await bo.say("/start", answers=2)
    await bo.press(await bo.ask("/language"), "language:sv")
    assert bo.chat.reply_keyboard
    assert bo.chat.reply_keyboard["keyboard"][0][0]["text"] == SWEDISH.words(cramp.Words).key
    assert words(await bo.ask(ENGLISH.words(cramp.Words).key)) == relief("sv"), "the old key may still be there"


async def test_each_language_is_offered_in_its_own_words(anna: Conversation) -> None:
    question = await anna.ask("/language")
    offered = buttons(question)
    for code, edition in content().items():
        assert offered[edition.language] == f"language:{code}"
