"""A year of silence: one notice, and then nothing is left. A word in between keeps everything."""

from datetime import timedelta

from bot.app import Services
from bot.content import Edition, wording
from bot.content.telegram_html import visible
from bot.store import people
from bot.store.inactivity import ERASED_AFTER, NOTICE_PERIOD
from bot.store.people import Person
from handlers import inactivity
from handlers.inactivity import Words
from scheduler import housekeeping
from scheduler.delivery import Delivery
from simulator import SkippableClock
from tests.handlers.test_membership import blocked
from tests.support.conversation import Conversation, Json, buttons, check_limits, words
from tests.support.diaries import agree_by_tapping, diary_of

YEAR, MONTH, DAY = timedelta(days=366), timedelta(days=31), timedelta(days=1)


async def days_pass(who: Conversation, services: Services, days: timedelta) -> list[Json]:
    """Let time pass, with an hour's work of the bot at the end of it; return what the person got."""
    assert isinstance(who.simulator.clock, SkippableClock)
    who.simulator.clock.skip(days)
    before = who.simulator.judge.total
    await housekeeping.tick(services)
    await Delivery(services, services.sender.push, services.sender._gateway.reserve, inactivity.DEFERRED, 1).tick()
    return [delivery.message for delivery in who.simulator.judge.received(who.chat.id, after=before)]


async def is_heard(who: Conversation, services: Services) -> None:
    """Let a person begin a diary, and the bot note the month."""
    await agree_by_tapping(who)
    await housekeeping.tick(services)


async def person_of(services: Services, who: Conversation) -> Person | None:
    number = who.person.id
    return (await services.store.read(lambda connection: people.get_known(connection, [number]))).get(number)


async def test_somebody_silent_is_told_once_and_then_erased(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    await is_heard(anna, services)
    assert await days_pass(anna, services, YEAR - MONTH) == []
    (notice,) = await days_pass(anna, services, MONTH)
    check_limits(notice)
    silent = await person_of(services, anna)
    assert silent
    assert silent.erase_on
    said = edition.words(Words)
    assert words(notice) == visible(said.notice.format(day=wording.date_of(edition, silent.erase_on)))
    assert await days_pass(anna, services, 27 * DAY) == []
    assert await diary_of(services, anna)
    assert await days_pass(anna, services, DAY) == []
    assert await diary_of(services, anna) is None
    assert await person_of(services, anna) is None


async def test_a_tap_keeps_everything(anna: Conversation, edition: Edition, services: Services) -> None:
    await is_heard(anna, services)
    (notice,) = await days_pass(anna, services, YEAR)
    kept = await anna.press(notice, buttons(notice)[edition.words(Words).keep_button])
    assert words(kept) == visible(edition.words(Words).kept)
    await anna.ask("/help")
    assert await days_pass(anna, services, 2 * MONTH) == []
    assert await diary_of(services, anna)


async def test_somebody_who_has_blocked_the_bot_is_erased_without_a_notice(
    bo: Conversation, services: Services
) -> None:
    await is_heard(bo, services)
    await blocked(bo, services)
    assert await days_pass(bo, services, YEAR) == []
    assert await diary_of(services, bo)
    assert await days_pass(bo, services, MONTH) == []
    assert await diary_of(services, bo) is None


async def test_the_notice_is_not_drawn_for_somebody_who_is_back(services: Services) -> None:
    assert inactivity.notice(services.content["en"], Person(1)) is None


def test_privacy_names_the_same_times(edition: Edition) -> None:
    promised = edition.pages["privacy"].body["silence"].text
    assert f" {ERASED_AFTER - 1} " in promised
    assert f" {NOTICE_PERIOD.days // 7} " in promised
