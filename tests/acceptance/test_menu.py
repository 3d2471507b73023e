"""The menu and the texts about the bot that Telegram shows: set once, in each language."""

from pathlib import Path

import pytest

from bot.content import Edition
from simulator import Fault, Request, Simulator
from simulator.state.profile import in_language
from tests.support.conversation import Conversation, Json, words
from tests.support.running_bot import content, running

pytestmark = pytest.mark.usefixtures("no_complaints")


async def _set_up(simulator: Simulator, folder: Path) -> None:
    """Run the bot until it has set its names, which it does last."""
    async with running(simulator, folder):
        person = Conversation(simulator, simulator.add_person())
        while len(simulator.world.profile.names) < len(content()):
            await person.ask("/help")


async def test_the_menu_is_set_in_every_language(simulator: Simulator, edition: Edition, tmp_path: Path) -> None:
    await _set_up(simulator, tmp_path)
    menu: list[Json] = simulator.world.profile.commands_for(1, edition.code)
    assert [entry["command"] for entry in menu] == [command.name for command in edition.commands.values()]
    assert [entry["description"] for entry in menu] == [command.menu for command in edition.commands.values()]


async def test_every_entry_of_the_menu_works(simulator: Simulator, edition: Edition, tmp_path: Path) -> None:
    await _set_up(simulator, tmp_path)
    person = Conversation(simulator, simulator.add_person(language=edition.code))
    async with running(simulator, tmp_path):
        for entry in simulator.world.profile.commands_for(person.person.id, edition.code):
            answers = await person.say(f"/{entry['command']}", 2 if entry["command"] == "start" else 1)
            assert all(words(answer) for answer in answers)


async def test_the_texts_about_the_bot_are_set(simulator: Simulator, edition: Edition, tmp_path: Path) -> None:
    await _set_up(simulator, tmp_path)
    profile = simulator.world.profile
    assert in_language(profile.names, edition.code) == edition.profile.name
    assert in_language(profile.descriptions, edition.code) == edition.profile.description
    assert in_language(profile.short_descriptions, edition.code) == edition.profile.short_description


async def test_nothing_is_set_twice(simulator: Simulator, tmp_path: Path) -> None:
    methods: list[str] = []

    def record(request: Request) -> bool:
        methods.append(request.method)
        return False

    simulator.faults.add(Fault(when=record))
    for _ in range(3):
        await _set_up(simulator, tmp_path)
    assert methods.count("setmycommands") == len(content())
    assert methods.count("setmyname") == len(content())
