"""The command line: ``python -m bot [run | check | migrate | capacity]``.

Ends with status 2 if a setting or a text is wrong, with 3 if the database cannot be used.
"""

import argparse
import asyncio
import gc
import importlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Coroutine
from datetime import datetime, time, timezone
from functools import partial

import uvloop

from bot import config, log
from bot.errors import OperatorError
from bot.operations.clock_check import Steadiness
from bot.updates.polling import Poller

STARTED_SECONDS = 5.0
"""After how long all that is there for good has been loaded."""
COLLECTING = 50_000, 5, 100
"""When the collector looks for garbage in circles, of which there is hardly any: after so many objects more, and the
older ones after so many looks. By default it would look through what is in flight again and again, a twentieth of all
the work of a rush, in which it found nothing."""
SWITCH_SECONDS = 0.0005
"""How long a thread of SQLite keeps the interpreter while the event loop wants it; by default ten times as long, for
each step that it takes."""
LOCAL_CHAT = "To try the bot without Telegram and without a token, start the local chat: python -m simulator"

MOST = 100_000_000
LONGEST_END_SECONDS = 25.0
"""So long after it was told to end the process ends at the latest; compose and the like wait 30 seconds."""
Command = Callable[[], Coroutine[None, None, None]]


def main(arguments: list[str] | None = None) -> int:
    """Carry out the command and return the exit status."""
    gc.set_threshold(*COLLECTING)  # before all that a command loads, a seventh of which the collector would take
    chosen = _parser().parse_args(arguments)
    commands: dict[str, Command] = {"run": _run, "check": _check, "migrate": _migrate}
    command = commands.get(chosen.command or "run") or partial(_capacity, chosen)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(command())
    except OperatorError as error:
        print(error, file=sys.stderr)
        if any(line.startswith("TELEGRAM_BOT_TOKEN") for line in str(error).splitlines()):
            print(LOCAL_CHAT, file=sys.stderr)
        return error.status
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Charley, a Telegram bot for leg cramps.")
    commands = parser.add_subparsers(dest="command", metavar="{run,check,migrate,capacity}")
    commands.add_parser("run", help="the bot; this is what it does without a command")
    commands.add_parser("check", help="whether the settings and the content are sound; needs no token")
    commands.add_parser("migrate", help="bring the tables up to date")
    capacity = commands.add_parser("capacity", help="what a number of people with reminders means")
    capacity.add_argument("--people", type=number, required=True, help="how many")
    capacity.add_argument("--times", type=times, required=True, help="when each is reminded, like 09:00,21:30")
    capacity.add_argument(
        "--cap",
        type=number,
        default=25,
        help="reminders a second at most (%(default)s)",
    )
    capacity.add_argument("--zones", type=zones, default="UTC", help="where they live, evenly, like Europe/Paris,UTC")
    return parser


def number(text: str) -> int:
    """A whole number above 0."""
    if not (text.isdecimal() and 0 < int(text) <= MOST):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 to {MOST:,}")
    return int(text)


def times(text: str) -> list[time]:
    """Times of the day as the chat reads them, with commas between."""
    from bot.parsing.times import read_time  # noqa: PLC0415  # nothing else here needs it

    found = {each: read_time(each) for each in text.split(",")}
    if wrong := [each for each, at in found.items() if at is None]:
        raise argparse.ArgumentTypeError(f"{wrong[0]!r} is no time like 9:00 or 21:30")
    return sorted({at for at in found.values() if at is not None})


def zones(text: str) -> list[str]:
    """IANA names, with commas between."""
    from bot.timetable.zones import has_rules  # noqa: PLC0415  # nothing else here needs it

    names = text.split(",")
    if wrong := [each for each in names if not has_rules(each)]:
        raise argparse.ArgumentTypeError(f"{wrong[0]!r} is no zone like Europe/Stockholm or UTC")
    return names


def utc_now() -> datetime:
    """The machine's clock: aware, in UTC."""
    return datetime.now(timezone.utc)


async def _run() -> None:
    settings = config.read(config.Settings)
    log.configure(settings.log_level, settings.telegram_bot_token.get_secret_value(), settings.secret)
    for line in config.exposed_secrets():
        logging.getLogger(__name__).warning("%s", line)
    ended = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, _end, ended)
    async with Poller(settings.bot_url, utc_now) as poller:
        # With PostgreSQL it may be another process that polls.
        if not settings.webhook_url and settings.database_url.get_secret_value().startswith("sqlite"):
            poller.ask_ahead()
        # Everything else takes three times as long to load as what is needed to ask for updates.
        bot = await asyncio.to_thread(importlib.import_module, "bot.run")
        settle()
        asyncio.get_running_loop().call_later(STARTED_SECONDS, settle)  # the content and all else that stays
        await bot.run(settings, utc_now, ended, poller, is_steady=Steadiness(utc_now))


def settle() -> None:
    """Let nothing hold up the event loop: no look of the collector through all that is loaded by now, and no thread."""
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.freeze()


def _end(ended: asyncio.Event) -> None:
    """Begin to end; told so again, go on with it."""
    if not ended.is_set():
        ended.set()
        last = threading.Timer(LONGEST_END_SECONDS, _give_up)
        last.daemon = True
        last.start()


def _give_up() -> None:
    """End in spite of a database or a Telegram that does not answer: all that counts is in the tables, as for a crash.

    From a thread of its own, as a driver's thread that hangs would keep the interpreter from ending.
    """
    logging.getLogger(__name__).warning("not all could be ended in time; the rest is done at the next start")
    os._exit(0)


async def _check() -> None:
    settings = config.read_without_token()
    words = await importlib.import_module("bot.run").check(settings, utc_now)
    print(f"settings are sound\ncontent is sound: {', '.join(sorted(words))}")


async def _migrate() -> None:
    settings = config.read(config.LocalSettings)
    store = importlib.import_module("bot.store")
    async with store.Store.open(settings.database_url.get_secret_value()):
        print("the database is up to date")


async def _capacity(chosen: argparse.Namespace) -> None:
    capacity = importlib.import_module("bot.operations.capacity")
    load = capacity.Load(chosen.people, chosen.times, chosen.cap, chosen.zones, utc_now().date())
    try:
        print("\n".join(capacity.report(load)), flush=True)
    except BrokenPipeError:  # who reads has seen enough; what is left is not written at the end either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
