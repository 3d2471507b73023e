"""Housekeeping: deletes what is no longer needed, as /privacy promises."""

import zoneinfo
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import tzdata
from sqlalchemy import insert, select, update

from bot.app import Services
from bot.content.telegram_html import visible
from bot.store import Connection, bot_state, cramps, diaries, erasure, evenings, inbox, runs
from bot.store.runs import Run
from bot.store.tables import InboxState, Priority, RunState, outbox, schedule
from bot.timetable import occurrences, zones
from scheduler import housekeeping
from scheduler.housekeeping import (
    BATCH,
    KEEP_ENDED_ROWS,
    KEEP_ENDED_RUNS,
    KEEP_EVENINGS,
    KEEP_UPDATE_IDS,
    ZONE_RULES_KEY,
)
from simulator import Simulator
from tests.support import guided
from tests.support.cramps import BAD, VAULT
from tests.support.reminders import outbox_states, schedule_reminder
from tests.support.running_bot import content


async def ended(services: Services, number: int, state: InboxState = InboxState.DONE) -> None:
    now = services.clock()
    await services.store.write(lambda connection: inbox.add(connection, [(number, b"{}")], now))
    await services.store.write(lambda connection: inbox.finish(connection, [(number, state)], now))


async def known(services: Services, *numbers: int) -> set[int]:
    """Return which of these updates would be skipped if they came again."""
    now = services.clock()
    new = await services.store.write(
        lambda connection: inbox.add(connection, [(number, b"{}") for number in numbers], now)
    )
    return set(numbers) - new


async def test_update_ids_are_kept_for_a_week_and_not_longer(services: Services, simulator: Simulator) -> None:
    await ended(services, 1)
    simulator.clock.skip(KEEP_UPDATE_IDS)
    await ended(services, 2)
    await housekeeping.tick(services)
    assert await known(services, 1, 2) == {1, 2}
    simulator.clock.skip(timedelta(seconds=1))
    await housekeeping.tick(services)
    assert await known(services, 1, 2) == {2}


async def test_dead_updates_are_deleted_as_well(services: Services, simulator: Simulator) -> None:
    await ended(services, 1, InboxState.DEAD)
    simulator.clock.skip(KEEP_UPDATE_IDS + timedelta(seconds=1))
    await housekeeping.tick(services)
    assert await known(services, 1) == set()


async def test_unfinished_updates_are_never_deleted(services: Services, simulator: Simulator) -> None:
    now = services.clock()
    await services.store.write(lambda connection: inbox.add(connection, [(1, b"new"), (2, b"applied")], now))
    assert await services.store.write(lambda connection: inbox.mark_applied(connection, 2))
    simulator.clock.skip(10 * KEEP_UPDATE_IDS)
    await housekeeping.tick(services)
    assert await services.store.read(inbox.unfinished) == [(1, b"new"), (2, b"applied")]


async def test_reminders_are_kept_for_thirty_days_and_not_longer(services: Services, simulator: Simulator) -> None:
    now = services.clock()
    rows = [{"chat_id": 7, "kind": "water", "due_at": now, "state": "sent", "ended_at": now}] * (BATCH + 1)
    waiting = {"chat_id": 7, "kind": "water", "due_at": now, "state": "pending"}
    await services.store.write(lambda connection: connection.execute(insert(outbox), rows))
    await services.store.write(lambda connection: connection.execute(insert(outbox), waiting))
    simulator.clock.skip(KEEP_ENDED_ROWS)
    await housekeeping.tick(services)
    assert len(await outbox_states(services)) == BATCH + 2
    simulator.clock.skip(timedelta(seconds=1))
    await housekeeping.tick(services)
    assert await outbox_states(services) == ["pending"]


@pytest.mark.parametrize("tick", [housekeeping.tick, housekeeping.wipe_answered_texts])
async def test_the_bytes_of_deleted_rows_are_removed(
    tick: Callable[[Services], Awaitable[None]], services: Services, tmp_path: Path
) -> None:
    now = services.clock()
    await services.store.write(lambda connection: inbox.add(connection, [(1, b"a secret")], now))
    await services.store.write(lambda connection: inbox.finish(connection, [(1, InboxState.DONE)], now))
    assert any(b"a secret" in path.read_bytes() for path in tmp_path.glob("charley.db*"))
    await tick(services)
    assert not any(b"a secret" in path.read_bytes() for path in tmp_path.glob("charley.db*"))


