"""Logging a cramp: with one tap, with a sentence, and by questions that can all be skipped."""

from datetime import timedelta
from functools import partial
from itertools import count

import pytest

from bot.app import BotContext, Services
from bot.content import Edition, Paragraph
from bot.content.telegram_html import visible
from bot.diary.entry import LONGEST_SHOWN
from bot.errors import UnavailableError
from bot.store import diaries, people
from bot.store.cramps import LONGEST_NOTE, Cramp, Lasted, Muscle, Side, Situation
from handlers import cramp as cramp_topic
from handlers.diary import consent
from handlers.diary.log import Words, storing
from handlers.diary.log.screens import question
from simulator import Simulator, SkippableClock
from tests.support.conversation import Conversation, buttons, check_limits, words
from tests.support.cramps import BAD, HOSTILE_NOTES, NIGHT
from tests.support.diaries import agree, agree_by_tapping, entries_of
from tests.support.reminders import STOCKHOLM, pending_due_times


async def test_a_cramp_takes_eight_taps_at_most(anna: Conversation, edition: Edition, services: Services) -> None:
    await agree(services, anna)
    message = await anna.press(await anna.ask("/log"), "log:new:")
    for key in ("6", "left", "calf", "to_5", "asleep", "stretch", "yes"):
        check_limits(message)
        (data,) = [data for data in buttons(message).values() if data.endswith(f":{key}")]
        message = await anna.press(message, data)
    (entry,) = await entries_of(services, anna)
    expected = Cramp(services.clock(), STOCKHOLM, Side.LEFT, Muscle.CALF, Lasted.TO_5, 6, Situation.ASLEEP)
    assert (entry.at, entry.side, entry.pain, entry.woke) == (expected.at, expected.side, expected.pain, True)
    check_limits(message)
    assert edition.words(Words).delete_button in buttons(message)
    assert len(words(message).splitlines()) >= 8


async def test_an_hour_of_last_night_can_be_tapped(bo: Conversation, services: Services) -> None:
    await agree(services, bo)
    choice = await bo.press(await bo.ask("/log"), "log:night")
    check_limits(choice)
    (data,) = [data for label, data in buttons(choice).items() if label.endswith("03:00")]
    await bo.press(choice, data)
    (entry,) = await entries_of(services, bo)
    assert f"{entry.at:%d %H:%M}" == "01 02:00", "three in Stockholm"


async def test_each_question_can_be_skipped_and_the_rest_left_out(bo: Conversation, services: Services) -> None:
    await agree(services, bo)
    said = services.content["en"].words(Words)
    message = await bo.press(await bo.ask("/log"), "log:hour")
    asked = words(await bo.press(message, buttons(message)[said.skip_button]))
    assert said.questions.side in asked
    shown = await bo.press(message, next(data for data in buttons(message).values() if data.startswith("log:show:")))
    assert "log:ask:" in str(buttons(shown))
    assert [entry.side for entry in await entries_of(services, bo)] == [None]


async def test_undo_deletes_the_entry(bo: Conversation, services: Services) -> None:
    await agree(services, bo)
    message = await bo.press(await bo.ask("/log"), "log:new:6")
    (entry,) = await entries_of(services, bo)
    undone = await bo.press(message, f"log:undo:{entry.number}")
    said = services.content["en"].words(Words)
    assert words(undone) == visible(said.undone)
    assert await entries_of(services, bo) == []
    assert words(await bo.press(undone, f"log:show:{entry.number}")) == visible(said.gone)


@pytest.mark.parametrize(("text", "fields"), [
    ("cramp last night about 3, left calf", (Side.LEFT, Muscle.CALF)),
    ("sendrag i natt kl 3", (None, None)),
    ("/log last night at 3, right foot", (Side.RIGHT, Muscle.FOOT)),
])  # fmt: skip
async def test_a_sentence_logs_a_past_cramp(
    bo: Conversation, services: Services, text: str, fields: tuple[Side | None, Muscle | None]
) -> None:
    await agree(services, bo)
    answer = await bo.ask(text)
    assert "photo" not in answer, "nobody is in pain now"
    (entry,) = await entries_of(services, bo)
    assert f"{entry.at:%d %H:%M}" == "01 02:00"
    assert (entry.side, entry.muscle) == fields


