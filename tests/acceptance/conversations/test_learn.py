"""The article's answers: every page has a way in and a way on, in both languages."""

import re
from collections import deque
from random import Random

import pytest

from bot.content import Edition
from bot.content.telegram_html import visible
from tests.support.conversation import Conversation, Json, buttons, check_limits, words

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.usefixtures("no_complaints")]
ABOUT_THE_BOT = {"about", "privacy", "diary"}
"""Pages that the article's pages need not lead to."""
OTHER_WAYS_IN = ("/cramp", "/start", "/settings", "/tip", "/tests", "/help", "/about", "what is this")
LONG_WALK = 40
CHANGING = re.compile(r"(language|remind|kind|clock|quiet|log|consent)(:|$)")
"""Buttons that change something, or ask how to: their own tests press them."""


@pytest.mark.parametrize("page", ["learn", "causes", "night", "prevent", "magnesium", "doctor", "about", "privacy"])
async def test_a_page_is_shown_by_every_name_of_its_command(anna: Conversation, edition: Edition, page: str) -> None:
    command = edition.commands[page]
    for name in {page, command.name, *command.also}:
        message = await anna.ask(f"/{name}")
        assert words(message) == visible(edition.html(edition.pages[page]))
        check_limits(message)


async def test_the_menu_leads_to_its_pages_in_place(anna: Conversation, edition: Edition) -> None:
    menu = await anna.ask("/learn")
    texts = [name for name in edition.pages["learn"].next if not edition.pages[name].picture]
    for name in texts:
        page = await anna.press(menu, f"page:{name}")
        assert page["message_id"] == menu["message_id"]
        assert buttons(menu)[edition.pages[name].button] == f"page:{name}"
        back = await anna.press(page, "page:learn")
        assert words(back) == words(menu)


async def test_every_page_is_reached_and_every_button_anywhere_leads_on(anna: Conversation, edition: Edition) -> None:
    """One walk from every way in. Most ways lead to the same screens, and each screen is looked at once."""
    shown = await _crawl(anna, await anna.ask("/learn"), {})
    to_read = edition.pages.keys() - ABOUT_THE_BOT
    assert {f"page:{name}" for name in to_read} <= shown.keys()
    for name in to_read:
        assert words(shown[f"page:{name}"]) == visible(edition.html(edition.pages[name]))
    for way_in in OTHER_WAYS_IN:
        messages = await anna.say(way_in, answers=2 if way_in == "/start" else 1)
        await _crawl(anna, messages[-1], shown)
        assert shown.keys() >= {data for data in buttons(messages[-1]).values() if not CHANGING.match(data)}
    assert all(words(message) for message in shown.values())


async def _crawl(who: Conversation, root: Json, shown: dict[str, Json]) -> dict[str, Json]:
    """Press every button that can be reached from ``root`` and is not in ``shown``; return ``shown`` with their screens."""
    waiting = deque([root])
    while waiting:
        message = waiting.popleft()
        check_limits(message)
        for data in buttons(message).values():
            if data not in shown and not CHANGING.match(data):
                shown[data] = await _seen(who, message, data)
                assert buttons(shown[data]) or data.startswith("cramp:pin"), f"{data} is a dead end"
                waiting.append(shown[data])
    return shown


async def _seen(who: Conversation, message: Json, data: str) -> Json:
    """Return what a button shows, after the message was made to show something else."""
    if data.startswith("cramp:pin"):
        await who.touch(message, data)
        return message
    current = who.chat.messages[message["message_id"]].body
    if words(current) != words(message):
        message = current
    return await who.press(message, data)


async def test_a_long_walk_over_real_buttons_never_ends(anna: Conversation, edition: Edition) -> None:
    random = Random(edition.code)
    message = await anna.ask("/learn")
    for _ in range(LONG_WALK):
        label, data = random.choice(sorted(buttons(message).items()))
        message = await anna.press(message, data)
        check_limits(message)
        assert buttons(message), f"{label} ({data}) is a dead end"