async def test_the_file_is_rewritten_once_somebody_was_erased(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, wiped = services.clock(), list[bool]()
    wipe = erasure.wipe

    def watched(path: str, *, rewrite: bool) -> bool:
        wiped.append(rewrite)
        return wipe(path, rewrite=rewrite) and len(wiped) != 2  # as if somebody were reading the second time

    monkeypatch.setattr(erasure, "wipe", watched)
    await housekeeping.tick(services)
    await services.store.write(lambda connection: erasure.erase(connection, 7, 1, now))
    for _ in range(3):
        await housekeeping.tick(services)
    assert wiped == [False, True, True, False]


def test_privacy_names_the_same_times() -> None:
    for edition in content().values():
        said = visible(edition.html(edition.pages["privacy"]))
        assert f"{KEEP_UPDATE_IDS.days} " in said
        assert f"{KEEP_ENDED_ROWS.days} " in said


# The world's clocks


async def next_at(services: Services) -> datetime:
    next_at = await services.store.read(lambda connection: connection.execute(select(schedule.c.next_at)).scalar_one())
    assert isinstance(next_at, datetime)
    return next_at


async def test_f48_new_rules_of_a_zone_move_the_next_reminder(
    services: Services, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Change the rules as if the clocks of Iceland went forward by an hour from now on."""
    await schedule_reminder(services, simulator.add_person())
    await housekeeping.apply_new_zone_rules(services)
    before = await next_at(services)
    monkeypatch.setattr(zones, "zone_info", lambda _: ZoneInfo("Africa/Lagos"))
    monkeypatch.setattr(occurrences, "zone_info", lambda _: ZoneInfo("Africa/Lagos"))
    await housekeeping.apply_new_zone_rules(services)
    assert await next_at(services) == before, "the rules have the same name"
    monkeypatch.setattr(tzdata, "IANA_VERSION", "2099a")
    await housekeeping.apply_new_zone_rules(services)
    assert await next_at(services) == before - timedelta(hours=1)


async def test_the_same_rules_change_nothing(services: Services, simulator: Simulator) -> None:
    for number in range(3):
        await schedule_reminder(services, simulator.add_person(), after=10 + number)
    query = select(schedule).order_by(schedule.c.id)
    before = await services.store.read(lambda connection: connection.execute(query).all())
    await housekeeping.apply_new_zone_rules(services)
    assert await services.store.read(lambda connection: connection.execute(query).all()) == before


async def test_a_moment_that_an_older_version_stored_with_a_spread_becomes_exact(
    services: Services, simulator: Simulator
) -> None:
    await schedule_reminder(services, simulator.add_person())
    exact = await next_at(services)
    spread = update(schedule).values(next_at=exact + timedelta(seconds=101))
    await services.store.write(lambda connection: connection.execute(spread))
    await services.store.write(lambda connection: bot_state.put(connection, ZONE_RULES_KEY, tzdata.IANA_VERSION))
    await housekeeping.apply_new_zone_rules(services)
    assert await next_at(services) == exact


def test_the_rules_are_those_of_the_package() -> None:
    assert zoneinfo.TZPATH == ()


async def test_old_evenings_and_runs_that_ended_are_deleted(services: Services, simulator: Simulator) -> None:
    now = services.clock()
    ended = Run(7, 1, "stretch", "evening", "en", Priority.NORMAL, began_at=now, due_at=now, state=RunState.DONE)

    def store(connection: Connection) -> None:
        runs.begin(connection, ended)
        evenings.log(connection, 7, now.date())

    await services.store.write(store)
    await housekeeping.tick(services)
    assert len(await guided.all_runs(services)) == 1
    simulator.clock.skip(KEEP_ENDED_RUNS + timedelta(seconds=1))
    await housekeeping.tick(services)
    assert await guided.all_runs(services) == []
    simulator.clock.skip(KEEP_EVENINGS)
    await housekeeping.tick(services)
    assert (await services.store.read(lambda connection: evenings.read(connection, 7, now.date()))).first is None


async def test_old_entries_and_closed_diaries_are_deleted(services: Services) -> None:
    now, year = services.clock(), timedelta(days=365)
    old = replace(BAD, at=now - 3 * year)
    for chat in (7, 8):
        await services.store.write(
            partial(diaries.agree, chat_id=chat, vault=VAULT, now=now, consented_to="1", language="en")
        )
        for cramp in (BAD, old):
            add = partial(cramps.add, chat_id=chat, vault=VAULT, cramp=cramp, message_id=cramp.at.year, now=cramp.at)
            await services.store.write(add)
    withdrawn = now - diaries.KEEP_WITHDRAWN - timedelta(minutes=1)
    await services.store.write(partial(diaries.withdraw, chat_id=8, now=withdrawn))
    await housekeeping.tick(services)
    kept = await services.store.read(partial(cramps.read, chat_id=7))
    assert kept
    assert kept.open(VAULT) == [BAD]
    assert await services.store.read(partial(diaries.read, chat_id=8)) is None
