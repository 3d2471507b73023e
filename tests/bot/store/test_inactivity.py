"""Who is silent for a year is told once and then erased, on either database."""

from datetime import date, datetime, timedelta, timezone
from functools import partial

import pytest
from sqlalchemy import insert, select, update

from bot.store import Store, inactivity, people
from bot.store.inactivity import ERASED_AFTER, NOTICE, NOTICE_PERIOD, TOLD_AFTER
from bot.store.people import Person
from bot.store.tables import OutboxState, outbox, person
from bot.timetable import local, month_of
from tests.bot.store.annas_schedules import ANNA, BO, DAY, NOW

ALL = 100


async def heard(store: Store, chat: int, months_ago: int, *, blocked: bool = False) -> None:
    month = month_of(NOW.date(), months_ago)
    row = {"chat_id": chat, "heard_in": month, "blocked": blocked}
    await store.write(lambda connection: connection.execute(insert(person), row))


async def known(store: Store, chat: int = ANNA) -> Person | None:
    return (await store.read(partial(people.get_known, chat_ids=[chat]))).get(chat)


async def notices(store: Store) -> list[datetime]:
    query = select(outbox.c.due_at).where(outbox.c.kind == NOTICE)
    return list(await store.read(lambda connection: connection.scalars(query).all()))


async def end_notices(store: Store, state: OutboxState) -> None:
    ends = update(outbox).values(state=state, ended_at=NOW)
    await store.write(lambda connection: connection.execute(ends))


def test_nobody_is_erased_within_twelve_months() -> None:
    last_heard = date(2026, 11, 30)
    told = min(day for day in days_after(last_heard) if month_of(day, TOLD_AFTER) >= month_of(last_heard))
    blocked = min(day for day in days_after(last_heard) if month_of(day, ERASED_AFTER) >= month_of(last_heard))
    assert told + NOTICE_PERIOD >= date(2027, 11, 29)
    assert blocked >= date(2027, 12, 1)


def days_after(day: date) -> list[date]:
    return [day + timedelta(days=number) for number in range(500)]


@pytest.mark.parametrize(("months", "told"), [(TOLD_AFTER - 1, 0), (TOLD_AFTER, 1), (TOLD_AFTER + 9, 1)])
async def test_who_is_silent_for_long_is_told_once(store: Store, months: int, told: int) -> None:
    await heard(store, ANNA, months)
    for _ in range(2):
        await store.write(partial(inactivity.tell, now=NOW, limit=ALL))
    assert len(await notices(store)) == told


async def test_who_has_blocked_the_bot_is_not_told_and_is_erased_a_month_later(store: Store) -> None:
    await heard(store, ANNA, ERASED_AFTER - 1, blocked=True)
    await heard(store, BO, ERASED_AFTER, blocked=True)
    assert await store.write(partial(inactivity.tell, now=NOW, limit=ALL)) == 0
    assert await store.write(partial(inactivity.erase, now=NOW, limit=ALL)) == 1
    assert await known(store)
    assert await known(store, BO) is None


async def test_the_notice_waits_for_the_end_of_the_quiet_hours(store: Store) -> None:
    await heard(store, ANNA, TOLD_AFTER)
    await store.write(partial(people.set_zone, chat_id=ANNA, zone="Europe/Stockholm"))
    night = datetime(2026, 11, 2, 2, 0, tzinfo=timezone.utc)
    await store.write(partial(inactivity.tell, now=night, limit=ALL))
    (due,) = await notices(store)
    assert local(due, "Europe/Stockholm").hour == 7
    told = await known(store)
    assert told
    assert told.erase_on == due.date() + NOTICE_PERIOD


async def test_who_was_told_is_erased_four_weeks_later_and_not_before(store: Store) -> None:
    await heard(store, ANNA, TOLD_AFTER)
    await store.write(partial(inactivity.tell, now=NOW, limit=ALL))
    await end_notices(store, OutboxState.SENT)
    for later, erased in ((NOTICE_PERIOD - DAY, 0), (NOTICE_PERIOD, 1)):
        assert await store.write(partial(inactivity.erase, now=NOW + later, limit=ALL)) == erased
    assert await known(store) is None


@pytest.mark.parametrize("state", [OutboxState.MISSED, OutboxState.DEAD, OutboxState.CANCELLED])
async def test_who_was_not_reached_is_told_again_instead(store: Store, state: OutboxState) -> None:
    await heard(store, ANNA, TOLD_AFTER)
    await store.write(partial(inactivity.tell, now=NOW, limit=ALL))
    await end_notices(store, state)
    assert await store.write(partial(inactivity.erase, now=NOW + NOTICE_PERIOD, limit=ALL)) == 0
    await store.write(partial(inactivity.tell, now=NOW + NOTICE_PERIOD, limit=ALL))
    told = await known(store)
    assert told
    assert told.erase_on == (NOW + 2 * NOTICE_PERIOD).date()


async def test_a_word_after_the_notice_keeps_everything(store: Store) -> None:
    await heard(store, ANNA, TOLD_AFTER)
    await store.write(partial(inactivity.tell, now=NOW, limit=ALL))
    await end_notices(store, OutboxState.SENT)
    before = await known(store)
    assert before
    assert inactivity.unnoted([before], NOW) == [ANNA]
    await store.write(partial(inactivity.note_heard, chat_ids=[ANNA, BO], now=NOW))
    after = await known(store)
    assert after
    assert (after.heard_in, after.erase_on) == (month_of(NOW.date()), None)
    assert inactivity.unnoted([after], NOW) == []
    assert await store.write(partial(inactivity.erase, now=NOW + NOTICE_PERIOD, limit=ALL)) == 0
    assert await known(store, BO) is None, "nobody becomes known by being heard"


async def test_of_whom_no_month_is_stored_is_silent_from_now_on(store: Store) -> None:
    await store.write(partial(people.set_language, chat_id=ANNA, language="sv"))
    assert await store.write(partial(inactivity.begin_counting, now=NOW, limit=ALL)) == 1
    assert await store.write(partial(inactivity.begin_counting, now=NOW + 99 * DAY, limit=ALL)) == 0
    counted = await known(store)
    assert counted
    assert counted.heard_in == month_of(NOW.date())
