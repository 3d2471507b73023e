"""/start: two lines, the key that stays, two buttons, and no question first."""

import pytest

from bot.content import Edition
from bot.content.telegram_html import visible
from handlers import start
from handlers.cramp.screens import steps
from tests.acceptance.conversations.conftest import by_polling_and_by_webhook
from tests.support.conversation import Conversation, buttons, check_limits, words

pytestmark = [
    by_polling_and_by_webhook,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.usefixtures("no_complaints"),
]


async def test_the_first_words(anna: Conversation, edition: Edition) -> None:
    hello, offer = await anna.say("/start", answers=2)
    said = edition.words(start.Words)
    assert words(hello) == visible(said.welcome)
    assert words(offer) == visible(said.offer)
    assert list(buttons(offer)) == [said.cramp_button, said.remind_button]


async def test_the_key_stays_below_the_chat_and_gives_relief(anna: Conversation, edition: Edition) -> None:
    await anna.say("/start", answers=2)
    keys = anna.chat.reply_keyboard
    assert keys
    assert keys["is_persistent"]
    ((key,),) = keys["keyboard"]
    assert words(await anna.ask(key["text"])) == visible(steps(edition).text)


async def test_the_buttons_lead_to_relief_and_to_reminders(anna: Conversation, edition: Edition) -> None:
    _, offer = await anna.say("/start", answers=2)
    to_relief, to_reminders = buttons(offer).values()
    assert words(await anna.press(offer, to_relief)) == visible(steps(edition).text)
    shown = await anna.press(offer, to_reminders)
    assert [name for block in edition.reminders.values() if (name := block.name) not in words(shown)] == []


async def test_a_link_for_relief_gives_relief_at_once(anna: Conversation, edition: Edition) -> None:
    shown = await anna.ask("/start cramp")
    assert words(shown) == visible(steps(edition).text)
    assert "photo" in shown


@pytest.mark.parametrize(
    "payload", ["cramps", "CRAMP", "cramp ", "language_sv", "-", "x" * 64, "<b>", "cramp cramp", "☃"]
)
async def test_no_other_link_means_anything(bo: Conversation, payload: str) -> None:
    answers = 1 if payload.split() == ["cramp"] else 2
    for message in await bo.say(f"/start {payload}", answers):
        check_limits(message)
        assert "photo" in message or answers == 2
