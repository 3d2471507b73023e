"""The operators' numbers: who may see them, and that none of them reveals a person."""

from pathlib import Path

import pytest

from bot import VERSION
from bot.content import Edition
from bot.content.telegram_html import visible
from bot.store.status import Backlog, LastDay
from handlers import status
from handlers.status import Words
from handlers.unknown import Words as Unknown
from simulator import Simulator
from tests.support.conversation import Conversation, words
from tests.support.running_bot import content, running

SEEN = LastDay(
    people=1234,
    kinds={"water": 1100, "stretch": 11, "tip": 9},
    due=4321,
    ends={"sent": 4000, "missed": 3, "dead": 2, "presumed": 1, "cancelled": 77},
    late=5,
    inbox_dead=6,
    diaries=12,
)


def lines(edition: Edition, seen: LastDay = SEEN) -> list[str]:
    text = visible(status.numbers(edition, seen, Backlog(None, 8), 1.4, 3 * 86400 + 4 * 3600 + 59).text)
    return text.splitlines()


def shown(edition: Edition, seen: LastDay = SEEN) -> list[str]:
    """Return the text after the colon of each line."""
    return [line.partition(": ")[2] for line in lines(edition, seen) if ": " in line]


def test_every_number_is_there(edition: Edition) -> None:
    few = edition.words(Words).few
    kinds = {"water": "1100", "stretch": "11"}
    expected = ["1234", *(kinds.get(kind, few) for kind in edition.reminders), "12", "4321"]
    assert shown(edition) == [*expected, "4000", "5", "1", "3", "2", "8", "6"]
    assert VERSION in lines(edition)[0]
    assert "3 d 4 h" in lines(edition)[0]
    assert " 1 s " in lines(edition)[1]


@pytest.mark.parametrize(("number", "is_shown"), [(0, False), (1, False), (9, False), (10, True)])
def test_numbers_that_could_reveal_a_person_are_not_shown(edition: Edition, number: int, is_shown: bool) -> None:
    kinds = dict.fromkeys(edition.reminders, number)
    seen = shown(edition, LastDay(number, kinds, number, {"sent": number}, 0, 0, number))[: len(kinds) + 4]
    assert seen == [str(number) if is_shown else edition.words(Words).few] * len(seen)


def test_a_message_from_a_clock_that_is_ahead_took_no_time(edition: Edition) -> None:
    assert " 0 s " in visible(status.numbers(edition, SEEN, Backlog(None, 0), -5.0, 0.0).text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 h 0 min"), (61, "0 h 1 min"), (86_399, "23 h 59 min"), (86_400, "1 d 0 h"), (10**7, "115 d 17 h")],
)
def test_a_duration_is_shown_in_two_units(seconds: float, text: str) -> None:
    assert status.duration(seconds) == text


@pytest.fixture
def olga(simulator: Simulator, edition: Edition) -> Conversation:
    """An operator of the bot."""
    return Conversation(simulator, simulator.add_person("Olga", language=edition.code))


async def test_f71_an_operator_gets_the_numbers(olga: Conversation, edition: Edition, tmp_path: Path) -> None:
    async with running(olga.simulator, tmp_path, operator_ids=str(olga.person.id)):
        answer = words(await olga.ask("/status"))
    assert answer.startswith(f"Charley {VERSION}")
    assert answer.count(edition.words(Words).few) == len(edition.reminders) + 4


async def test_f71_to_everybody_else_it_is_an_unknown_command(
    olga: Conversation, anna: Conversation, edition: Edition, tmp_path: Path
) -> None:
    async with running(anna.simulator, tmp_path, operator_ids=str(olga.person.id)):
        unknown, same = await anna.ask("/xyzzy"), await anna.ask("/status")
    assert words(same) == words(unknown) == visible(edition.words(Unknown).command)
    assert same["reply_markup"] == unknown["reply_markup"]


async def test_without_operators_nobody_gets_the_numbers(anna: Conversation, edition: Edition, tmp_path: Path) -> None:
    async with running(anna.simulator, tmp_path):
        assert words(await anna.ask("/status")) == visible(edition.words(Unknown).command)


async def test_f71_in_a_group_even_an_operator_is_not_answered(olga: Conversation, tmp_path: Path) -> None:
    group = olga.simulator.phone.new_group(olga.person, "Night shift")
    olga.simulator.phone.set_bot_status(olga.person, group, "administrator")
    async with running(olga.simulator, tmp_path, operator_ids=str(olga.person.id)):
        await Conversation(olga.simulator, olga.person, group).silent("/status")


@pytest.mark.parametrize("said", ["/statu", "/statuss", "/sattus"])
async def test_the_command_is_never_suggested(olga: Conversation, tmp_path: Path, said: str) -> None:
    async with running(olga.simulator, tmp_path, operator_ids=str(olga.person.id)):
        assert "/status" not in words(await olga.ask(said))


async def test_the_command_is_in_no_menu(olga: Conversation, edition: Edition, tmp_path: Path) -> None:
    async with running(olga.simulator, tmp_path, operator_ids=str(olga.person.id)):
        listed = words(await olga.ask("/help"))
    assert "/status" not in listed
    assert all("/status" not in command.menu for command in content()[edition.code].commands.values())
