"""/tests: four tests with what they measure and their prices as printed."""

import pytest

from bot.content import Edition
from tests.support.conversation import Conversation, buttons, check_limits, words

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.usefixtures("no_complaints")]


async def test_all_four_tests_are_shown_with_their_prices(anna: Conversation, edition: Edition) -> None:
    message = await anna.ask(f"/{edition.commands['tests'].name}")
    check_limits(message)
    assert len(edition.tests) == 4
    for test in edition.tests.values():
        assert test.name in words(message)
        assert f"{test.price}\u00a0kr" in words(message)


async def test_each_known_link_is_a_button(anna: Conversation, edition: Edition) -> None:
    message = await anna.ask("/tests")
    rows = message["reply_markup"]["inline_keyboard"]
    links = [button["url"] for row in rows for button in row if "url" in button]
    assert links == [test.url for test in edition.tests.values() if test.url]


async def test_the_back_button_leads_to_the_menu(anna: Conversation) -> None:
    message = await anna.ask("/tests")
    (data,) = buttons(message).values()
    menu = await anna.press(message, data)
    again = await anna.ask("/learn")
    assert words(menu) == words(again)
