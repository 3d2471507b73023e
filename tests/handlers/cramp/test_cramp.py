"""Relief: which texts call for it, what is shown at once, and what the buttons do."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import select
from telegram.constants import KeyboardButtonStyle as Style

from bot.app import Services
from bot.app.context import REPETITION
from bot.content import Edition, join_lines
from bot.content.loading import Content
from bot.content.telegram_html import visible
from bot.messages.sender import Draft
from bot.parsing.intent import Intent
from bot.store.tables import outbox
from handlers import cramp
from scheduler.delivery import Delivery
from simulator import Fault, Simulator
from tests.conftest import EVENING
from tests.support import guided
from tests.support.conversation import Conversation, Json, buttons, words
from tests.support.running_bot import content
from tests.support.sqlite_file import without_table
from tests.support.waiting import run_ready_callbacks, until

LISTEN = cramp.listener(content())


KEYS = [edition.words(cramp.Words).key for edition in content().values()]


@pytest.mark.parametrize("text", [
    "/cramp", "/CRAMP", "/cramps", "/kramp", "/sendrag", "/cramp now", "/cramp\nnow", "/start cramp", "/start  cramp ",
    "/crmap", "/carmp", "/krmap", "/crampp", "/sendarg",
    "crmap", "see the cramp", "cramp", " Cramp! ", "CRAMP NOW", "Charley horse", "ow", "Ouch!!", "help", "sendrag", "Vadkramp.", "aj",
    "Kramp i låret", "det  gör ont...", *KEYS, *(text.upper() for text in KEYS),
])  # fmt: skip
def test_a_call_for_relief(text: str) -> None:
    assert LISTEN(text).intent is Intent.RELIEF


@pytest.mark.parametrize("text", [
    "", "/", "hello", "/start", "/start camp", "/start CRAMP", "/start cramp now", "/startcramp",
    "/help", "/hepl", "/tip", "/lar", "/unheard", "/c", "/cramp@other_bot", "/causes cramp",
    "my cramp is gone", "no cramp", "thanks", "👍",
])  # fmt: skip
def test_no_call_for_relief(text: str) -> None:
    assert LISTEN(text).intent is not Intent.RELIEF


def test_the_key_is_a_call_in_any_words() -> None:
    editions = content()
    said = editions["sv"].words(cramp.Words).model_copy(update={"key": "Tryck!"})
    changed = Content({**editions, "sv": editions["sv"].model_copy(update={"cramp": said})})
    assert cramp.listener(changed)("tryck").intent is Intent.RELIEF
    assert LISTEN("tryck").intent is Intent.OTHER


def data(draft: Draft) -> list[str]:
    return list(buttons_of(draft).values())


def buttons_of(draft: Draft) -> dict[str, str]:
    return {button.text: str(button.callback_data) for row in draft.buttons for button in row}


@pytest.mark.parametrize("muscle", cramp.MUSCLES)
def test_the_steps_of_each_muscle(muscle: str, edition: Edition) -> None:
    draft = cramp.steps(edition, muscle)
    said = edition.words(cramp.Words)
    body = getattr(said, muscle).body.values()
    assert draft.text.splitlines() == [line.text for line in body], "no marks: they read like slips"
    assert draft.picture in edition.pictures
    assert [[button.text for button in row] for row in draft.buttons] == [
        [said.eased_button, said.still_button],
        [said.hold_button, said.other_button],
        [said.danger_button],
    ]
    assert data(draft) == [f"cramp:{name}:{muscle}" for name in ("eased", "still", "hold", "muscles", "danger")]


@pytest.mark.parametrize("muscle", cramp.MUSCLES)
def test_each_muscle_offers_all_of_them_and_so_the_way_back(muscle: str, edition: Edition) -> None:
    draft = cramp.muscles(edition, muscle)
    assert (draft.text, draft.picture) == (cramp.steps(edition, muscle).text, cramp.steps(edition, muscle).picture)
    assert data(draft) == [*(f"cramp:steps:{name}" for name in cramp.MUSCLES), f"cramp:danger:{muscle}"]


@pytest.mark.parametrize("muscle", cramp.MUSCLES)
def test_the_warning_is_one_tap_away_from_every_step(muscle: str, edition: Edition) -> None:
    screens = [cramp.steps(edition, muscle), cramp.steps(edition, muscle, 5), cramp.muscles(edition, muscle)]
    screens.append(cramp.pinned_steps(edition, muscle))
    assert all(f"cramp:danger:{muscle}" in data(screen) for screen in screens)


@pytest.mark.parametrize("name", [*cramp.MUSCLES, "still"])
def test_steps_that_do_not_name_the_button_as_it_is_are_refused(name: str, edition: Edition) -> None:
    words = edition.words(cramp.Words).model_dump()
    words[name]["body"]["check"]["text"] = "Swollen? Tap that button."
    with pytest.raises(ValidationError, match=f"{name}.body.check must name the button"):
        cramp.Words.model_validate(words)


def test_a_held_stretch_shows_the_seconds_and_no_hold_button(edition: Edition) -> None:
    plain, held = cramp.steps(edition, "foot"), cramp.steps(edition, "foot", 15)
    first, _, rest = held.text.partition("\n\n")
    assert visible(first) == counted(edition, 15)
    assert first.startswith("<b>15 ")
    assert plain.text.startswith(rest), "the stretch and the warning, and nothing that waits"
    body = edition.words(cramp.Words).foot.body
    assert rest.splitlines()[-1] == body["check"].text
    assert data(held) == ["cramp:eased:foot", "cramp:still:foot", "cramp:danger:foot"]
    assert held.picture == plain.picture


def test_colour_is_extra_to_words(edition: Edition) -> None:
    styles = {str(button.callback_data): button.style for row in cramp.steps(edition).buttons for button in row}
    assert styles["cramp:danger:relief"] == Style.DANGER
    assert styles["cramp:eased:relief"] == Style.SUCCESS
    assert styles["cramp:hold:relief"] == Style.PRIMARY


@pytest.mark.parametrize("muscle", cramp.MUSCLES)
def test_every_screen_leads_back_to_the_steps_of_the_muscle(muscle: str, edition: Edition) -> None:
    shown = [show(edition, muscle) for show in (cramp.danger, cramp.signs, cramp.emergency)]
    dangers = [*shown, cramp.today(edition, "leg", muscle)]
    for screen in dangers:
        assert data(screen)[-1] == f"cramp:steps:{muscle}"
        assert screen.picture is None
    said = edition.words(cramp.Words)
    assert [list(buttons_of(screen))[-1] for screen in dangers] == [
        said.back_button,
        said.back_button,
        said.only_cramp_button,
        said.back_button,
    ]
    names = ("eased", "signs", "danger")
    assert data(cramp.still_hurts(edition, muscle)) == [f"cramp:{name}:{muscle}" for name in names]
    assert data(cramp.still_hurts(edition, muscle, 7))[0] == f"cramp:eased:{muscle}:7"
    assert f"cramp:signs:{muscle}" in data(cramp.danger(edition, muscle))
    for pinned, first in [(False, [f"cramp:pin:{muscle}"]), (True, [])]:
        good_night = cramp.eased(edition, muscle, pinned=pinned)
        chosen = "" if muscle == "relief" else f":{muscle}"
        logs = [f"log:new:{pain}{chosen}" for pain in (3, 6, 9)]
        assert data(good_night) == [*logs, *first, f"cramp:steps:{muscle}", "page:ease", "remind:on:stretch"]


def test_in_a_group_neither_a_reminder_nor_the_diary_is_offered(edition: Edition) -> None:
    assert data(cramp.eased(edition, private=False)) == ["cramp:pin:relief", "cramp:steps:relief", "page:ease"]


@pytest.mark.parametrize("muscle", cramp.MUSCLES)
def test_no_button_replaces_the_pinned_steps(muscle: str, edition: Edition) -> None:
    kept, shown = cramp.pinned_steps(edition, muscle), cramp.steps(edition, muscle)
    assert kept.silent
    assert (kept.text, kept.picture) == (shown.text, shown.picture)
    assert data(kept) == [f"cramp:still:{muscle}", f"cramp:danger:{muscle}"]


@pytest.mark.parametrize("muscle", cramp.MUSCLES)
def test_all_steps_stay_below_the_check(muscle: str, edition: Edition) -> None:
    check, steps = cramp.ten_minute_check(edition, muscle), cramp.steps(edition, muscle)
    *same, last = steps.text.splitlines()
    assert check.text.splitlines()[1:] == same
    assert "10" in last, "only the line that the check repeats is left out"
    assert (check.picture, check.buttons) == (steps.picture, steps.buttons)


def test_nothing_is_sold_to_a_person_in_pain(edition: Edition) -> None:
    screens = [
        *(cramp.steps(edition, muscle) for muscle in cramp.MUSCLES),
        cramp.still_hurts(edition),
        cramp.eased(edition),
    ]
    assert not [button for screen in screens for row in screen.buttons for button in row if button.url]
    assert not [screen.text for screen in screens if "<a " in screen.text or "kr" in visible(screen.text).split()]


def test_the_key_is_always_there(edition: Edition) -> None:
    key = cramp.key(edition)
    assert key.is_persistent
    assert key.resize_keyboard
    assert LISTEN(str(key.keyboard[0][0].text)).intent is Intent.RELIEF, "pressing it is a call for relief"


# With a running bot whose ticks the test calls itself


def screen_of(edition: Edition, name: str) -> str:
    after = {"still": cramp.still_hurts, "danger": cramp.danger, "signs": cramp.signs, "eased": cramp.eased}
    return visible((after[name](edition) if name in after else cramp.steps(edition, name)).text)


def counted(edition: Edition, seconds: int) -> str:
    said = edition.words(cramp.Words)
    breath = said.counting_out if seconds % 10 else said.counting_in
    return visible(breath.format(seconds=seconds))


def counting_screen(edition: Edition, muscle: str, seconds: int) -> str:
    return visible(cramp.steps(edition, muscle, seconds).text)


async def put_off(services: Services, kind: str = cramp.CHECK) -> list[Any]:
    """Return what is put off of a kind."""
    query = select(outbox).where(outbox.c.kind == kind).order_by(outbox.c.id)
    return list(await services.store.read(lambda connection: connection.execute(query).all()))


async def pass_by(who: Conversation, services: Services, **time: int) -> list[Json]:
    """Let this much time pass, run a tick, and return what it changed."""
    before = who.simulator.judge.total
    who.simulator.clock.skip(timedelta(**time))
    await Delivery(services, services.sender.push, services.sender._gateway.reserve, cramp.DEFERRED, 1).tick()
    await guided.tick(services)
    return [sent.message for sent in who.simulator.judge.received(who.chat.id, after=before, edits=True)]


async def hold(who: Conversation, steps: Json, muscle: str = "relief") -> Json:
    """Start the count, and wait until it is stored: the next message in the chat is answered after that."""
    counting = await who.press(steps, f"cramp:hold:{muscle}")
    await who.ask("/help")
    return counting


@pytest.mark.parametrize("muscle", ["relief", "hamstring"])
async def test_holding_stores_all_that_the_count_needs(
    anna: Conversation, edition: Edition, services: Services, muscle: str
) -> None:
    steps = await anna.ask("/cramp")
    counting = await hold(anna, steps, muscle)
    assert words(counting) == counting_screen(edition, muscle, 0)
    (run,) = await guided.all_runs(services)
    assert (run.chat_id, run.message_id, run.pictured) == (anna.chat.id, steps["message_id"], True)
    assert (run.name, run.due_at) == (muscle, EVENING + cramp.STEP)


async def test_the_seconds_come_from_the_clock(anna: Conversation, edition: Edition, services: Services) -> None:
    steps = await anna.ask("/cramp")
    await hold(anna, steps, "foot")
    changes = [await pass_by(anna, services, seconds=seconds) for seconds in (5, 5, 4, 1, 104)]
    shown = [[words(message).partition("\n")[0] for message in change] for change in changes]
    assert shown == [[counted(edition, 5)], [counted(edition, 10)], [], [counted(edition, 15)], [counted(edition, 115)]]
    ((last,),) = [await pass_by(anna, services, seconds=5)]
    assert words(last) == screen_of(edition, "foot")
    assert "cramp:hold:foot" in buttons(last).values(), "it can be held again"
    assert await guided.all_runs(services) == []


async def test_breaths_go_in_and_out_in_turn(anna: Conversation, edition: Edition, services: Services) -> None:
    await hold(anna, await anna.ask("/cramp"))
    said, lines = edition.words(cramp.Words), []
    for _ in range(4):
        (counting,) = await pass_by(anna, services, seconds=5)
        lines.append(words(counting).partition("\n")[0])
    breaths = [said.counting_out, said.counting_in] * 2
    assert lines == [visible(breath.format(seconds=5 * number)) for number, breath in enumerate(breaths, start=1)]


async def test_without_its_picture_the_text_counts(anna: Conversation, edition: Edition, services: Services) -> None:
    anna.simulator.faults.add(Fault(methods={"sendPhoto"}, status=400))
    await hold(anna, await anna.ask("/cramp"))
    anna.simulator.faults.add(Fault(methods={"editMessageMedia"}, status=400, times=None))
    ((counting,),) = [await pass_by(anna, services, seconds=7)]
    assert counting["text"] == counting_screen(edition, "relief", 5)


@pytest.mark.parametrize("aside", ["still", "danger"])
async def test_the_count_ends_when_the_next_screen_is_sent(
    anna: Conversation, edition: Edition, services: Services, aside: str
) -> None:
    steps = await anna.ask("/cramp")
    await hold(anna, steps)
    await pass_by(anna, services, seconds=5)
    await anna.press(steps, f"cramp:{aside}")
    await anna.ask("/help")
    (plain,) = await pass_by(anna, services, seconds=1)
    assert (plain["message_id"], words(plain)) == (steps["message_id"], screen_of(edition, "relief"))
    assert buttons(plain) == buttons(steps)
    assert await pass_by(anna, services, seconds=10) == []


@pytest.mark.parametrize("letting_go", ["eased", "steps:relief", "steps:foot"])
async def test_every_other_button_ends_the_count(bo: Conversation, services: Services, letting_go: str) -> None:
    steps = await bo.ask("/cramp")
    await hold(bo, steps)
    await bo.press(steps, f"cramp:{letting_go}")
    await bo.ask("/help")
    assert await guided.all_runs(services) == []
    assert await pass_by(bo, services, seconds=10) == []


async def test_a_second_count_in_a_chat_ends_the_first(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    first, second = await anna.ask("/cramp"), await anna.ask("/cramp")
    await hold(anna, first, "foot")
    await hold(anna, second)
    plain, counting = await pass_by(anna, services, seconds=5)
    assert (plain["message_id"], words(plain)) == (first["message_id"], screen_of(edition, "foot"))
    assert (counting["message_id"], words(counting)) == (second["message_id"], counting_screen(edition, "relief", 5))
    await anna.press(first, "cramp:eased")
    assert [message["message_id"] for message in await pass_by(anna, services, seconds=5)] == [second["message_id"]]


async def test_pinning_does_not_end_the_count(bo: Conversation, services: Services) -> None:
    steps = await bo.ask("/cramp")
    await hold(bo, steps)
    other = await bo.press(await bo.ask("/cramp"), "cramp:eased")
    await bo.touch(other, "cramp:pin")
    assert len(await pass_by(bo, services, seconds=10)) == 1


async def test_a_deleted_message_is_replaced_by_one_that_counts(bo: Conversation, services: Services) -> None:
    await bo.ask("/cramp")
    below = await hold(bo, {"message_id": 999_999})
    assert "photo" in below
    assert [message["message_id"] for message in await pass_by(bo, services, seconds=10)] == [below["message_id"]]


@pytest.mark.parametrize("data", ["still", "danger", "eased", "steps:foot"])
async def test_the_next_screen_is_shown_although_the_count_cannot_be_ended(
    bo: Conversation, services: Services, tmp_path: Path, data: str
) -> None:
    steps = await bo.ask("/cramp")
    async with without_table(tmp_path / "charley.db", "run"):
        before = bo.simulator.judge.total
        await bo.touch(steps, f"cramp:{data}")
        await bo.ask("/help")
    name = data.rpartition(":")[2]
    shown = [words(sent.message) for sent in bo.simulator.judge.received(bo.chat.id, after=before, edits=True)]
    assert screen_of(services.content["en"], name) in shown


# Ten minutes on


async def relieved(who: Conversation) -> Json:
    """Return the steps, once their check is stored: the next message in the chat is answered after that."""
    steps = await who.ask("/cramp")
    await who.ask("/help")
    return steps


async def test_after_ten_minutes_the_check_is_above_the_steps_without_a_new_message(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    steps = await relieved(anna)
    assert await pass_by(anna, services, minutes=9, seconds=59) == []
    (checked,) = await pass_by(anna, services, seconds=1)
    assert checked["message_id"] == steps["message_id"]
    assert words(checked) == visible(cramp.ten_minute_check(edition, "relief").text)
    assert words(checked).startswith(visible(join_lines(edition.words(cramp.Words).check.body.values())))
    assert buttons(checked) == buttons(steps)
    assert await pass_by(anna, services, minutes=10) == []
    assert await put_off(services, cramp.CHECK) == [], "nothing is kept of it"


@pytest.mark.parametrize("muscle", ["foot", "hamstring"])
async def test_the_check_is_above_the_steps_that_are_shown_by_then(
    anna: Conversation, edition: Edition, services: Services, muscle: str
) -> None:
    steps = await relieved(anna)
    await pass_by(anna, services, minutes=4)
    await anna.press(steps, f"cramp:steps:{muscle}")
    await anna.ask("/help")
    (checked,) = await pass_by(anna, services, minutes=6)
    assert words(checked) == visible(cramp.ten_minute_check(edition, muscle).text)


async def test_easing_after_still_hurts_cancels_the_check(anna: Conversation, services: Services) -> None:
    steps = await relieved(anna)
    more = await anna.press(steps, "cramp:still")
    assert len(await put_off(services, cramp.CHECK)) == 1, "still hurting is no reason to leave it out"
    (easing,) = [data for data in buttons(more).values() if data.startswith("cramp:eased")]
    await anna.press(more, easing)
    await anna.ask("/help")
    assert await pass_by(anna, services, minutes=10) == []


async def test_easing_cancels_the_check(anna: Conversation, services: Services) -> None:
    steps = await relieved(anna)
    await anna.press(steps, "cramp:eased")
    await anna.ask("/help")
    assert await pass_by(anna, services, minutes=10) == []


async def test_each_message_has_a_check_of_its_own(anna: Conversation, services: Services) -> None:
    first, second = await relieved(anna), await relieved(anna)
    await anna.press(first, "cramp:eased")
    await anna.ask("/help")
    assert [message["message_id"] for message in await pass_by(anna, services, minutes=10)] == [second["message_id"]]


async def test_a_check_waits_for_a_count(anna: Conversation, edition: Edition, services: Services) -> None:
    steps = await relieved(anna)
    await pass_by(anna, services, minutes=9)
    await hold(anna, steps)
    (counting,) = await pass_by(anna, services, minutes=1)
    assert words(counting).startswith(counted(edition, 60))
    shown = await pass_by(anna, services, minutes=1, seconds=5)
    assert words(shown[-1]) == visible(cramp.ten_minute_check(edition, "relief").text)


@pytest.mark.parametrize("table", ["outbox", "run"])
async def test_the_steps_are_shown_although_the_check_cannot_be_stored(
    bo: Conversation, services: Services, tmp_path: Path, caplog: pytest.LogCaptureFixture, table: str
) -> None:
    async with without_table(tmp_path / "charley.db", table):
        assert screen_of(services.content["en"], "relief") in words(await bo.ask("/cramp"))
        await until(lambda: "Cannot store a count" in caplog.text)


async def tap_thrice(anna: Conversation, message: Json, data: str) -> list[Json]:
    """Tap three times quickly, and return what was sent: the next message is answered after all taps."""
    before = anna.simulator.judge.total
    await asyncio.gather(*(anna.touch(message, data) for _ in range(3)))
    await anna.ask("/help")
    return (await anna.arrived(1, before))[:-1]


@pytest.mark.parametrize("aside", ["still", "danger"])
async def test_three_quick_taps_bring_one_message(
    anna: Conversation, edition: Edition, services: Services, aside: str
) -> None:
    assert services
    steps = await anna.ask("/cramp")
    (came,) = await tap_thrice(anna, steps, f"cramp:{aside}")
    assert words(came) == screen_of(edition, aside)


async def test_three_quick_taps_bring_the_steps_once(anna: Conversation, services: Services) -> None:
    warning = await anna.press(await anna.ask("/cramp"), "cramp:danger")
    (steps,) = await tap_thrice(anna, warning, "cramp:steps:relief")
    checks = await put_off(services, cramp.CHECK)
    assert [row.message_id for row in checks].count(steps["message_id"]) == 1


async def test_a_tap_later_or_on_another_message_is_answered_again(
    anna: Conversation, simulator: Simulator, services: Services
) -> None:
    assert services
    first, second = await anna.ask("/cramp"), await anna.ask("/cramp")
    more = [await anna.press(message, "cramp:still") for message in (first, second)]
    simulator.clock.skip(REPETITION)
    more.append(await anna.press(first, "cramp:still"))
    assert len({message["message_id"] for message in more}) == 3


async def test_a_tap_whose_answer_did_not_arrive_does_not_count(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    assert services
    steps = await anna.ask("/cramp")
    anna.simulator.faults.add(Fault(methods={"sendMessage"}, status=400))
    (came,) = await tap_thrice(anna, steps, "cramp:still")
    assert words(came) == screen_of(edition, "still")


@pytest.mark.usefixtures("services")
async def test_pinning_that_is_refused_says_so(there: Conversation) -> None:
    there.simulator.phone.set_bot_status(there.person, there.chat, "member")
    end = await there.press(await there.ask("/cramp"), "cramp:eased")
    await there.touch(end, "cramp:pin")
    assert there.alert == content()["en"].words(cramp.Words).unpinned
    assert there.chat.pinned == []


async def test_the_steps_of_the_muscle_that_cramped_are_pinned_once_and_stay(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    assert services.content["en"]
    steps = await anna.ask("cramp in my toes")
    end = await anna.press(steps, "cramp:eased:foot")
    before = anna.simulator.judge.total
    await anna.touch(end, "cramp:pin:foot")
    copy, changed = await anna.arrived(2, before, edits=True)
    assert edition.words(cramp.Words).pinned in words(changed)
    assert anna.chat.pinned == [copy["message_id"]]
    assert words(copy) == screen_of(edition, "foot")
    assert "photo" in copy
    assert changed["message_id"] == steps["message_id"]
    assert not [data for data in buttons(changed).values() if data.startswith("cramp:pin")]
    await anna.press(copy, "cramp:still:foot")
    await anna.press(copy, "cramp:danger:foot")
    assert words(anna.chat.messages[copy["message_id"]].body) == screen_of(edition, "foot")


async def test_a_button_of_an_earlier_version_means_the_calf(bo: Conversation, services: Services) -> None:
    english, steps = services.content["en"], await bo.ask("/cramp")
    warning = await bo.press(steps, "cramp:danger")
    assert buttons(warning) == buttons_of(cramp.danger(english))
    assert buttons(await bo.press(warning, "cramp:signs")) == buttons_of(cramp.signs(english))
    assert buttons(await bo.press(steps, "cramp:eased:7")) == buttons_of(cramp.eased(english))
    await bo.touch(steps, "cramp:pin")
    assert words(bo.chat.messages[bo.chat.pinned[-1]].body) == screen_of(english, "relief")


async def test_steps_asked_for_below_a_text_have_their_picture(bo: Conversation, services: Services) -> None:
    warning = await bo.press(await bo.ask("/cramp"), "cramp:danger")
    signs = await bo.press(warning, "cramp:signs")
    assert signs["message_id"] == warning["message_id"]
    steps = await bo.press(signs, "cramp:steps:relief")
    assert steps["message_id"] != warning["message_id"]
    assert "photo" in steps
    assert words(steps) == screen_of(services.content["en"], "relief")


@pytest.mark.parametrize("text", ["It still hurts", "still hurts!", "Gör fortfarande ont", "det släpper inte..."])
async def test_a_text_that_it_still_hurts_gets_what_else_to_try(
    bo: Conversation, services: Services, text: str
) -> None:
    assert words(await bo.ask(text)) == screen_of(services.content["en"], "still")


@pytest.mark.usefixtures("services")
@pytest.mark.parametrize(
    "forged", ["cramp:steps:heart", "cramp:hold:", "cramp:", "cramp:pin:now", "CRAMP:EASED", "", "heart:", "\n"]
)
async def test_a_forged_button_does_nothing(bo: Conversation, forged: str) -> None:
    steps = await bo.ask("/cramp")
    before = bo.simulator.judge.total
    await bo.touch(steps, forged)
    assert bo.simulator.judge.total == before
    assert bo.alert


async def test_f94_the_steps_are_noted_as_sent_before_the_ten_minute_check(
    bo: Conversation, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that dies while the check is being stored would otherwise send the steps again."""
    store, write, noted = services.store, services.store.write, []
    assert store.answered_updates

    async def recording(work: Any, **options: Any) -> Any:
        assert store.answered_updates
        noted.append(len(store.answered_updates.ids()))
        return await write(work, **options)

    monkeypatch.setattr(store, "write", recording)
    await bo.ask("/cramp")
    while len(noted) < 3:
        await run_ready_callbacks()
    assert noted == [0, 1, 1], "the update, the check, and that the update is done"
