"""The bot's profile goes to Telegram in every language, and again only when it has changed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from telegram import Bot, BotCommand

from bot.content import Edition, Profile
from bot.content.loading import Content
from bot.messages.transport import Transport
from bot.operations.profile import menu, update_profile
from bot.store import Store
from simulator import Fault, Request, Simulator
from tests.support.actions import actions
from tests.support.running_bot import content

METHODS = ["setmycommands", "setmydescription", "setmyname", "setmyshortdescription"]


@pytest.fixture
async def telegram_bot(simulator: Simulator) -> AsyncIterator[Bot]:
    transport = Transport()
    async with Bot(simulator.token, f"{simulator.url}/bot", request=transport, get_updates_request=transport) as bot:
        yield bot


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(f"sqlite:///{tmp_path / 'charley.db'}") as opened:
        yield opened


@pytest.fixture
def called(simulator: Simulator) -> list[str]:
    """The methods that the bot has called."""
    methods: list[str] = []

    def note(request: Request) -> bool:
        methods.append(request.method)
        return False

    simulator.faults.add(Fault(times=None, when=note))
    return methods


@pytest.mark.parametrize("code", ["en", "sv"])
async def test_the_profile_is_sent_in_every_language(
    code: str, telegram_bot: Bot, store: Store, simulator: Simulator
) -> None:
    await update_profile(telegram_bot, content(), store)
    shown, edition = simulator.world.profile, content()[code]
    assert shown.commands_for(1, code) == [
        {"command": command.name, "description": command.menu} for command in edition.commands.values()
    ]
    key = "" if code == "en" else code
    assert shown.names[key] == edition.profile.name
    assert shown.descriptions[key] == edition.profile.description
    assert shown.short_descriptions[key] == edition.profile.short_description


async def test_people_with_another_language_read_english(telegram_bot: Bot, store: Store, simulator: Simulator) -> None:
    await update_profile(telegram_bot, content(), store)
    names = [command["command"] for command in simulator.world.profile.commands_for(1, "fi")]
    assert names == [command.name for command in content()["en"].commands.values()]


async def test_it_is_sent_once(telegram_bot: Bot, store: Store, called: list[str]) -> None:
    await update_profile(telegram_bot, content(), store)
    assert sorted(set(called)) == METHODS
    called.clear()
    await update_profile(telegram_bot, content(), store)
    assert called == []


def renamed(edition: Edition) -> Edition:
    profile = edition.profile.model_dump() | {"name": "Charlotte"}
    return edition.model_copy(update={"profile": Profile(**profile)})


def reworded(edition: Edition) -> Edition:
    cramp = edition.commands["cramp"].model_copy(update={"menu": "Other words"})
    return edition.model_copy(update={"commands": {**edition.commands, "cramp": cramp}})


@pytest.mark.parametrize("change", [renamed, reworded])
@pytest.mark.parametrize("code", ["en", "sv"])
async def test_it_is_sent_again_when_it_has_changed(
    change: object, code: str, telegram_bot: Bot, store: Store, called: list[str], simulator: Simulator
) -> None:
    await update_profile(telegram_bot, content(), store)
    called.clear()
    assert callable(change)
    await update_profile(telegram_bot, Content({**content(), code: change(content()[code])}), store)
    assert sorted(set(called)) == METHODS
    shown = simulator.world.profile
    descriptions = {command["description"] for command in shown.commands_for(1, code)}
    assert "Charlotte" in shown.names.values() or "Other words" in descriptions


async def test_an_error_is_logged_and_the_next_start_tries_again(
    telegram_bot: Bot, store: Store, simulator: Simulator, caplog: pytest.LogCaptureFixture, called: list[str]
) -> None:
    simulator.faults.add(Fault(methods={"setMyName"}, status=429, retry_after=3600))
    await update_profile(telegram_bot, content(), store)
    assert actions(caplog) == ["profile_not_updated"]
    called.clear()
    await update_profile(telegram_bot, content(), store)
    assert sorted(set(called)) == METHODS
    assert simulator.world.profile.names[""] == content()["en"].profile.name


async def test_a_database_error_does_not_stop_the_bot(
    telegram_bot: Bot, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    await store.write(lambda connection: connection.exec_driver_sql("DROP TABLE memory"))
    await update_profile(telegram_bot, content(), store)
    assert actions(caplog)[-1] == "profile_not_updated"


@pytest.mark.parametrize("edition", content().values(), ids=content())
def test_the_menu_is_in_the_order_of_the_content(edition: Edition) -> None:
    assert menu(edition) == [BotCommand(command.name, command.menu) for command in edition.commands.values()]
    assert menu(edition)[0].command == edition.commands["cramp"].name, "relief comes first"
