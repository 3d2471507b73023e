"""/start: two messages, of which the first has the key."""

import pytest
from telegram.constants import KeyboardButtonStyle as Style

from bot.content import Edition
from handlers import start
from handlers.start import Words
from simulator import Fault
from tests.support.conversation import Conversation


def test_the_offer_is_relief_first_and_reminders_second(edition: Edition) -> None:
    draft, words = start.offer(edition), edition.words(Words)
    ((relief,), (remind,)) = draft.buttons
    assert draft.text == words.offer
    assert (relief.text, relief.callback_data, relief.style) == (words.cramp_button, "cramp:steps:relief", Style.DANGER)
    assert (remind.text, remind.callback_data, remind.style) == (words.remind_button, "remind", None)


@pytest.mark.usefixtures("bot")
async def test_the_key_comes_with_the_first_message_and_the_buttons_with_the_second(anna: Conversation) -> None:
    hello, offer = await anna.say("/start", 2)
    assert "keyboard" in hello.get("reply_markup", {}) or anna.chat.reply_keyboard
    assert "inline_keyboard" not in hello.get("reply_markup", {})
    assert len(offer["reply_markup"]["inline_keyboard"]) == 2


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("said", ["/start", "/start@charley_bot"])
async def test_nobody_is_greeted_in_a_group(there: Conversation, said: str) -> None:
    await there.silent(said)
    assert there.chat.reply_keyboard is None


@pytest.mark.usefixtures("bot")
async def test_the_offer_comes_although_the_greeting_was_refused(anna: Conversation, edition: Edition) -> None:
    anna.simulator.faults.add(Fault(methods={"sendMessage"}, status=400))
    (offer,) = await anna.say("/start", 1)
    assert offer["text"] == edition.words(Words).offer
