"""Private commands in a group, answered with a link into the private chat."""

import pytest

from bot.app import Services
from bot.content import Edition
from handlers import private
from handlers.private import COMMANDS, Words
from tests.support.conversation import Conversation, words
from tests.support.reminders import read_snapshot, turn_on
from tests.support.running_bot import content


def test_the_link_opens_the_reminders(edition: Edition) -> None:
    draft = private.elsewhere(edition, "charley_bot")
    ((button,),) = draft.buttons
    assert button.url == "https://t.me/charley_bot?start=remind"


@pytest.mark.parametrize("command", COMMANDS)
async def test_f37_a_group_gets_only_the_link(there: Conversation, services: Services, command: str) -> None:
    answer = await there.ask(f"/{command}")
    assert words(answer) == content()["en"].words(Words).elsewhere
    ((button,),) = answer["reply_markup"]["inline_keyboard"]
    assert button["url"].startswith("https://t.me/")
    assert services.settings


async def test_f37_stop_in_a_group_stops_nothing(bo: Conversation, there: Conversation, services: Services) -> None:
    await turn_on(bo, "stretch")
    await there.ask("/stop")
    await there.silent("stop")
    assert (await read_snapshot(services, bo)).active == ["stretch"]


async def test_the_settings_in_a_group_show_only_the_language(
    bo: Conversation, there: Conversation, services: Services
) -> None:
    await turn_on(bo, "stretch")
    shown = await there.ask("/settings")
    assert "Stockholm" not in words(shown)
    assert services.content["en"].language in words(shown)


@pytest.mark.usefixtures("services")
async def test_the_link_greets_and_shows_the_reminders(anna: Conversation, edition: Edition) -> None:
    _, shown = await anna.say("/start remind", 2)
    assert edition.reminders["stretch"].name in words(shown)
