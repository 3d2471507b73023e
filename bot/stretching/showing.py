"""Keeps the message of a run up to date: makes one edit, and stores its result.

The scheduler calls ``show`` when a run is due. A topic calls it after a press of a button too, so that the answer need
not wait for the next tick. If both edit at once, the version of the row decides which result is stored.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeAlias

from bot.app import Services
from bot.messages.outcome import Outcome, Verdict
from bot.messages.sender import Draft, MessageRef
from bot.store import Connection, runs, schedules
from bot.store.people import Person
from bot.store.runs import Run
from bot.store.tables import Priority, RunState
from bot.stretching import progress
from bot.stretching.guide import Guide
from bot.stretching.timeline import Detail, detail_for

Work: TypeAlias = Callable[[Connection], object]
log = logging.getLogger(__name__)


async def show(services: Services, guide: Guide, run: Run, person: Person, running: int) -> None:
    """Edit the message of a run, if that is allowed now, and store the result.

    Args:
        services: The services.
        guide: The guide of this kind of run.
        run: The run as it is stored. It is due, or a press has just changed it.
        person: The person it is for.
        running: How many runs are running. The more there are, the fewer edits each of them gets.

    Raises:
        StoreError: if the database failed. The run stays due.

    """
    edition, sent_at = services.content.edition(run.language, country=person.country), services.clock()
    timeline = guide.timeline(edition, run.name)
    if timeline is None:  # the content has changed since
        await services.store.write(partial(runs.delete, run=run))
        return
    rates = services.sender.rates
    if until := progress.crowded_until(run, sent_at, rates.pushed_edits_per_minute):
        await services.store.write(partial(runs.postpone, run=run, due_at=until), patient=True)
        return
    share = rates.pushed_edits_per_second / max(running, 1)
    detail = Detail.PHASE if run.priority is Priority.URGENT else detail_for(timeline, share)
    ahead = progress.advance(timeline, run, sent_at, detail)
    if ahead.state is not run.state:
        ended = await services.store.write(partial(_end, services=services, guide=guide, run=ahead))
        if ended is None:
            return
        run = ahead = ended
    draft = await guide.draw(services, edition, ahead, progress.screen(timeline, ahead), person)
    outcome, ahead = await _edit(services, ahead, draft)
    now = services.clock()
    if outcome.verdict in {Verdict.SENT, Verdict.STALE}:
        after = progress.shown(timeline, ahead, sent_at, now) if ahead.is_active else None
        work: Work = partial(_store, run=ahead, after=after, now=now)
    elif outcome.verdict in {Verdict.LATER, Verdict.UNKNOWN}:
        again_at = now + timedelta(seconds=outcome.wait_seconds)
        run = replace(run, picture=ahead.picture, pictured=ahead.pictured)
        # After UNKNOWN, nobody knows whether the edit was made, so it counts as made.
        run = progress.edited(run, sent_at) if outcome.verdict is Verdict.UNKNOWN else run
        work = partial(runs.postpone, run=run, due_at=again_at)
    else:
        log.info("A run ends, because its message cannot be edited: %s", outcome.why, extra={"action": "run_lost"})
        work = partial(_lose, run=run, is_blocked=outcome.verdict is Verdict.GONE, now=now)
    await services.store.write(work, patient=True)


def _end(connection: Connection, services: Services, guide: Guide, run: Run) -> Run | None:
    """Store that a run has ended, and its consequences; None if the run was changed meanwhile."""
    ended = runs.change(connection, run)
    if ended and ended.state is RunState.DONE:
        guide.finish(services, connection, ended, ended.began_at)
    return ended


async def _edit(services: Services, run: Run, draft: Draft) -> tuple[Outcome, Run]:
    """Edit the message. Returns the outcome, and the run with the picture that the message has now."""
    message, urgent = MessageRef(run.chat_id, run.message_id, run.pictured), run.priority is Priority.URGENT
    if draft.picture in {None, run.picture}:
        return await services.sender.push_edit(message, draft, urgent=urgent), run
    outcome = await services.sender.push_picture_edit(message, draft, urgent=urgent)
    match outcome.verdict:
        case Verdict.SENT | Verdict.STALE:
            return outcome, replace(run, picture=draft.picture, pictured=True)
        case Verdict.UNKNOWN:
            return outcome, replace(run, picture=None)
        case Verdict.BUG:  # the picture may be to blame: send the text alone, until another picture is due
            outcome = await services.sender.push_edit(message, draft, urgent=urgent)
            return outcome, replace(run, picture=draft.picture)
    return outcome, run


def _store(connection: Connection, run: Run, after: Run | None, now: datetime) -> None:
    """Store the run after an edit, or delete it if it is over. If it was changed meanwhile, show it once more."""
    stored = runs.change(connection, after) if after else runs.delete(connection, run)
    if not stored:
        runs.show_again(connection, run, now)


def _lose(connection: Connection, run: Run, now: datetime, *, is_blocked: bool) -> None:
    """Delete a run whose message cannot be edited any more."""
    runs.delete(connection, run)
    if is_blocked:
        schedules.block(connection, run.chat_id, now)
