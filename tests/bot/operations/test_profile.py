"""The bot's profile goes to Telegram in every language, and again only when it has changed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from telegram import Bot, BotCommand

from bot.content import Edition, Profile
from bot.content.loading import Content
from bot.messages.transport import Transport
from bot.operations.profile import RETRY_SECONDS, menu, update_profile
from bot.store import Store
from simulator import Fault, Request, Simulator
from tests.support.actions import actions
from tests.support.running_bot import content
from tests.support.sqlite_file import without_table
from tests.support.waiting import until

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
    await update_profile(telegram_bot, content(), store, simulator.clock)
    shown, edition = simulator.world.profile, content()[code]
    assert shown.commands_for(1, code) == [
        {"command": command.name, "description": command.menu} for command in edition.commands.values()
    ]
    key = "" if code == "en" else code
    assert shown.names[key] == edition.profile.name
    assert shown.descriptions[key] == edition.profile.description
    assert shown.short_descriptions[key] == edition.profile.short_description


async def test_people_with_another_language_read_english(telegram_bot: Bot, store: Store, simulator: Simulator) -> None:
    await update_profile(telegram_bot, content(), store, simulator.clock)
    names = [command["command"] for command in simulator.world.profile.commands_for(1, "fi")]
    assert names == [command.name for command in content()["en"].commands.values()]


async def test_it_is_sent_once(telegram_bot: Bot, store: Store, called: list[str], simulator: Simulator) -> None:
    await update_profile(telegram_bot, content(), store, simulator.clock)
    assert sorted(set(called)) == METHODS
    called.clear()
    await update_profile(telegram_bot, content(), store, simulator.clock)
    assert called == []


def renamed(edition: Edition) -> Edition:
    profile = edition.profile.model_dump() | {"name": "Charlotte"}
    return edition.model_copy(update={"profile": Profile(**profile)})


def reworded(edition: Edition) -> Edition:
    cramp = edition.commands["cramp"].model_copy(update={"menu": "Other words"})
    return edition.model_copy(update={"commands": {**edition.commands, "cramp": cramp}})


@pytest.mark.parametrize(("change", "method"), [(renamed, "setmyname"), (reworded, "setmycommands")])
@pytest.mark.parametrize("code", ["en", "sv"])
async def test_only_what_has_changed_is_sent_again(
    change: object, method: str, code: str, telegram_bot: Bot, store: Store, called: list[str], simulator: Simulator
) -> None:
    await update_profile(telegram_bot, content(), store, simulator.clock)
    called.clear()
    assert callable(change)
    await update_profile(telegram_bot, Content({**content(), code: change(content()[code])}), store, simulator.clock)
    assert called == [method]
    shown = simulator.world.profile
    descriptions = {command["description"] for command in shown.commands_for(1, code)}
    assert "Charlotte" in shown.names.values() or "Other words" in descriptions


async def test_f86_a_refused_call_stops_no_other_and_is_made_again_when_telegram_allows_it(
    telegram_bot: Bot, store: Store, simulator: Simulator, caplog: pytest.LogCaptureFixture, called: list[str]
) -> None:
    simulator.faults.add(Fault(methods={"setMyName"}, status=429, retry_after=3600))
    shown, pauses = simulator.world.profile, []
    english, swedish = (content()[code].profile.name for code in ("en", "sv"))

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        await until(lambda: len(called) == 2 * len(METHODS))
        assert set(shown.descriptions) == {"", "sv"}
        assert (shown.names[""] == english, shown.names["sv"] == swedish) == (False, True)
        simulator.clock.skip(timedelta(seconds=seconds))

    await update_profile(telegram_bot, content(), store, simulator.clock, sleep)
    assert pauses == [3600.0]
    assert called.count("setmyname") == 3
    assert len(called) == 2 * len(METHODS) + 1
    assert shown.names[""] == english
    assert actions(caplog) == ["profile_not_updated"]


async def test_f86_a_restart_repeats_no_refused_call_too_soon(
    telegram_bot: Bot, store: Store, simulator: Simulator, called: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    simulator.faults.add(Fault(methods={"setMyName"}, status=429, retry_after=3600, times=None))
    waiting: list[float] = []

    async def sleep(seconds: float) -> None:
        waiting.append(seconds)
        await asyncio.Event().wait()

    for minutes, calls in ((0, 2), (59, 0), (2, 2)):
        called.clear()
        waiting.clear()
        simulator.clock.skip(timedelta(minutes=minutes))
        updating = asyncio.create_task(update_profile(telegram_bot, content(), store, simulator.clock, sleep))
        await until(lambda: waiting)
        updating.cancel()
        assert called.count("setmyname") == calls
    assert actions(caplog) == ["profile_not_updated"] * 2, "once for each language"


async def test_a_database_error_does_not_stop_the_bot(
    telegram_bot: Bot, store: Store, simulator: Simulator, called: list[str], tmp_path: Path
) -> None:
    async with AsyncExitStack() as trouble:
        await trouble.enter_async_context(without_table(tmp_path / "charley.db", "memory"))

        async def sleep(seconds: float) -> None:
            assert seconds == RETRY_SECONDS
            assert called == []
            await trouble.aclose()

        await update_profile(telegram_bot, content(), store, simulator.clock, sleep)
    assert sorted(set(called)) == METHODS


@pytest.mark.parametrize("edition", content().values(), ids=content())
def test_the_menu_is_in_the_order_of_the_content(edition: Edition) -> None:
    assert menu(edition) == [BotCommand(command.name, command.menu) for command in edition.commands.values()]
    assert menu(edition)[0].command == edition.commands["cramp"].name, "relief comes first"
