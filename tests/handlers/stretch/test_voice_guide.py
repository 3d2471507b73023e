"""The voice guide: a recording is offered where there is one, sent as a voice message, and counts as an evening."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import Services
from bot.content import Edition
from bot.content.loading import Content
from bot.content.telegram_html import visible
from bot.store import evenings, people
from bot.store.people import Person
from handlers import stretch
from handlers.stretch import voice_guide
from simulator import Fault, Simulator
from tests.support import guided
from tests.support.assembled_bot import assembled_bot, receiving_updates
from tests.support.conversation import Conversation, Json, buttons, check_limits, words
from tests.support.recordings import record
from tests.support.reminders import turn_on
from tests.support.running_bot import content

LISTEN, LISTENED = "stretch:listen:evening", "stretch:listened:evening"


@pytest.fixture
async def services(simulator: Simulator, tmp_path: Path) -> AsyncIterator[Services]:
    """Run the bot with a recording of the evening in each language. Its length is not what these tests are about."""
    files = {code: str(tmp_path / f"{code}.ogg") for code in content()}
    for number, file in enumerate(files.values(), start=1):
        record(Path(file), number)
    change = {"recordings": {"evening": files}}
    recorded = Content({code: edition.model_copy(update=change) for code, edition in content().items()})
    async with (
        assembled_bot(simulator, tmp_path, words=recorded) as (services, application),
        receiving_updates(simulator, services, application),
    ):
        yield services


async def sent(who: Conversation) -> Json:
    """Return the voice message that somebody gets."""
    return await who.press(await who.ask("/stretch"), LISTEN)


def test_nothing_is_offered_without_a_recording(edition: Edition) -> None:
    labels = [button.text for row in stretch.offer(edition, "evening", Person(1)).buttons for button in row]
    assert edition.words(stretch.Words).voice_button not in labels
    assert not edition.recordings


async def test_the_recording_of_the_language_is_sent_with_the_check_below_it(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    offer = await anna.ask("/stretch")
    assert buttons(offer)[edition.words(stretch.Words).voice_button] == LISTEN
    check_limits(offer)
    message = await anna.press(offer, LISTEN)
    assert words(message) == visible(voice_guide.voice_guide(services.content[edition.code], "evening", "").text)
    assert visible(edition.words(stretch.Words).check.text) in words(message)
    assert message["voice"]["duration"] == [*content()].index(edition.code) + 1
    assert message["voice"]["mime_type"] == "audio/ogg"
    check_limits(message)


@pytest.mark.usefixtures("services")
async def test_only_a_routine_with_a_recording_offers_it(bo: Conversation) -> None:
    assert not any(":listen:" in data for data in buttons(await bo.ask("/stretch foot")).values())


@pytest.mark.usefixtures("services")
async def test_it_is_uploaded_once(bo: Conversation, simulator: Simulator) -> None:
    first, second = await sent(bo), await sent(bo)
    assert first["voice"]["file_id"] == second["voice"]["file_id"]


@pytest.mark.usefixtures("services")
async def test_a_double_tap_sends_one(bo: Conversation, simulator: Simulator) -> None:
    offer = await bo.ask("/stretch")
    await bo.press(offer, LISTEN)
    before = simulator.judge.total
    await bo.touch(offer, LISTEN)
    assert simulator.judge.total == before


async def test_it_stops_the_run_of_the_chat(bo: Conversation, services: Services) -> None:
    message = await bo.press(await bo.ask("/stretch"), "stretch:start:evening")
    await sent(bo)
    (end,) = await guided.pass_seconds(bo, services, 1)
    assert (end["message_id"], words(end)) == (
        message["message_id"],
        visible(stretch.stopped(services.content["en"], "evening").text),
    )
    assert await guided.all_runs(services) == []


async def test_whoever_refuses_voice_messages_can_read_along(
    bo: Conversation, services: Services, simulator: Simulator
) -> None:
    simulator.faults.add(Fault(methods={"sendVoice"}, status=400, description="Bad Request: VOICE_MESSAGES_FORBIDDEN"))
    message = await sent(bo)
    assert words(message) == visible(voice_guide.unplayed(services.content["en"], "evening").text)
    assert [*buttons(message).values()] == ["stretch:start:evening"]


async def test_done_counts_the_evening_of_the_recording_also_in_the_morning(
    anna: Conversation, edition: Edition, services: Services, simulator: Simulator
) -> None:
    await turn_on(anna, "stretch")
    message, today = await sent(anna), stretch.evenings.evening_of(services.clock(), "Europe/Stockholm")
    simulator.clock.skip(timedelta(hours=11))
    before = simulator.judge.total
    await anna.touch(message, LISTENED)
    _, end = await anna.arrived(2, before, edits=True)
    logged = await services.store.read(lambda connection: evenings.read(connection, anna.person.id, today))
    assert (logged.done, logged.first) == (1, today)
    assert edition.words(stretch.Words).first_evening in words(end)


async def test_done_takes_its_button_away_and_counts_once(
    bo: Conversation, services: Services, simulator: Simulator
) -> None:
    await services.store.write(lambda connection: people.set_zone(connection, bo.person.id, "Europe/Stockholm"))
    message = await sent(bo)
    await bo.touch(message, LISTENED)
    await bo.touch(message, LISTENED)
    ends = [
        delivery for delivery in simulator.judge.received(bo.chat.id) if words(delivery.message).startswith("Done.")
    ]
    assert len(ends) == 1, "and without a sound, as somebody wants to sleep"
    assert bo.chat.messages[ends[0].message["message_id"]].silent
    assert "reply_markup" not in bo.chat.messages[message["message_id"]].body


async def test_a_recording_that_is_gone_by_now_leads_to_the_routine(
    simulator: Simulator, bo: Conversation, tmp_path: Path
) -> None:
    async with (
        assembled_bot(simulator, tmp_path) as (services, application),
        receiving_updates(simulator, services, application),
    ):
        offer = await bo.ask("/stretch foot")
        shown = await bo.press(offer, LISTEN)
        assert words(shown) == visible(stretch.offer(services.content["en"], "evening", Person(1)).text)
