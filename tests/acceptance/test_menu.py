"""What Telegram shows of the bot: the menu and the texts, in each language, told once."""

from pathlib import Path

import pytest

from bot.content import Edition
from simulator import Fault, Request, Simulator
from simulator.state.profile import in_language
from tests.support.conversation import Conversation, Json, words
from tests.support.running_bot import content, running

pytestmark = pytest.mark.usefixtures("quiet")
LAST_TOLD = "setmyname"


async def _introduced(simulator: Simulator, folder: Path) -> None:
    """Run the bot until it has told everything there is to tell."""
    async with running(simulator, folder):
        person = Conversation(simulator, simulator.add_person())
        while len(simulator.world.profile.names) < len(content()):
            await person.ask("/help")


async def test_the_menu_is_there_in_every_language(simulator: Simulator, edition: Edition, tmp_path: Path) -> None:
    await _introduced(simulator, tmp_path)
    menu: list[Json] = simulator.world.profile.commands_for(1, edition.code)
    assert [entry["command"] for entry in menu] == [command.name for command in edition.commands.values()]
    assert [entry["description"] for entry in menu] == [command.menu for command in edition.commands.values()]


async def test_every_entry_of_the_menu_works(simulator: Simulator, edition: Edition, tmp_path: Path) -> None:
    await _introduced(simulator, tmp_path)
    person = Conversation(simulator, simulator.add_person(language=edition.code))
    async with running(simulator, tmp_path):
        for entry in simulator.world.profile.commands_for(person.person.id, edition.code):
            answers = await person.say(f"/{entry['command']}", 2 if entry["command"] == "start" else 1)
            assert all(words(answer) for answer in answers)


async def test_the_texts_about_the_bot_are_there(simulator: Simulator, edition: Edition, tmp_path: Path) -> None:
    await _introduced(simulator, tmp_path)
    profile = simulator.world.profile
    assert in_language(profile.names, edition.code) == edition.profile.name
    assert in_language(profile.descriptions, edition.code) == edition.profile.description
    assert in_language(profile.short_descriptions, edition.code) == edition.profile.short_description


async def test_nothing_is_told_twice(simulator: Simulator, tmp_path: Path) -> None:
    told: list[str] = []

    def listen(request: Request) -> bool:
        told.append(request.method)
        return False

    simulator.faults.add(Fault(when=listen))
    for _ in range(3):
        await _introduced(simulator, tmp_path)
    assert told.count("setmycommands") == len(content())
    assert told.count(LAST_TOLD) == len(content())
