"""Private commands in a group, answered with a link into the private chat."""

import pytest

from bot.app import Services
from bot.content import Edition
from handlers import private, start
from handlers.private import COMMANDS, Words
from tests.support.conversation import Conversation, words
from tests.support.diaries import agree
from tests.support.reminders import read_snapshot, turn_on
from tests.support.running_bot import content


@pytest.mark.parametrize(("command", "parameter"), [
    ("pause", "remind"), ("log", "log"), ("history", "history"), ("report", "report"), ("export", "export"),
])  # fmt: skip
def test_the_link_leads_to_the_command_or_to_the_reminders(edition: Edition, command: str, parameter: str) -> None:
    draft = private.elsewhere(edition, "charley_bot", command)
    ((button,),) = draft.buttons
    assert button.url == f"https://t.me/charley_bot?start={parameter}"


def test_each_link_is_followed() -> None:
    assert set(start.LINKS) == {*private.LINKED, private.REMIND}


@pytest.mark.parametrize("command", private.LINKED)
async def test_a_link_leads_to_what_the_command_shows(anna: Conversation, services: Services, command: str) -> None:
    await agree(services, anna)
    _, shown = await anna.say(f"/start {command}", 2)
    assert words(shown) == words(await anna.ask(f"/{command}"))


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