@pytest.mark.parametrize(
    "data", ["log:at:0:", "log:at:999999999:", "log:at:29360000:---99-", "log:at:29360000:arm----"]
)
async def test_a_made_up_button_logs_nothing_impossible(bo: Conversation, services: Services, data: str) -> None:
    await agree(services, bo)
    await bo.touch(await bo.ask("/log"), data)
    assert await entries_of(services, bo) == []


async def test_a_made_up_button_moves_no_entry_out_of_time(bo: Conversation, services: Services) -> None:
    await agree(services, bo, BAD)
    (entry,) = await entries_of(services, bo)
    for minutes in (0, 999_999_999):
        await bo.touch(await bo.ask("/log"), f"log:move:{entry.number}:{minutes}")
    assert await entries_of(services, bo) == [BAD]


@pytest.mark.parametrize("text", ["cramp last night about 3, left calf", "/log last night at 3, left calf"])
@pytest.mark.parametrize("has_diary", [False, True])
async def test_a_sentence_waits_for_the_consent_and_the_clock(
    bo: Conversation, services: Services, text: str, has_diary: bool, simulator: Simulator
) -> None:
    if has_diary:
        await agree_by_tapping(bo)
    shown = await bo.ask(text)
    if not has_diary:
        shown = await bo.press(await bo.press(shown, "consent:ask:"), "consent:agree:")
    await bo.touch(shown, "log:again")  # without a clock it still waits
    clock = await bo.press(shown, "clock")
    simulator.clock.skip(timedelta(hours=8))  # to the next day, on which "last night" would be another one
    chosen = await bo.press(clock, f"clock:zone:{STOCKHOLM}:")
    await bo.press(chosen, buttons(chosen)["Log the cramp"])
    (entry,) = await entries_of(services, bo)
    assert (f"{entry.at:%d %H:%M}", entry.side, entry.muscle) == ("01 02:00", Side.LEFT, Muscle.CALF)


async def test_without_a_sentence_the_clock_offers_nothing_to_log(bo: Conversation, services: Services) -> None:
    await agree_by_tapping(bo)
    clock = await bo.press(await bo.ask("/log"), "clock")
    assert "log:again" not in buttons(await bo.press(clock, f"clock:zone:{STOCKHOLM}:")).values()
    shown = await bo.press(clock, "log:again")
    assert "log:new:" in buttons(shown).values()


async def test_a_sentence_that_may_mean_two_times_is_a_question(bo: Conversation, services: Services) -> None:
    await agree(services, bo)
    asked = await bo.ask("cramp yesterday at 3 in my left calf, pain 7")
    assert words(asked) == services.content["en"].words(Words).which
    assert await entries_of(services, bo) == []
    await bo.press(asked, list(buttons(asked).values())[1])
    (entry,) = await entries_of(services, bo)
    assert (f"{entry.at:%d %H:%M}", entry.side, entry.pain) == ("31 02:00", Side.LEFT, 7)


@pytest.mark.parametrize("text", ["cramp in my left calf", "cramp 10 minutes ago", "sendrag nu, och i natt kl 3"])
async def test_somebody_who_may_be_in_pain_now_gets_relief(bo: Conversation, services: Services, text: str) -> None:
    await agree(services, bo)
    assert "photo" in await bo.ask(text)
    assert await entries_of(services, bo) == []


async def test_a_typed_time_is_read_or_asked_for_again(bo: Conversation, services: Services) -> None:
    await agree(services, bo)
    said = services.content["en"].words(Words)
    await bo.ask("/log")
    assert words(await bo.ask("some time")) == visible(said.not_read)
    await bo.ask("yesterday 22:40")
    (entry,) = await entries_of(services, bo)
    message = await bo.press(await bo.ask("/log"), f"log:time:{entry.number}")
    assert words(message) == visible(said.ask_time)
    choice = await bo.ask("yesterday at 3")
    await bo.press(choice, next(iter(buttons(choice).values())))
    assert [f"{entry.at:%d %H:%M}" for entry in await entries_of(services, bo)] == ["31 14:00"]
    await bo.press(await bo.ask("/log"), f"log:time:{entry.number}")
    await bo.ask("last night at 4")
    assert [f"{entry.at:%d %H:%M}" for entry in await entries_of(services, bo)] == ["01 03:00"]


