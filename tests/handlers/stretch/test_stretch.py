"""Guided stretching: what is offered, how one message guides through a routine, and what its buttons do."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import Services
from bot.content import Edition, Side
from bot.content.telegram_html import visible
from bot.store import people
from bot.store.people import Person
from bot.stretching import progress
from bot.stretching.timeline import PhaseKind, of_routine
from handlers import cramp, stretch
from simulator import Fault, Simulator
from tests.support import guided
from tests.support.conversation import Conversation, Json, buttons, check_limits, words
from tests.support.sqlite_file import rows
from tests.support.waiting import until

SECONDS = re.compile(r"\d\d:\d\d:\d\d")


def picture_of(message: Json) -> str:
    return str(message["photo"][-1]["file_unique_id"])


async def started(who: Conversation, name: str = "evening") -> Json:
    """Start a routine, and wait until that is stored: the next message in the chat is answered after that."""
    offer = await who.ask("/stretch")
    message = await who.press(offer, f"stretch:start:{name}")
    assert who.alert is None, "the seconds to get ready are not for closing an alert"
    await who.ask("/help")
    return message


async def pressed(who: Conversation, message: Json, action: str) -> Json:
    """Press a button of a run, and wait until what follows is stored."""
    changed = await who.press(message, f"stretch:{action}")
    assert who.alert is None, "nobody who stretches can close an alert"
    await who.ask("/help")
    return changed


def heading(message: Json) -> str:
    return words(message).partition("\n")[0]


async def test_the_command_offers_the_evening_with_a_picture_and_the_check(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    assert services
    offer = await anna.ask(f"/{edition.commands['stretch'].name}")
    assert words(offer) == visible(stretch.offer(edition, "evening", Person(1)).text)
    assert visible(edition.words(stretch.Words).check.text) in words(offer)
    assert "4" in words(offer)
    assert "photo" in offer
    check_limits(offer)


@pytest.mark.parametrize("name", ["wall", "Calf, wall", "at the wall", "foot", ""])
async def test_the_name_of_a_routine_can_follow_the_command(bo: Conversation, services: Services, name: str) -> None:
    routines = services.content["en"].routines
    wanted = {"wall": "wall", "Calf, wall": "wall", "foot": "foot"}.get(name, "evening")
    assert heading(await bo.ask(f"/stretch {name}")) == routines[wanted].name


async def test_every_routine_can_be_chosen(anna: Conversation, edition: Edition, services: Services) -> None:
    assert services
    message, shown = await anna.ask("/stretch"), {"evening"}
    for name in [*edition.routines][1:]:
        message = await anna.press(message, next(data for data in buttons(message).values() if ":others:" in data))
        assert words(message) == visible(edition.words(stretch.Words).choose)
        message = await anna.press(message, f"stretch:show:{name}")
        assert heading(message) == edition.routines[name].name
        shown.add(name)
    assert shown == set(edition.routines)


async def test_one_message_guides_through_the_whole_evening(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    said, timeline = edition.words(stretch.Words), of_routine(edition.routines["evening"])
    message = await started(anna)
    assert heading(message) == said.ready
    shown = [message, *await guided.pass_seconds(anna, services, timeline.seconds + 1)]
    assert {edit["message_id"] for edit in shown} == {message["message_id"]}
    assert len(shown) == len(timeline.phases) + 1
    for edit, phase in zip(shown, timeline.phases, strict=False):
        step = edition.routines["evening"].sequence[phase.step]
        side = said.left if step.side is Side.LEFT else said.right
        assert said.step.format(stretch=edition.stretches[step.stretch].name, leg=side) in words(edit)
        if phase.kind is PhaseKind.HOLD:
            assert heading(edit) == said.hold.format(seconds=10)
            assert visible(edition.stretches[step.stretch].cue) in words(edit)
        if phase.repetition == 1 and phase.kind is not PhaseKind.HOLD:
            assert visible(edition.stretches[step.stretch].how.text) in words(edit), "what the new picture shows"
    switches = [heading(edit) for edit in shown[6:24:6]]
    assert switches == [said.switch, said.halfway.format(then=said.another), said.switch]
    assert words(shown[-1]) == visible(stretch.done(edition, "evening").text)
    assert await guided.all_runs(services) == []
    assert await guided.pass_seconds(anna, services, 30) == []


async def test_the_picture_changes_with_the_stretch_and_only_then(bo: Conversation, services: Services) -> None:
    message = await started(bo)
    methods = bo.simulator.judge.total
    shown = [message, *await guided.pass_seconds(bo, services, 236)]
    changes = [number for number in range(1, len(shown)) if picture_of(shown[number]) != picture_of(shown[number - 1])]
    edits = bo.simulator.judge.received(bo.chat.id, after=methods, edits=True)
    repainted = [number for number, edit in enumerate(edits, start=1) if edit.method == "editMessageMedia"]
    assert repainted == changes
    assert changes == [6, 12, 18], "with each leg"


async def test_each_hold_ends_at_the_second_that_the_screen_names(bo: Conversation, services: Services) -> None:
    await services.store.write(lambda connection: people.set_zone(connection, bo.person.id, "Europe/Stockholm"))
    await started(bo)
    now = services.clock()
    edits = await guided.pass_seconds(bo, services, 14)
    assert [SECONDS.search(words(edit))[0] for edit in edits] == [  # type: ignore[index]
        f"{now + timedelta(hours=1, seconds=15):%H:%M:%S}"
    ]
    (entity,) = [part for part in edits[0]["caption_entities"] if part["type"] == "date_time"]
    assert entity["unix_time"] == int((now + timedelta(seconds=15)).timestamp())
    assert entity["date_time_format"] == "T"
    assert await guided.pass_seconds(bo, services, 1), "at that second it is over"


async def test_without_a_zone_an_old_phone_is_shown_the_seconds(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    await started(anna)
    (hold,) = await guided.pass_seconds(anna, services, 4)
    assert not SECONDS.search(words(hold))
    assert edition.words(stretch.Words).soon.format(seconds=11) in words(hold)


async def test_a_pause_waits_and_the_hold_begins_anew(anna: Conversation, edition: Edition, services: Services) -> None:
    said = edition.words(stretch.Words)
    message = await started(anna)
    await guided.pass_seconds(anna, services, 9)
    paused = await pressed(anna, message, "pause")
    assert heading(paused) == said.paused
    assert await guided.pass_seconds(anna, services, 60) == []
    going_on = await pressed(anna, paused, "resume")
    assert heading(going_on) == said.ready
    hold, rest = await guided.pass_seconds(anna, services, 15)
    assert (heading(hold), heading(rest)) == (said.hold.format(seconds=10), said.rest.format(seconds=10))


async def test_a_double_tap_changes_nothing(bo: Conversation, services: Services) -> None:
    message = await pressed(bo, await started(bo), "pause")
    before = await guided.all_runs(services)
    await bo.touch(message, "stretch:pause")
    assert bo.alert is None
    assert await guided.all_runs(services) == before
    going_on = await pressed(bo, message, "resume")
    before = await guided.all_runs(services)
    await bo.touch(going_on, "stretch:resume")
    assert await guided.all_runs(services) == before


async def test_a_long_pause_ends_the_run(anna: Conversation, edition: Edition, services: Services) -> None:
    await pressed(anna, await started(anna), "pause")
    anna.simulator.clock.skip(progress.LONGEST_PAUSE)
    (end,) = await guided.pass_seconds(anna, services, 1)
    assert words(end) == visible(stretch.stopped(edition, "evening").text)
    assert await guided.all_runs(services) == []


async def test_skip_goes_to_the_other_leg_at_once(anna: Conversation, edition: Edition, services: Services) -> None:
    said = edition.words(stretch.Words)
    skipped = await pressed(anna, await started(anna), "skip")
    assert heading(skipped) == said.switch
    assert said.right in words(skipped)


async def test_skipping_the_last_stretch_ends_with_done(bo: Conversation, services: Services) -> None:
    message = await started(bo)
    for _ in range(4):
        message = await pressed(bo, message, "skip")
    assert words(message) == visible(stretch.done(services.content["en"], "evening").text)
    assert await guided.all_runs(services) == []


async def test_stop_ends_the_run_and_it_can_start_again(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    message = await started(anna)
    end = await pressed(anna, message, "stop")
    assert words(end) == visible(stretch.stopped(edition, "evening").text)
    assert await guided.pass_seconds(anna, services, 20) == []
    again = await pressed(anna, end, "start:evening")
    assert heading(again) == edition.words(stretch.Words).ready


@pytest.mark.parametrize("action", ["pause", "resume", "skip", "stop"])
async def test_a_button_of_a_run_that_is_over_says_so(bo: Conversation, services: Services, action: str) -> None:
    message = await started(bo)
    await pressed(bo, message, "stop")
    before = bo.simulator.judge.total
    await bo.touch(message, f"stretch:{action}")
    assert bo.alert == services.content["en"].words(stretch.Words).over
    assert bo.simulator.judge.total == before


async def test_a_second_run_stops_the_first(anna: Conversation, edition: Edition, services: Services) -> None:
    first, second = await started(anna), await started(anna)
    edits = await guided.pass_seconds(anna, services, 4)
    ends = [words(edit) for edit in edits if edit["message_id"] == first["message_id"]]
    assert ends == [visible(stretch.stopped(edition, "evening").text)]
    assert {edit["message_id"] for edit in edits} == {first["message_id"], second["message_id"]}


async def test_a_cramp_stops_the_run_at_once(
    anna: Conversation, edition: Edition, services: Services, tmp_path: Path
) -> None:
    message = await started(anna)
    steps = await anna.ask("/cramp")
    assert words(steps) == visible(cramp.steps(edition).text)
    await until(lambda: rows(tmp_path, "SELECT 1 FROM run WHERE state = 'stopped'"))
    (end,) = await guided.pass_seconds(anna, services, 1)
    assert (end["message_id"], words(end)) == (message["message_id"], visible(stretch.stopped(edition, "evening").text))
    assert await guided.pass_seconds(anna, services, 30) == []


async def test_a_run_can_begin_below_a_message_that_is_gone(bo: Conversation, services: Services) -> None:
    await bo.ask("/help")
    offer = await bo.press({"message_id": 999_999}, "stretch:start:wall")
    assert heading(offer) == services.content["en"].routines["wall"].name


async def test_a_run_whose_message_is_deleted_ends_quietly(bo: Conversation, services: Services) -> None:
    message = await started(bo)
    bo.chat.messages.pop(message["message_id"])
    assert await guided.pass_seconds(bo, services, 5) == []
    assert await guided.all_runs(services) == []


async def test_without_its_picture_the_words_guide(bo: Conversation, services: Services) -> None:
    bo.simulator.faults.add(Fault(methods={"sendPhoto", "editMessageMedia"}, status=400, times=None))
    message = await started(bo)
    assert "photo" not in message
    shown = [message, *await guided.pass_seconds(bo, services, 236)]
    assert words(shown[-1]) == visible(stretch.done(services.content["en"], "evening").text)
    assert len(shown) == 25


async def test_a_press_whose_edit_is_refused_for_now_is_shown_by_the_clock(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    message = await started(anna)
    anna.simulator.faults.add(Fault(methods={"editMessageCaption"}, status=429, retry_after=3))
    await anna.touch(message, "stretch:pause")
    assert await guided.pass_seconds(anna, services, 2) == []
    (paused,) = await guided.pass_seconds(anna, services, 2)
    assert heading(paused) == edition.words(stretch.Words).paused


@pytest.mark.usefixtures("services")
async def test_stretching_is_private(there: Conversation) -> None:
    assert "photo" not in await there.ask("/stretch")


@pytest.mark.usefixtures("services")
@pytest.mark.parametrize("forged", ["stretch:start:", "stretch:start:yoga", "stretch:pause:now", "stretch:show:x"])
async def test_a_forged_button_does_nothing(bo: Conversation, forged: str, simulator: Simulator) -> None:
    offer = await bo.ask("/stretch")
    before = simulator.judge.total
    await bo.touch(offer, forged)
    assert simulator.judge.total == before
