"""All reminders off: by command, by word, also late."""

from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.app import Services
from bot.content import Edition
from bot.content.telegram_html import visible
from bot.reminders.time_codes import encode
from handlers import stop, stretch
from handlers.stop import Words, stop_calls
from tests.support import guided
from tests.support.conversation import Conversation, buttons, words
from tests.support.reminders import pending_due_times, read_snapshot, send_next_reminder, turn_on
from tests.support.running_bot import content, running


@pytest.mark.parametrize(
    "text", ["/stop", "/stopp", "Stop!", "SLUTA", "stop sending me these", "inga fler påminnelser"]
)
def test_a_text_that_means_stop(text: str) -> None:
    assert stop_calls(content())(text)


@pytest.mark.parametrize(
    "text", ["do not stop", "/stopwatch", "the end is near", "", "/help", "no more water reminders", "stop the pain"]
)
def test_a_text_that_does_not_mean_stop(text: str) -> None:
    assert not stop_calls(content())(text)


@pytest.mark.parametrize("said", ["/stop", "/stopp", "Stop!", "unsubscribe", "sluta", "AVSLUTA", "quit", "cancel"])
async def test_everything_is_off_at_once(anna: Conversation, edition: Edition, services: Services, said: str) -> None:
    await anna.press(await turn_on(anna, "stretch", "water", "tip"), "remind")  # no time is awaited any more
    answer = await anna.ask(said)
    assert words(answer) == visible(edition.words(Words).all_off)
    assert (await read_snapshot(services, anna)).active == []
    assert "photo" in await anna.ask("/cramp"), "relief still answers"


@pytest.mark.parametrize("kinds", [(), ("stretch",)])
async def test_a_text_ends_the_stretching_first_and_then_offers_to_stop_the_reminders(
    anna: Conversation, edition: Edition, services: Services, kinds: tuple[str, ...]
) -> None:
    said = edition.words(Words)
    await (turn_on(anna, *kinds) if kinds else anna.ask("/help"))
    run = await anna.press(await anna.ask("/stretch"), "stretch:start:evening")
    await anna.ask("/help")
    offer = await anna.ask("Stop!")
    assert words(offer) == visible(said.run_and_reminders if kinds else said.run)
    (end,) = await guided.pass_seconds(anna, services, 1)
    assert (end["message_id"], words(end)) == (run["message_id"], visible(stretch.stopped(edition, "evening").text))
    assert (await read_snapshot(services, anna)).active == list(kinds)
    if kinds:
        off = await anna.press(offer, buttons(offer)[said.all_button])
        assert words(off) == visible(said.all_off)
    again = await anna.ask("stop")
    assert words(again) == visible(said.nothing), "the second time it means the reminders"


async def test_the_command_stops_both_at_once(anna: Conversation, edition: Edition, services: Services) -> None:
    await turn_on(anna, "stretch")
    await anna.press(await anna.ask("/stretch"), "stretch:start:evening")
    await anna.ask("/help")
    assert words(await anna.ask("/stop")) == visible(edition.words(Words).all_off)
    (end,) = await guided.pass_seconds(anna, services, 1)
    assert words(end) == visible(stretch.stopped(edition, "evening").text)
    assert (await read_snapshot(services, anna)).active == []


async def test_one_undo_turns_all_on_again_as_it_was(anna: Conversation, edition: Edition, services: Services) -> None:
    await turn_on(anna, "stretch", "water")
    before = await read_snapshot(services, anna)
    off = await anna.ask("/stop")
    back = await anna.press(off, buttons(off)[edition.words(Words).undo_button])
    names = ", ".join(edition.reminders[kind].name for kind in ("stretch", "water"))
    assert words(back) == visible(edition.words(Words).back.format(names=names))
    after = await read_snapshot(services, anna)
    assert {kind: after.wish(kind) for kind in after.active} == {kind: before.wish(kind) for kind in before.active}
    assert after.next_due("stretch") == before.next_due("stretch")


async def test_a_stop_cancels_what_waits_to_be_sent(anna: Conversation, services: Services) -> None:
    message = await turn_on(anna, "stretch")
    number = await send_next_reminder(services, anna, "stretch")
    await anna.press(message, f"answer:later:{number}:15")
    await anna.ask("/stop")
    assert await pending_due_times(services) == []


async def test_a_stop_of_a_kind_that_is_off_names_it(anna: Conversation, edition: Edition, services: Services) -> None:
    await turn_on(anna, "water")
    name = edition.reminders["stretch"].name
    answer = await anna.ask("no more stretch reminders")
    assert words(answer) == visible(edition.words(Words).one_is_off.format(name=name))


async def test_a_stop_without_reminders_says_so(anna: Conversation, edition: Edition, services: Services) -> None:
    answer = await anna.ask("stop")
    assert words(answer) == visible(edition.words(Words).nothing)
    assert list(buttons(answer).values()) == ["remind"]
    assert (await read_snapshot(services, anna)).schedules == {}


async def test_nobody_can_undo_somebody_elses_stop(anna: Conversation, bo: Conversation, services: Services) -> None:
    await turn_on(anna, "stretch")
    off = await anna.ask("/stop")
    (undo,) = [data for data in buttons(off).values() if data.startswith("stop:undo:")]
    await bo.press(await bo.ask("/remind"), undo)
    assert (await read_snapshot(services, anna)).active == []
    assert (await read_snapshot(services, bo)).active == []


async def test_an_undo_makes_no_day_too_full(anna: Conversation, edition: Edition, services: Services) -> None:
    message = await turn_on(anna, "stretch", "tip")
    off = await anna.press(message, "kind:off:stretch")
    undo = buttons(off)[edition.words(Words).undo_button]
    again = await anna.press(off, "remind:may:water")
    again = await anna.press(again, f"times:set:water:{encode([*map(time, (7, 9, 12, 15, 18))])}")
    back = await anna.press(again, undo)
    assert words(back) == visible(edition.words(Words).full)
    assert "stretch" not in (await read_snapshot(services, anna)).active


async def test_a_late_stop_still_counts(anna: Conversation, edition: Edition, tmp_path: Path) -> None:
    async with running(anna.simulator, tmp_path):
        await turn_on(anna, "stretch")
    anna.simulator.phone.say(anna.person, "stop")
    anna.simulator.clock.skip(timedelta(hours=3))
    before = anna.simulator.judge.total
    async with running(anna.simulator, tmp_path):
        (answer,) = await anna.arrived(1, before)
    assert words(answer) == visible(edition.words(stop.Words).all_off)
