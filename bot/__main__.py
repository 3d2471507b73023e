"""The command line: ``python -m bot [run | check | explain | voice-script | migrate | rotate-key | capacity]``.

Exit statuses: 0 means done, 1 a fault in the bot, 2 an invalid setting, text or argument, 3 a database that cannot be
used. Other kinds of ``bot.errors.OperatorError`` bring their own.
"""

import gc
import importlib
import signal
import sys
import threading

if __name__ == "__main__":
    # A signal that arrives while the rest is loaded ends the process with status 0, like a later signal. There is
    # nothing to finish yet. `main` undoes this for the other commands.
    for number_of_signal in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number_of_signal, lambda *_: sys.exit(0))
    # Before the other imports: they make hardly any garbage, and looking for it would take a tenth of the time to the
    # first answer. `_start_collecting` turns the collector on again.
    gc.disable()

import argparse
import asyncio
import logging
import os
import pkgutil
from contextlib import nullcontext
from datetime import datetime, time, timezone
from importlib.util import find_spec
from pathlib import Path

import uvloop

from bot import VERSION, config, log, sqlite_file
from bot.config import sources
from bot.errors import OperatorError
from bot.operations.trusted_clock import TrustedClock
from bot.updates.head_start import HeadStart
from bot.updates.polling import Poller

GC_THRESHOLDS = 50_000, 5, 100
"""Collect seldom, because we create few reference cycles. With Python's thresholds (700, 10, 10) the collector took a
twentieth of the CPU time in a rush, and freed nothing."""
GC_START_SECONDS = 5.0
"""By then, all that stays in memory has been loaded."""
SWITCH_INTERVAL_SECONDS = 0.0005
"""How long a thread may keep the interpreter while the event loop waits for it. Python's 5 ms would hold the loop up at
each step of the thread that works on SQLite."""
STOP_SECONDS = 25.0
"""The longest time from the first signal to the exit. compose.yaml kills the process after 30 seconds."""
LARGEST_NUMBER = 100_000_000
LOCAL_CHAT = "To try the bot without Telegram and without a token, start the local chat: python -m simulator"
IN_A_CONTAINER = (
    "To give the token to a container: docker run --env-file .env, with a line TELEGRAM_BOT_TOKEN=... in that file, or "
    "TELEGRAM_BOT_TOKEN_FILE with the path of a mounted file that holds the token"
)
"""Printed in place of ``LOCAL_CHAT`` in the container image, which has no simulator."""

logger = logging.getLogger(__name__)


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return the exit status."""
    options = _argument_parser().parse_args(arguments)
    if options.function:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(pkgutil.resolve_name(options.function)(options) if options.function else _run())
        sys.stdout.flush()
    except BrokenPipeError:  # `| head` closes the pipe; without the next line the flush at the exit would fail as well
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OperatorError as error:
        print(error, file=sys.stderr)
        if any(line.startswith("TELEGRAM_BOT_TOKEN") for line in str(error).splitlines()):
            print(LOCAL_CHAT if find_spec("simulator") else IN_A_CONTAINER, file=sys.stderr)
        return error.status
    return 0


def _argument_parser() -> argparse.ArgumentParser:
    """Return the parser. The option ``function`` names the function that does the command; it is None for ``run``."""
    parser = argparse.ArgumentParser(prog="python -m bot", description="Charley, a Telegram bot for leg cramps.")
    parser.set_defaults(function=None, clock=utc_now)
    commands = parser.add_subparsers(metavar="COMMAND")

    def add(function: str, summary: str) -> argparse.ArgumentParser:
        """Add a command, named after the ``module:function`` of ``bot.command_line`` that does it."""
        command = commands.add_parser(function.rpartition(":")[2].replace("_", "-"), help=summary)
        command.set_defaults(function=f"bot.command_line.{function}")
        return command

    commands.add_parser("run", help="run the bot (the default)")
    add("texts:check", "check the settings and the texts; needs no token")
    explain = add("texts:explain", "show what a text from a person means to the bot, and why")
    explain.add_argument("text", help="the text, in quotation marks")
    script = add("texts:voice_script", "print what a recording of a stretching routine says when")
    script.add_argument("routine", help="its name in content.yaml, like evening")
    script.add_argument("--language", default="en", help="like sv; English by default")
    add("database:migrate", "create or update the tables of the database")
    backup = add("database:backup", "copy the SQLite database, while the bot runs")
    backup.add_argument("path", type=Path, help="the new file")
    restore = add("database:restore", "replace the SQLite database with a copy")
    restore.add_argument("path", type=Path, help="a file that backup has made")
    restore.add_argument("--erasures", type=Path, metavar="FILE", help="a file with the output of erasures")
    restore.add_argument("--keys", type=Path, metavar="FILE", help="a file with the output of diary-keys")
    restore.add_argument("--without-erasures", action="store_true", help="restore even if erasures are unknown")
    add("database:erasures", "print a mark of each person erased in the last 30 days; a mark names nobody")
    again = add("database:erase_again", "erase those people again, if a copy was restored by other means")
    again.add_argument("path", type=Path, help="a file with the output of erasures")
    again.add_argument("--since", type=moment, required=True, help="when it was made, like 2026-11-30T03:00+01:00")
    again.add_argument("--keys", type=Path, metavar="FILE", help="a file with the output of diary-keys")
    add("database:diary_keys", "print the keys of the diaries, which copies lack; DATA_KEY_FILE opens them")
    rotate = add("database:rotate_key", "make the first key in DATA_KEY_FILE open all diaries")
    rotate.add_argument("--erase-unreadable", action="store_true", help="erase diaries that no key in the file opens")
    capacity = add("capacity:capacity", "show how late reminders would be, and how large the database")
    capacity.add_argument("--people", type=number, required=True, help="how many people have reminders")
    capacity.add_argument("--times", type=times, required=True, help="when everyone is reminded, like 09:00,21:30")
    capacity.add_argument("--cap", type=number, default=25, help="reminders per second (default: %(default)s)")
    capacity.add_argument("--zones", type=zones, default="UTC", help="their time zones, like Europe/Paris,UTC")
    return parser


def number(text: str) -> int:
    """Return the whole number in an argument, 1 to ``LARGEST_NUMBER``."""
    if not (text.isdecimal() and 0 < int(text) <= LARGEST_NUMBER):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to {LARGEST_NUMBER:,}")
    return int(text)


def times(text: str) -> list[time]:
    """Return the times of day in an argument, which are written as in the chat and separated by commas."""
    from bot.parsing.times import read_time  # noqa: PLC0415  # only `capacity` needs it

    read = {word: read_time(word) for word in text.split(",")}
    if unreadable := [word for word, at in read.items() if at is None]:
        raise argparse.ArgumentTypeError(f"{unreadable[0]!r} is not a time like 9:00 or 21:30")
    return sorted({at for at in read.values() if at is not None})


def moment(text: str) -> datetime:
    """Return the time in an argument, which must include its difference from UTC."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        read = None
    if read is None or read.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time like 2026-11-30T03:00+01:00")
    return read


