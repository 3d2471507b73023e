"""One job for each person, with APScheduler or python-telegram-bot's JobQueue: at rest, or all due at one moment.

``python -m benchmarks.peers.one_job_each <store> <people> [<seconds until due>] [--patient]``. The store is
``memory``, ``sqlalchemy`` (in SQLite at JOBS), ``stored`` (the same with the jobs of an earlier run and no new ones) or
``queue``, the JobQueue. ``--patient`` sets ``misfire_grace_time=None``; everything else is a default. Without a time
they are spread over a day. Reports as lines of JSON, and goes on until its input ends.
"""

import argparse
import asyncio
import logging
import os
import statistics
import sys
import time
from dataclasses import asdict
from datetime import datetime, timedelta, timezone
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from telegram.ext import Application, ApplicationBuilder, ContextTypes

from benchmarks.meter import Stalls, report, watch

FIRST, TICKS = 1_000_001, 400
TEXT = "Time to stretch your calves: hold for 30 seconds, three times on each side."
Peer = Application[Any, Any, Any, Any, Any, Any]
application: Peer


async def remind(chat: int) -> None:
    """Send one reminder."""
    await application.bot.send_message(chat, TEXT)


async def remind_by_queue(context: ContextTypes.DEFAULT_TYPE) -> None:
    """Send one reminder."""
    assert context.job is not None
    assert context.job.chat_id is not None
    await context.bot.send_message(context.job.chat_id, TEXT)


def built() -> Peer:
    """Return a minimal python-telegram-bot."""
    base = f"{os.environ['TELEGRAM_API_URL']}/bot"
    return ApplicationBuilder().token(os.environ["TELEGRAM_BOT_TOKEN"]).base_url(base).build()


def scheduler_with(store: str) -> AsyncIOScheduler:
    """Return the scheduler with its job store, which does not wait for the disk: adding jobs would take hours."""
    if store == "queue":
        assert application.job_queue
        return application.job_queue.scheduler
    if store == "memory":
        return AsyncIOScheduler(timezone="UTC")
    from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore  # noqa: PLC0415  # costs memory
    from sqlalchemy import event  # noqa: PLC0415

    jobs = SQLAlchemyJobStore(os.environ["JOBS"])
    event.listen(jobs.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    return AsyncIOScheduler(timezone="UTC", jobstores={"default": jobs})


def add(scheduler: AsyncIOScheduler, store: str, chat: int, at: datetime, options: dict[str, Any]) -> None:
    """Return the trigger of one person's daily reminder."""
    if store == "queue":
        assert application.job_queue
        application.job_queue.run_daily(remind_by_queue, at.timetz(), chat_id=chat, job_kwargs=options)
    else:
        clock = {"hour": at.hour, "minute": at.minute, "second": at.second}
        scheduler.add_job("benchmarks.peers.one_job_each:remind", "cron", args=(chat,), **clock, **options)


def moment(number: int, people: int) -> datetime:
    """Return when a person's reminder is due, if all are spread over 22 hours, beginning in an hour."""
    return datetime.now(timezone.utc) + timedelta(hours=1, seconds=number * 22 * 3600 / people)


async def main(store: str, people: int, until_due: float, *, patient: bool) -> None:
    """Add everybody's job, start, and report figures."""
    global application
    application = built()
    scheduler = scheduler_with(store)
    due = (datetime.now(timezone.utc) + timedelta(seconds=until_due)).replace(microsecond=0)
    options = {"misfire_grace_time": None} if patient else {}
    for person in range(people if store != "stored" else 0):
        add(scheduler, store, FIRST + person, due if until_due else moment(person, people), options)
    if until_due:
        await application.bot.initialize()
    scheduler.start()
    await (_rush(due) if until_due else _rest(scheduler))


async def _rest(scheduler: AsyncIOScheduler) -> None:
    _tick(scheduler)
    report(at=time.perf_counter())
    report(tick_ms=statistics.median(_tick(scheduler) for _ in range(TICKS)))
    await until_input_ends()


def _tick(scheduler: AsyncIOScheduler) -> float:
    began = time.process_time()
    scheduler._process_jobs()  # noqa: SLF001  # what its timer calls
    return (time.process_time() - began) * 1e3


async def _rush(due: datetime) -> None:
    stalls = Stalls()
    await asyncio.sleep(max(0.0, (due - datetime.now(timezone.utc)).total_seconds() - 0.5))
    watching = asyncio.create_task(watch(stalls))
    report(due=due.timestamp())
    await until_input_ends()
    watching.cancel()
    report(stalls=asdict(stalls))


async def until_input_ends() -> None:
    """Return when the input ends."""
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    from benchmarks.peers import one_job_each  # by this name the stored jobs find it

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", choices=["memory", "sqlalchemy", "stored", "queue"])
    parser.add_argument("people", type=int)
    parser.add_argument("until_due", type=float, nargs="?", default=0.0)
    parser.add_argument("--patient", action="store_true")
    options = parser.parse_args()
    logging.disable()
    asyncio.run(one_job_each.main(options.store, options.people, options.until_due, patient=options.patient))
