"""Sending the steps to somebody, in any chat."""

import pytest

from bot.app import Services
from bot.content import Edition
from bot.content.telegram_html import visible
from bot.store import people
from handlers import cramp, share
from simulator import Simulator
from tests.support.conversation import Conversation, Json, words


def test_what_somebody_gets_is_the_steps_with_the_number_to_call(edition: Edition) -> None:
    for muscle in cramp.MUSCLES:
        text = share.message(edition, muscle, "charley_bot").text
        assert text.startswith(cramp.steps(edition, muscle).text)
        assert "112" in text.splitlines()[-1]


def test_the_buttons_lead_to_the_bot(edition: Edition) -> None:
    rows = share.message(edition, "foot", "charley_bot").buttons
    assert [button.url for row in rows for button in row] == [
        "https://t.me/charley_bot?start=swollen",
        "https://t.me/charley_bot?start=cramp",
    ]
    # The steps say "tap the red button".
    assert (rows[0][0].text, rows[0][0].style) == (edition.words(cramp.Words).danger_button, "danger")


async def test_the_steps_arrive_in_another_chat(
    services: Services, simulator: Simulator, anna: Conversation, edition: Edition
) -> None:
    bo = simulator.add_person("Bo")
    shown = await simulator.phone.ask_inline(anna.person, "", bo)
    assert [result["id"] for result in shown["results"]] == list(cramp.MUSCLES)
    assert [result["title"] for result in shown["results"]] == list(cramp.muscle_names(edition).values())
    sent = simulator.phone.choose(anna.person, shown["query_id"], "foot", bo)
    assert words(sent.body) == visible(share.message(edition, "foot", "charley_bot").text)


@pytest.mark.parametrize(("query", "first"), [("foot", "foot"), ("kramp i tårna", "foot"), ("hello", "relief")])
async def test_the_muscle_that_the_query_names_comes_first(
    services: Services, simulator: Simulator, anna: Conversation, query: str, first: str
) -> None:
    shown = await simulator.phone.ask_inline(anna.person, query)
    assert shown["results"][0]["id"] == first


async def test_the_red_button_leads_to_the_call_for_the_same_day(
    services: Services, anna: Conversation, edition: Edition
) -> None:
    assert words(await anna.ask("/start swollen")) == visible(cramp.today(edition, "leg").text)


async def test_nobody_is_known_by_what_they_send(services: Services, simulator: Simulator) -> None:
    stranger = simulator.add_person("Stranger")
    assert (await simulator.phone.ask_inline(stranger, "foot"))["answered"]
    assert await services.store.read(lambda connection: people.get_known(connection, [stranger.id])) == {}


def ways_to_share(keyboard: list[list[Json]]) -> list[Json]:
    """Return the buttons that let somebody choose a chat for the steps."""
    return [button for row in keyboard for button in row if "switch_inline_query_chosen_chat" in button]


def test_the_good_night_screen_offers_it_if_inline_mode_is_on(edition: Edition) -> None:
    offered = ways_to_share(cramp.eased(edition, inline=True).markup["reply_markup"]["inline_keyboard"])
    assert [button["text"] for button in offered] == [edition.words(cramp.Words).share_button]
    for draft in (cramp.eased(edition), cramp.eased(edition, inline=True, private=False)):
        assert ways_to_share(draft.markup["reply_markup"]["inline_keyboard"]) == []


async def test_the_bot_knows_whether_its_inline_mode_is_on(services: Services, bo: Conversation) -> None:
    good_night = await bo.ask("it let go")
    assert len(ways_to_share(good_night["reply_markup"]["inline_keyboard"])) == 1
