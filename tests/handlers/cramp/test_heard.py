"""What is heard before anything else: danger, a cramp, and how it goes on, whatever is being awaited."""

from itertools import cycle

import pytest

from bot.app import Services
from bot.content import Edition, join_lines
from bot.content.telegram_html import visible
from bot.parsing.intent import Intent
from handlers import cramp
from tests.support.conversation import Conversation, buttons, words
from tests.support.reminders import read_snapshot, turn_on
from tests.support.running_bot import content

LISTEN = cramp.listener(content())
IN_PAIN = [
    ("chest hurts, can't breathe", Intent.EMERGENCY),
    ("my leg is swollen and red", Intent.SAME_DAY),
    ("I have a cramp in my calf", Intent.RELIEF),
    ("kramp i tårna", Intent.RELIEF),
    ("it still hurts", Intent.STILL),
    ("it let go", Intent.EASED),
    ("no chest pain but my calf cramps", Intent.RELIEF),
]


def screen(edition: Edition, text: str) -> str:
    """Return what a text is answered with, as it is seen."""
    understanding = LISTEN(text)
    muscle = understanding.muscle if understanding.muscle in cramp.MUSCLES else "relief"
    draft = {
        Intent.EMERGENCY: cramp.emergency(edition),
        Intent.SAME_DAY: cramp.today(edition, understanding.about),
        Intent.RELIEF: cramp.steps(edition, muscle),
        Intent.STILL: cramp.still_hurts(edition),
        Intent.EASED: cramp.eased(edition),
    }[understanding.intent]
    return visible(draft.text)


@pytest.mark.parametrize(("text", "intent"), IN_PAIN)
def test_a_text_means_something(text: str, intent: Intent) -> None:
    assert LISTEN(text).intent is intent


@pytest.mark.parametrize(("text", "intent", "muscle"), [
    ("/cramp chest hurts", Intent.EMERGENCY, ""),
    ("/help i can't breathe", Intent.EMERGENCY, ""),
    ("/stop@charley_bot my leg is swollen and red", Intent.SAME_DAY, ""),
    ("/start my chest hurts", Intent.EMERGENCY, ""),
    ("/help\nmy chest hurts", Intent.EMERGENCY, ""),
    ("/help, my chest hurts", Intent.EMERGENCY, ""),
    ("/cramp i want to kill myself", Intent.CRISIS, ""),
    ("/stop jag vill ta mitt liv", Intent.CRISIS, ""),
    ("/cramp my toes", Intent.RELIEF, "foot"),
    ("/cramp\nmy toes", Intent.RELIEF, "foot"),
    ("/krmp tårna", Intent.RELIEF, "foot"),
])  # fmt: skip
def test_what_stands_behind_a_command_is_heard(text: str, intent: Intent, muscle: str) -> None:
    assert (LISTEN(text).intent, LISTEN(text).muscle) == (intent, muscle)


@pytest.mark.parametrize("command", ["/tests", "/about", "/stop", "/deletedata"])
async def test_danger_behind_any_command_gets_its_screen(
    anna: Conversation, edition: Edition, services: Services, command: str
) -> None:
    assert words(await anna.ask(f"{command} my chest hurts")) == screen(edition, "my chest hurts")


@pytest.mark.parametrize("text", ["/cramp", "/cramp!", "/kramp?", "/crmp...", "/start cramp"])
async def test_the_command_is_a_call_whatever_stands_behind_it(
    anna: Conversation, edition: Edition, services: Services, text: str
) -> None:
    assert words(await anna.ask(text)) == visible(cramp.steps(edition).text)


@pytest.mark.parametrize(
    "text", ["/help", "/cramp@other_bot", "/cramp@other_bot!", "/xyzzy cramp", "/start", "/start remind"]
)
def test_a_command_means_nothing_here(text: str) -> None:
    assert LISTEN(text).intent is Intent.OTHER


@pytest.mark.parametrize(("text", "intent"), IN_PAIN)
async def test_a_text_is_answered_with_its_screen(
    anna: Conversation, edition: Edition, services: Services, text: str, intent: Intent
) -> None:
    assert words(await anna.ask(text)) == screen(edition, text)


ASKING = cycle(["clock:city:", "times:hours:stretch", "pause:dates:0"])
"""Buttons after which a city, a time or a date is awaited. Each text meets one of them."""


@pytest.mark.parametrize(("text", "button"), [(text, next(ASKING)) for text, _ in IN_PAIN])
async def test_f95_a_text_in_pain_is_taken_for_nothing_that_is_awaited(
    anna: Conversation, edition: Edition, services: Services, text: str, button: str
) -> None:
    await anna.press(await turn_on(anna, "stretch"), button)
    before = await read_snapshot(services, anna)
    in_sweden = services.content.edition(edition.code, country="SE")
    assert words(await anna.ask(text)) == screen(in_sweden, text)
    after = await read_snapshot(services, anna)
    assert (after.person.zone, after.schedules, after.paused_until) == (
        before.person.zone,
        before.schedules,
        before.paused_until,
    )


@pytest.mark.parametrize(("zone", "number"), [("America/New_York", "911"), ("Europe/London", "999")])
async def test_the_number_to_call_is_that_of_the_country(
    anna: Conversation, services: Services, zone: str, number: str
) -> None:
    await turn_on(anna, "stretch", zone=zone)
    assert f" {number} n" in words(await anna.ask("chest hurts, can't breathe")).splitlines()[0]


async def test_a_caption_is_heard_too(anna: Conversation, edition: Edition, services: Services) -> None:
    (answer,) = await anna.send({"caption": "my leg is swollen and red"})
    assert words(answer) == screen(edition, "my leg is swollen and red")


async def test_a_group_is_not_listened_to(there: Conversation, services: Services) -> None:
    await there.silent("chest hurts, can't breathe")


@pytest.mark.parametrize(("text", "is_urgent"), [
    ("chest hurts", True), ("i want to kill myself", True), ("cramp in my foot", True), ("it let go", False), ("hello", False),
])  # fmt: skip
@pytest.mark.parametrize(
    ("chat", "hears"), [({"type": "private"}, True), ({}, False), ({"type": "group"}, False), (7, True)]
)
def test_an_urgent_text_is_recognized_in_the_raw_update(text: str, is_urgent: bool, chat: object, hears: bool) -> None:
    raw = {"message": {"text": text, "chat": chat}}
    assert (cramp.call_finder(content())(raw) is not None) is (is_urgent and hears)


def test_the_call_for_the_sign_that_is_named_comes_first(edition: Edition) -> None:
    said = edition.words(cramp.Words)
    heard, signs = said.heard.body, said.signs.body
    page = edition.pages["today"].body
    for sign, parts in {
        "leg": (heard["today"], signs["clot"]),
        "urine": (heard["now"], signs["call"]),
        "statin": (heard["today"], page["statin"]),
        "pattern": (heard["today"], page["pattern"]),
    }.items():
        assert cramp.today(edition, sign).text.startswith(join_lines(parts, "\n\n"))
    assert cramp.emergency(edition).text == join_lines((heard["emergency"], signs["emergency"]), "\n\n")


async def test_the_way_back_from_danger_leads_to_the_steps(bo: Conversation, services: Services) -> None:
    warning = await bo.ask("my chest hurts")
    assert "photo" in await bo.press(warning, next(iter(buttons(warning).values())))