def zones(text: str) -> list[str]:
    """Return the IANA time zones in an argument, which are separated by commas."""
    from bot.timetable.zones import has_rules  # noqa: PLC0415  # only `capacity` needs it

    names = text.split(",")
    if unknown := [name for name in names if not has_rules(name)]:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} is not a time zone like Europe/Stockholm or UTC")
    return names


def utc_now() -> datetime:
    """Return the time of the machine's clock, aware and in UTC."""
    return datetime.now(timezone.utc)


async def _run() -> None:
    settings = config.read(config.Settings)
    log.configure(settings.log_level, *settings.secrets)
    logger.info("Starting Charley %s (%s)", VERSION, settings.summary, extra={"action": "starting"})
    for line in sources.exposed_secrets():
        logger.warning("%s", line, extra={"action": "secret_exposed"})
    loop, stopping = asyncio.get_running_loop(), asyncio.Event()
    for number_of_signal in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number_of_signal, _stop, stopping)
    file = settings.database_file
    # The lock comes first, because a second process that polls would interrupt the first one's polling for seconds.
    with sqlite_file.locked(file) if file else nullcontext():
        await _serve(settings, stopping, file)
    logger.info("Stopped", extra={"action": "stopped"})


async def _serve(settings: config.Settings, stopping: asyncio.Event, file: Path | None) -> None:
    """Serve with the locked SQLite ``file``, or with PostgreSQL."""
    clock = TrustedClock(utc_now)
    async with Poller(settings.bot_url, clock, settings.proxy, clock.time_request) as poller:
        # With PostgreSQL another process may be the one that polls.
        if not settings.webhook_url and file:
            head_start = HeadStart(settings.bot_url, settings.proxy, settings.content_dir, file, clock)
            poller.fetch_ahead(head_start.answer)
        # Loading the rest takes twice as long as everything before it, so it happens while Telegram answers.
        bot = await asyncio.to_thread(importlib.import_module, "bot.run")
        sys.setswitchinterval(SWITCH_INTERVAL_SECONDS)
        asyncio.get_running_loop().call_later(GC_START_SECONDS, _start_collecting)
        await bot.run(settings, clock, stopping, poller, is_locked=file is not None)


def _start_collecting() -> None:
    """Turn the garbage collector on, for what is created from now on.

    A collection of all that is loaded would find nothing, and nothing would be answered while it lasts.
    """
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    gc.enable()


def _stop(stopping: asyncio.Event) -> None:
    """Begin to stop; further signals change nothing."""
    if not stopping.is_set():
        stopping.set()
        logger.info("Stopping, within %g s", STOP_SECONDS, extra={"action": "stopping"})
        # A thread, because a driver's thread that hangs in a call would keep the interpreter from exiting.
        timer = threading.Timer(STOP_SECONDS, _exit)
        timer.daemon = True
        timer.start()


def _exit() -> None:
    """Exit even if the database or Telegram does not answer. The next start goes on as it does after a crash."""
    logger.warning(
        "Could not finish within %g s (a database or Telegram does not answer); exiting. The next start does the rest",
        STOP_SECONDS,
        extra={"action": "stop_timed_out"},
    )
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