async def test_hostile_notes_are_kept_and_shown_as_they_are(bo: Conversation, services: Services) -> None:
    await agree(services, bo, BAD)
    (entry,) = await entries_of(services, bo)
    # Telegram itself drops characters that turn a line around.
    for note in (HOSTILE_NOTES[0], HOSTILE_NOTES[1], HOSTILE_NOTES[5], "x" * LONGEST_NOTE):
        await bo.press(await bo.ask("/log"), f"log:note:{entry.number}")
        shown = await bo.ask(note)
        assert note[: LONGEST_SHOWN - 1] in words(shown)
        assert [entry.note for entry in await entries_of(services, bo)] == [note]


async def test_danger_is_heard_also_when_a_note_is_awaited(bo: Conversation, services: Services) -> None:
    await agree(services, bo, BAD)
    (entry,) = await entries_of(services, bo)
    await bo.press(await bo.ask("/log"), f"log:note:{entry.number}")
    assert "112" in words(await bo.ask("chest hurts, can't breathe"))


async def test_two_fast_taps_log_one_cramp(bo: Conversation, services: Services) -> None:
    await agree(services, bo)
    message = await bo.ask("/log")
    for data in ("log:new:", "log:new:", "log:hour"):
        await bo.touch(message, data)
    assert len(await entries_of(services, bo)) == 1


async def test_two_fast_taps_on_i_agree_log_one_cramp(bo: Conversation, services: Services) -> None:
    message = await bo.ask("/log")
    for _ in range(2):
        await bo.touch(message, "consent:agree:29360000:---6-")
    assert len(await entries_of(services, bo)) == 1


