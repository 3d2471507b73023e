"""What Telegram shows of the bot: told in every language, and again only when it has changed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from telegram import Bot, BotCommand

from bot.content import Edition, Profile
from bot.content.loading import Content
from bot.messages.transport import Transport
from bot.operations.profile import commands, introduce
from bot.store import Store
from simulator import Fault, Request, Simulator
from tests.support.running_bot import content

TOLD = ["setmycommands", "setmydescription", "setmyname", "setmyshortdescription"]


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
def asked(simulator: Simulator) -> list[str]:
    """The methods that were called."""
    methods: list[str] = []

    def note(request: Request) -> bool:
        methods.append(request.method)
        return False

    simulator.faults.add(Fault(times=None, when=note))
    return methods


@pytest.mark.parametrize("code", ["en", "sv"])
async def test_the_menu_and_the_texts_are_told_in_every_language(
    code: str, telegram_bot: Bot, store: Store, simulator: Simulator
) -> None:
    await introduce(telegram_bot, content(), store)
    shown, edition = simulator.world.profile, content()[code]
    assert [each["command"] for each in shown.commands_for(1, code)] == [
        each.name for each in edition.commands.values()
    ]
    assert [each["description"] for each in shown.commands_for(1, code)] == [
        each.menu for each in edition.commands.values()
    ]
    key = "" if code == "en" else code
    assert shown.names[key] == edition.profile.name
    assert shown.descriptions[key] == edition.profile.description
    assert shown.short_descriptions[key] == edition.profile.short_description


async def test_who_speaks_another_language_reads_english(telegram_bot: Bot, store: Store, simulator: Simulator) -> None:
    await introduce(telegram_bot, content(), store)
    english = content()["en"].commands.values()
    assert [each["command"] for each in simulator.world.profile.commands_for(1, "fi")] == [
        each.name for each in english
    ]


async def test_it_is_told_once(telegram_bot: Bot, store: Store, asked: list[str]) -> None:
    await introduce(telegram_bot, content(), store)
    assert sorted(set(asked)) == TOLD
    asked.clear()
    await introduce(telegram_bot, content(), store)
    assert asked == []


def renamed(edition: Edition) -> Edition:
    profile = edition.profile.model_dump() | {"name": "Charlotte"}
    return edition.model_copy(update={"profile": Profile(**profile)})


def reworded(edition: Edition) -> Edition:
    cramp = edition.commands["cramp"].model_copy(update={"menu": "Other words"})
    return edition.model_copy(update={"commands": {**edition.commands, "cramp": cramp}})


@pytest.mark.parametrize("change", [renamed, reworded])
@pytest.mark.parametrize("code", ["en", "sv"])
async def test_it_is_told_again_when_it_has_changed(
    change: object, code: str, telegram_bot: Bot, store: Store, asked: list[str], simulator: Simulator
) -> None:
    await introduce(telegram_bot, content(), store)
    asked.clear()
    assert callable(change)
    await introduce(telegram_bot, Content({**content(), code: change(content()[code])}), store)
    assert sorted(set(asked)) == TOLD
    shown = simulator.world.profile
    assert "Charlotte" in shown.names.values() or "Other words" in {
        each["description"] for each in shown.commands_for(1, code)
    }


async def test_trouble_is_told_to_the_log_and_tried_at_the_next_start(
    telegram_bot: Bot, store: Store, simulator: Simulator, caplog: pytest.LogCaptureFixture, asked: list[str]
) -> None:
    simulator.faults.add(Fault(methods={"setMyName"}, status=429, retry_after=3600))
    await introduce(telegram_bot, content(), store)
    assert "not up to date" in caplog.text
    asked.clear()
    await introduce(telegram_bot, content(), store)
    assert sorted(set(asked)) == TOLD
    assert simulator.world.profile.names[""] == content()["en"].profile.name


async def test_a_database_that_is_away_is_no_reason_to_stop(
    telegram_bot: Bot, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    await store.write(lambda each: each.exec_driver_sql("DROP TABLE memory"))
    await introduce(telegram_bot, content(), store)
    assert "not up to date" in caplog.text


@pytest.mark.parametrize("edition", content().values(), ids=content())
def test_the_menu_stands_in_the_order_of_the_content(edition: Edition) -> None:
    assert commands(edition) == [BotCommand(each.name, each.menu) for each in edition.commands.values()]
    assert commands(edition)[0].command == edition.commands["cramp"].name, "relief comes first"
