"""A person's own trial: begun and stopped with one tap, with two messages in between."""

from dataclasses import replace
from datetime import time, timedelta
from functools import partial

import pytest

from bot.app import Services
from bot.content import Edition
from bot.content.telegram_html import visible
from bot.store import Connection, diaries, people
from bot.store.vault import Vault
from handlers.diary import consent, trial
from handlers.diary.trial import Words
from handlers.stretch import evenings
from scheduler import housekeeping
from scheduler.delivery import Delivery
from simulator import SkippableClock
from tests.support.conversation import Conversation, Json, buttons, check_limits, words
from tests.support.cramps import BAD
from tests.support.diaries import agree, agree_by_tapping, diary_of
from tests.support.reminders import pending_due_times

DAY = timedelta(days=1)


async def begun(who: Conversation, services: Services) -> Json:
    """Begin a trial, as from the screen of the diary; return the message with it."""
    await agree(services, who)
    message = await who.ask("/log")
    for data in ("diary", "trial", "trial:begin"):
        message = await who.press(message, data)
        check_limits(message)
    return message


async def log_cramps(services: Services, who: Conversation, *days_from_now: int) -> None:
    await agree(services, who, *(replace(BAD, at=services.clock() + day * DAY) for day in days_from_now))


async def stretch(services: Services, who: Conversation) -> None:
    now = services.clock()

    def finish(connection: Connection) -> None:
        evenings.log(connection, "stretch", people.get(connection, who.person.id), now)

    await services.store.write(finish)


async def arrives(who: Conversation, services: Services) -> list[Json]:
    """Let the next message of the trial become due; return what came."""
    (due, *_) = await pending_due_times(services)
    assert isinstance(who.simulator.clock, SkippableClock)
    who.simulator.clock.skip(due - services.clock())
    before = who.simulator.judge.total
    await Delivery(services, services.sender.push, services.sender._gateway.reserve, trial.DEFERRED, 1).tick()
    return [delivery.message for delivery in who.simulator.judge.received(who.chat.id, after=before)]


async def test_a_trial_from_its_offer_to_both_counts(anna: Conversation, edition: Edition, services: Services) -> None:
    said = edition.words(Words)
    message = await begun(anna, services)
    assert "8" in words(message)
    await log_cramps(services, anna, 0, 1, 5, 20, 40)
    (second,) = await arrives(anna, services)
    check_limits(second)
    assert said.stretch_button in buttons(second)
    await stretch(services, anna)
    (result,) = await arrives(anna, services)
    check_limits(result)
    text = words(result)
    assert visible(said.fewer.text) in text
    numbers = {"en": ("3 cramps, 1.5 a week", "2 cramps, 0.3 a week", "1 of 42")}
    numbers["sv"] = ("3 sendrag, 1,5 i veckan", "2 sendrag, 0,3 i veckan", "1 av 42")
    assert all(number in text for number in numbers[edition.code])
    assert words(await anna.press(message, "trial")) == text, "the screen of the diary has it too"
    assert await pending_due_times(services) == []


async def test_one_tap_stops_it_and_leaves_the_diary(bo: Conversation, edition: Edition, services: Services) -> None:
    message = await begun(bo, services)
    assert len(await pending_due_times(services)) == 2
    offered = await bo.press(message, "trial:stop")
    assert services.content["en"].words(Words).begin_button in buttons(offered)
    diary = await diary_of(services, bo)
    assert diary
    assert (diary.is_open, diary.trial_began) == (True, None)
    assert await pending_due_times(services) == []
    await stretch(services, bo)
    assert (
        await services.store.read(
            lambda connection: evenings.read(connection, people.get(connection, bo.person.id), services.clock())
        )
    ).done == 0


@pytest.mark.parametrize("data", ["consent:withdraw", "consent:erase", "erasure:all"])
async def test_it_ends_with_the_consent_or_the_diary(bo: Conversation, services: Services, data: str) -> None:
    message = await begun(bo, services)
    await bo.press(message, data)
    diary = await diary_of(services, bo)
    assert diary is None or diary.trial_began is None
    assert await pending_due_times(services) == []
    assert "consent:ask:" in buttons(await bo.press(await bo.ask("/help"), "trial")).values()


async def test_nothing_comes_in_a_pause_or_when_the_diary_cannot_be_opened(
    bo: Conversation, services: Services
) -> None:
    await begun(bo, services)
    await log_cramps(services, bo, 0)
    assert await arrives(bo, replace(services, vault=Vault())) == []
    until = services.clock() + 100 * DAY
    await services.store.write(lambda connection: people.pause(connection, bo.person.id, until))
    assert await arrives(bo, services) == []


async def test_without_a_clock_it_does_not_begin(anna: Conversation, edition: Edition, services: Services) -> None:
    message = await agree_by_tapping(anna)
    shown = await anna.press(message, "trial")
    assert words(shown) == visible(edition.words(Words).no_clock)
    assert words(await anna.press(await anna.ask("/help"), "trial:begin")) == words(shown)
    diary = await diary_of(services, anna)
    assert diary
    assert diary.trial_began is None


async def test_evenings_stay_until_the_result_is_not_shown_any_more(bo: Conversation, services: Services) -> None:
    message = await begun(bo, services)
    await arrives(bo, services)
    await stretch(services, bo)
    assert isinstance(bo.simulator.clock, SkippableClock)
    for passed, count in ((69 * DAY, "1 of 42"), (2 * DAY, None)):
        bo.simulator.clock.skip(passed)
        await housekeeping.tick(services)
        shown = await bo.press(message, "trial")
        assert (count in words(shown)) if count else services.content["en"].words(Words).begin_button in buttons(shown)
        await bo.press(message, "diary")
    diary = await diary_of(services, bo)
    assert diary
    assert diary.trial_began is None


async def test_the_quiet_hours_move_its_messages(bo: Conversation, services: Services) -> None:
    quiet = time(22), time(11)
    await services.store.write(partial(people.set_quiet_hours, chat_id=bo.chat.id, quiet=quiet))
    await begun(bo, services)
    dues = await pending_due_times(services)
    assert [f"{due:%H:%M}" for due in dues] == ["10:00", "10:00"], "eleven there"


def test_the_pages_name_how_long_it_takes_and_is_kept(edition: Edition) -> None:
    weeks = housekeeping.KEEP_TRIAL.days // 7
    assert f" {weeks} " in visible(edition.html(edition.pages["diary"]))
    assert "8" in edition.words(Words).counting
    assert edition.words(consent.Words).trial_button
    assert diaries.TRIAL_END in trial.DEFERRED