async def test_an_update_that_is_handled_again_asks_about_its_own_entry(
    bo: Conversation, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    await agree(services, bo, Cramp(services.clock(), STOCKHOLM))
    ask_next, tries = storing.ask_next, count()

    async def fail_once(context: BotContext, cramp: Cramp | None, after: str = "") -> None:
        if next(tries) == 0:
            raise UnavailableError("the database is gone, after the commit")
        await ask_next(context, cramp, after)

    monkeypatch.setattr(storing, "ask_next", fail_once)
    asked = await bo.press(await bo.ask("/log"), "log:hour")
    earlier, _ = await entries_of(services, bo)
    assert f"log:undo:{earlier.number}" in buttons(asked).values()


async def test_another_cramp_is_another_message(bo: Conversation, services: Services) -> None:
    await agree(services, bo)
    first = await bo.press(await bo.ask("/log"), "log:hour")
    second = await bo.press(first, "log")
    assert second["message_id"] != first["message_id"]
    await bo.press(second, "log:new:")
    assert len(await entries_of(services, bo)) == 2


@pytest.mark.parametrize("name", ["note", "time", "morning"])
async def test_an_old_button_stores_nothing_of_a_deleted_diary(bo: Conversation, services: Services, name: str) -> None:
    await agree(services, bo, BAD)
    (entry,) = await entries_of(services, bo)
    old = await bo.ask("/log")
    await bo.press(await bo.ask("/deletedata"), "erasure:all")
    gone = await bo.press(old, f"log:{name}:{entry.number}")
    assert words(gone) == visible(services.content["en"].words(Words).gone)
    assert await services.store.read(partial(people.get_known, chat_ids=[bo.person.id])) == {}


@pytest.mark.parametrize("data", [
    "set:{}:pain:1", "skip:{}:pain", "more:{}", "ask:{}:pain", "time:{}", "move:{}:29360000", "note:{}", "morning:{}",
])  # fmt: skip
async def test_a_closed_diary_says_so_on_every_old_message(bo: Conversation, services: Services, data: str) -> None:
    await agree(services, bo, BAD)
    (entry,) = await entries_of(services, bo)
    old = await bo.ask("/log")
    await services.store.write(partial(diaries.withdraw, chat_id=bo.person.id, now=services.clock()))
    closed = await bo.press(old, f"log:{data.format(entry.number)}")
    said = services.content["en"].words(consent.Words)
    assert buttons(closed)[said.reopen_button] == "consent:ask:"
    assert words(closed).startswith(visible(said.closed).splitlines()[0])
    assert await entries_of(services, bo) == [BAD]
    assert await pending_due_times(services) == []


async def test_a_note_is_not_lost_without_a_word_when_the_diary_is_closed(bo: Conversation, services: Services) -> None:
    await agree(services, bo, BAD)
    (entry,) = await entries_of(services, bo)
    await bo.press(await bo.ask("/log"), f"log:note:{entry.number}")
    await services.store.write(partial(diaries.withdraw, chat_id=bo.person.id, now=services.clock()))
    said = services.content["en"].words(consent.Words)
    assert words(await bo.ask("a long walk")).startswith(visible(said.closed).splitlines()[0])


@pytest.mark.parametrize("text", ["cramp last night about 3, left calf", "/log last night at 3, left calf"])
@pytest.mark.parametrize("was_closed", [False, True])
async def test_the_sentence_waits_for_the_consent(
    bo: Conversation, services: Services, text: str, *, was_closed: bool
) -> None:
    await services.store.write(partial(people.set_zone, chat_id=bo.person.id, zone=STOCKHOLM))
    if was_closed:
        await agree(services, bo)
        await services.store.write(partial(diaries.withdraw, chat_id=bo.person.id, now=services.clock()))
    first = await bo.ask(text)
    (ask,) = [data for data in buttons(first).values() if data.startswith("consent:ask:")]
    second = await bo.press(first, ask)
    (agreed,) = [data for data in buttons(second).values() if data.startswith("consent:agree:")]
    assert await entries_of(services, bo) == []
    await bo.press(second, agreed)
    (entry,) = await entries_of(services, bo)
    assert (f"{entry.at:%d %H:%M}", entry.zone, entry.side, entry.muscle) == (
        "01 02:00", STOCKHOLM, Side.LEFT, Muscle.CALF,
    )  # fmt: skip


async def test_without_a_clock_a_distance_in_the_past_waits_for_the_consent_too(
    bo: Conversation, services: Services
) -> None:
    first = await bo.ask("cramp 2 hours ago, left calf")
    second = await bo.press(first, next(iter(buttons(first).values())))
    await bo.press(second, next(iter(buttons(second).values())))
    two_hours_ago = services.clock() - timedelta(hours=2)
    assert await entries_of(services, bo) == [Cramp(two_hours_ago, side=Side.LEFT, muscle=Muscle.CALF)]


async def test_the_hour_is_chosen_before_the_consent(bo: Conversation, services: Services) -> None:
    await services.store.write(partial(people.set_zone, chat_id=bo.person.id, zone=STOCKHOLM))
    choice = await bo.ask("cramp last night, both legs")
    introduction = await bo.press(choice, next(data for label, data in buttons(choice).items() if "03:00" in label))
    second = await bo.press(introduction, next(iter(buttons(introduction).values())))
    await bo.press(second, next(iter(buttons(second).values())))
    assert [(f"{entry.at:%H:%M}", entry.side) for entry in await entries_of(services, bo)] == [("02:00", Side.BOTH)]


def before_the_number(note: Paragraph) -> str:
    """Return a note without whom to call, which depends on the country."""
    return visible(note.text).partition("?")[0]


async def test_the_safety_notes_come_at_once(anna: Conversation, edition: Edition, services: Services) -> None:
    await agree(services, anna)
    message = await anna.press(await anna.ask("/log"), "log:new:6")
    (entry,) = await entries_of(services, anna)
    pages = edition.pages
    for field, key, note in (
        ("side", "left", pages["ease"].body["check"]),
        ("lasted", "over_10", pages["ease"].body["long"]),
        ("situation", "walking", pages["causes"].body["walking"]),
    ):
        shown = await anna.press(message, f"log:set:{entry.number}:{field}:{key}")
        assert before_the_number(note) in words(shown)
        check_limits(shown)
    assert "cramp:danger" in buttons(shown).values()


async def test_the_same_calf_for_days_and_longer_each_time_says_call_today(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    days = [(2, Lasted.UNDER_1), (1, Lasted.TO_5)]
    earlier = [
        Cramp(services.clock() - timedelta(days=day), STOCKHOLM, Side.LEFT, Muscle.CALF, lasted) for day, lasted in days
    ]
    await agree(services, anna, *earlier)
    message = await anna.press(await anna.ask("/log"), "log:new:6")
    number = (await entries_of(services, anna))[-1].number
    for field, key in (("side", "left"), ("muscle", "calf"), ("lasted", "to_10")):
        message = await anna.press(message, f"log:set:{number}:{field}:{key}")
    assert before_the_number(edition.words(Words).growing) in words(message)


async def test_the_details_can_wait_until_the_morning(bo: Conversation, services: Services) -> None:
    await agree(services, bo)
    assert isinstance(bo.simulator.clock, SkippableClock)
    bo.simulator.clock.skip(timedelta(hours=6))  # three in the morning, in Stockholm
    message = await bo.press(await bo.ask("/log"), "log:new:6")
    (data,) = [data for data in buttons(message).values() if data.startswith("log:morning:")]
    await bo.press(message, data)
    assert [f"{due:%H:%M}" for due in await pending_due_times(services)] == ["06:30"], "half past seven there"


def test_nobody_is_asked_in_the_morning_who_is_awake(edition: Edition) -> None:
    draft = question(edition, BAD, "side", [], STOCKHOLM)
    assert "log:morning" not in str(draft.buttons)


@pytest.mark.parametrize(
    "data", ["log:set:1:pain:11", "log:set:1:side:up", "log:at:29360000:x-y", "log:at:29360000:left-x"]
)
async def test_data_that_no_button_has_changes_nothing(bo: Conversation, services: Services, data: str) -> None:
    await agree(services, bo)
    await bo.touch(await bo.ask("/log"), data)
    assert await entries_of(services, bo) == []


def test_what_a_sentence_told_fits_into_a_button() -> None:
    cramp = Cramp(NIGHT, STOCKHOLM, Side.RIGHT, Muscle.HAMSTRING, Lasted.UNDER_1, pain=10, woke=True)
    for asked in ("log:at", "consent:agree"):
        assert len(f"{asked}:{storing.encode(cramp)}") <= 64
    assert storing.decode(storing.encode(cramp), STOCKHOLM) == cramp
    assert storing.decode(storing.encode(Cramp(NIGHT)), None) == Cramp(NIGHT)


async def test_a_sentence_without_a_diary_offers_one(anna: Conversation, edition: Edition, services: Services) -> None:
    answer = await anna.ask("cramp last night about 3, left calf")
    assert "consent:ask:" in buttons(answer).values()
    assert edition.words(cramp_topic.Words)


async def test_the_good_night_screen_logs_with_one_tap_also_before_the_consent(
    bo: Conversation, services: Services
) -> None:
    good_night = await bo.press(await bo.ask("/cramp"), "cramp:eased:relief")
    called_at = services.clock()
    introduction = await bo.press(good_night, "log:new:6")
    later(bo, timedelta(hours=1))
    question = await bo.press(introduction, next(iter(buttons(introduction).values())))
    await bo.press(question, next(iter(buttons(question).values())))
    assert await entries_of(services, bo) == [Cramp(called_at, pain=6)]


def later(who: Conversation, wait: timedelta) -> None:
    assert isinstance(who.simulator.clock, SkippableClock)
    who.simulator.clock.skip(wait)


async def test_the_time_of_the_relief_is_logged_also_when_it_is_tapped_in_the_morning(
    bo: Conversation, services: Services
) -> None:
    await agree(services, bo)
    called_at = services.clock()
    steps = await bo.ask("/cramp toes")
    later(bo, timedelta(minutes=10))
    good_night = await bo.press(steps, "cramp:eased:foot")
    later(bo, timedelta(hours=5))
    (awful,) = [data for data in buttons(good_night).values() if data.startswith("log:new:9")]
    await bo.press(good_night, awful)
    assert await entries_of(services, bo) == [Cramp(called_at, STOCKHOLM, muscle=Muscle.FOOT, pain=9)]


async def test_old_steps_that_are_shown_again_are_about_a_cramp_of_now(bo: Conversation, services: Services) -> None:
    await agree(services, bo)
    steps = await bo.ask("/cramp")
    later(bo, timedelta(days=1))
    await bo.press(await bo.press(steps, "cramp:eased:relief"), "log:new:9")
    assert [entry.at for entry in await entries_of(services, bo)] == [Cramp(services.clock()).at]
