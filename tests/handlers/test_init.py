"""How topics are found, in which order they are asked, and which updates are urgent."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from telegram.ext import CallbackQueryHandler

import handlers
from bot.app import Services
from bot.config import ROOT
from bot.edition import CAPTION_LIMIT, MESSAGE_LIMIT, Edition, Model
from bot.errors import ContentError
from bot.html import length, visible
from bot.sender import Draft
from bot.store.people import Person
from handlers import blood_tests, cramp, late, learn, settings, start, tip, unknown
from handlers import help as help_topic
from simulator import Simulator
from tests.fakes import content
from tests.handlers.listening import built


def test_every_file_beside_it_is_a_topic() -> None:
    files = {file.stem for file in Path(handlers.__file__).parent.glob("*.py")} - {"__init__"}
    assert set(handlers.modules()) == files


def test_lateness_is_asked_first_and_everything_else_last() -> None:
    names = list(handlers.modules())
    assert (names[0], names[-1]) == ("late", "unknown")
    assert names[1:-1] == sorted(names[1:-1])


@pytest.mark.parametrize("name", handlers.modules())
def test_words_of_a_topic_stand_under_its_name(name: str) -> None:
    words = getattr(handlers.modules()[name], "Words", None)
    if words is None:
        return
    assert issubclass(words, Model)
    assert all(isinstance(getattr(edition, name), words) for edition in content().values())


def test_content_without_the_words_of_a_topic_is_refused(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "assets", tmp_path / "assets", ignore=shutil.ignore_patterns("*.svg", "__pycache__"))
    for file in ROOT.glob("content*.yaml"):
        (tmp_path / file.name).write_text(file.read_text().replace("\ntip:\n", "\nhint:\n"))
    with pytest.raises(ContentError) as caught:
        handlers.load_content(tmp_path)
    assert ": tip: " in str(caught.value)
    assert ": hint: " in str(caught.value)


@pytest.mark.parametrize(
    ("raw", "urgent"),
    [
        ({"message": {"text": "/cramp"}}, True),
        ({"message": {"text": "Sendrag!"}}, True),
        ({"message": {"text": "/help"}}, False),
        ({"message": {"text": None}}, False),
        ({"message": {"text": ["/cramp"]}}, False),
        ({"message": {"caption": "/cramp"}}, False),
        ({"message": {}}, False),
        ({"message": "/cramp"}, False),
        ({"edited_message": {"text": "/cramp"}}, False),
        ({"callback_query": {"data": "cramp:steps:relief"}}, True),
        ({"callback_query": {"data": "page:learn"}}, False),
        ({}, False),
    ],
)
def test_a_call_for_relief_is_known_in_the_raw_update(raw: dict[str, Any], urgent: bool) -> None:
    assert handlers.is_urgent(content())(raw) is urgent


def test_counting_along_draws_the_steps() -> None:
    assert handlers.count is cramp.steps


def drafts(edition: Edition) -> Iterator[Draft]:
    """Every screen that has buttons."""
    yield from (cramp.steps(edition, muscle, seconds) for muscle in cramp.MUSCLES for seconds in (None, 5))
    yield from (cramp.still(edition), cramp.danger(edition), cramp.eased(edition))
    yield from (learn.page(edition, name) for name in edition.pages)
    yield from (blood_tests.tests(edition), help_topic.commands(edition), late.apology(edition), start.offer(edition))
    yield from (settings.overview(edition), settings.languages(content(), edition), tip.tip(edition, Person(1)))
    yield from (
        unknown.not_understood(edition),
        unknown.no_command(edition, "cramp"),
        unknown.no_command(edition, None),
    )


@pytest.fixture
def patterns(services: Services) -> list[re.Pattern[str]]:
    """What each handler of presses was made for."""
    every = [each for module in handlers.modules().values() for each in module.handlers(services)]
    presses = [each for each in every if isinstance(each, CallbackQueryHandler)]
    return [each.pattern for each in presses if isinstance(each.pattern, re.Pattern)]


def test_each_of_our_buttons_is_taken_by_one_handler(patterns: list[re.Pattern[str]], edition: Edition) -> None:
    shown = [button for draft in drafts(edition) for row in draft.buttons for button in row if button.callback_data]
    assert len(shown) > 100
    for button in shown:
        data = str(button.callback_data)
        assert sum(bool(pattern.match(data)) for pattern in patterns) == 1, data
        assert len(data.encode()) <= 64


def test_no_screen_has_more_than_two_buttons_in_a_row(edition: Edition) -> None:
    for draft in drafts(edition):
        assert all(1 <= len(row) <= 2 for row in draft.buttons)


def test_every_screen_fits_and_parses(edition: Edition) -> None:
    for draft in drafts(edition):
        limit = CAPTION_LIMIT if draft.picture else MESSAGE_LIMIT
        assert 0 < length(visible(draft.text)) <= limit


async def test_all_handlers_are_asked_in_the_order_of_their_topics(simulator: Simulator, tmp_path: Path) -> None:
    async with built(simulator, tmp_path) as (services, application):
        handlers.install(application, services)
        (asked,) = application.handlers.values()
    modules = [each.callback.__module__.rpartition(".")[2] for each in asked]
    assert list(dict.fromkeys(modules)) == list(handlers.modules())
    assert len(asked) == sum(len(each.handlers(services)) for each in handlers.modules().values())


async def test_a_topic_that_fails_is_answered_by_the_unknown(simulator: Simulator, tmp_path: Path) -> None:
    async with built(simulator, tmp_path) as (services, application):
        handlers.install(application, services)
        assert list(application.error_handlers) == [unknown.failed]
