"""The command line: ``python -m bot [run | check | explain | voice-script | migrate | rotate-key | capacity]``.

Exit statuses: 0 means done, 1 a fault in the bot, 2 an invalid setting, text or argument, 3 a database that cannot be
used. Other kinds of ``bot.errors.OperatorError`` bring their own.
"""

import gc
import signal
import sys

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
import importlib
import logging
import os
import threading
from collections.abc import Callable, Coroutine
from contextlib import nullcontext
from datetime import datetime, time, timezone
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import uvloop

from bot import VERSION, config, log, sqlite_file
from bot.config import sources
from bot.errors import OperatorError, SettingsError, StoreError
from bot.operations.trusted_clock import TrustedClock
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

Command = Callable[[], Coroutine[None, None, None]]
logger = logging.getLogger(__name__)


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return the exit status."""
    options = _argument_parser().parse_args(arguments)
    commands: dict[str, Command] = {"run": _run, "check": _check, "migrate": _migrate}
    commands |= {"erasures": _erasures, "diary-keys": _diary_keys}
    with_options = {
        "explain": partial(_explain, options),
        "voice-script": partial(_voice_script, options),
        "backup": partial(_backup, options),
        "restore": partial(_restore, options),
        "erase-again": partial(_erase_again, options),
        "rotate-key": partial(_rotate_key, options),
        "capacity": partial(_capacity, options),
    }
    name = options.command or "run"
    command = commands.get(name) or with_options[name]
    if name != "run":
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(command())
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
    parser = argparse.ArgumentParser(prog="python -m bot", description="Charley, a Telegram bot for leg cramps.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.add_parser("run", help="run the bot (the default)")
    commands.add_parser("check", help="check the settings and the texts; needs no token")
    explain = commands.add_parser("explain", help="show what a text from a person means to the bot, and why")
    explain.add_argument("text", help="the text, in quotation marks")
    script = commands.add_parser("voice-script", help="print what a recording of a stretching routine says when")
    script.add_argument("routine", help="its name in content.yaml, like evening")
    script.add_argument("--language", default="en", help="like sv; English by default")
    commands.add_parser("migrate", help="create or update the tables of the database")
    backup = commands.add_parser("backup", help="copy the SQLite database, while the bot runs")
    backup.add_argument("path", type=Path, help="the new file")
    restore = commands.add_parser("restore", help="replace the SQLite database with a copy")
    restore.add_argument("path", type=Path, help="a file that backup has made")
    restore.add_argument("--erasures", type=Path, metavar="FILE", help="a file with the output of erasures")
    restore.add_argument("--keys", type=Path, metavar="FILE", help="a file with the output of diary-keys")
    restore.add_argument("--without-erasures", action="store_true", help="restore even if erasures are unknown")
    commands.add_parser("erasures", help="print a mark of each person erased in the last 30 days; a mark names nobody")
    again = commands.add_parser("erase-again", help="erase those people again, if a copy was restored by other means")
    again.add_argument("path", type=Path, help="a file with the output of erasures")
    again.add_argument("--since", type=moment, required=True, help="when it was made, like 2026-11-30T03:00+01:00")
    again.add_argument("--keys", type=Path, metavar="FILE", help="a file with the output of diary-keys")
    commands.add_parser("diary-keys", help="print the keys of the diaries, which copies lack; DATA_KEY_FILE opens them")
    rotate = commands.add_parser("rotate-key", help="make the first key in DATA_KEY_FILE open all diaries")
    rotate.add_argument("--erase-unreadable", action="store_true", help="erase diaries that no key in the file opens")
    capacity = commands.add_parser("capacity", help="show how late reminders would be, and how large the database")
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
    # The lock comes first: a second process that polls would stop the first one from polling for seconds.
    with sqlite_file.locked(file) if file else nullcontext():
        await _serve(settings, stopping, is_locked=file is not None)
    logger.info("Stopped", extra={"action": "stopped"})


async def _serve(settings: config.Settings, stopping: asyncio.Event, *, is_locked: bool) -> None:
    clock = TrustedClock(utc_now)
    async with Poller(settings.bot_url, clock, settings.proxy, clock.time_request) as poller:
        # With PostgreSQL another process may be the one that polls.
        if not settings.webhook_url and is_locked:
            poller.fetch_ahead()
        # Loading the rest takes three times as long as everything before it, so it happens while Telegram answers.
        bot = await asyncio.to_thread(importlib.import_module, "bot.run")
        sys.setswitchinterval(SWITCH_INTERVAL_SECONDS)
        asyncio.get_running_loop().call_later(GC_START_SECONDS, _start_collecting)
        await bot.run(settings, clock, stopping, poller, is_locked=is_locked)


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
    """Exit even though a database or Telegram does not answer. The next start goes on as it does after a crash."""
    logger.warning(
        "Could not finish within %g s (a database or Telegram does not answer); exiting. The next start does the rest",
        STOP_SECONDS,
        extra={"action": "stop_timed_out"},
    )
    os._exit(0)


async def _check() -> None:
    settings = config.read_without_token()
    content = await importlib.import_module("bot.run").check(settings, utc_now)
    print(f"The settings are valid.\nThe texts are valid: {', '.join(sorted(content))}.")
    if not sources.has_token():
        print("TELEGRAM_BOT_TOKEN is not set yet.")


async def _explain(options: argparse.Namespace) -> None:
    content = await importlib.import_module("bot.run").check(config.read_without_token(), utc_now)
    explanation = importlib.import_module("bot.parsing.intent.explanation")
    print("\n".join(explanation.explain(options.text, content.rules)))


async def _voice_script(options: argparse.Namespace) -> None:
    content = await importlib.import_module("bot.run").check(config.read_without_token(), utc_now)
    if options.language not in content:
        raise SettingsError(f"--language: no content in {options.language!r}; there is {', '.join(content)}")
    edition = content[options.language]
    if options.routine not in edition.routines:
        raise SettingsError(f"no routine {options.routine!r}; there is {', '.join(edition.routines)}")
    voice_script = importlib.import_module("handlers.stretch.voice_script")
    print("\n".join(voice_script.script(edition, options.routine)))


async def _migrate() -> None:
    async with _open_store():
        print("The database is up to date.")


async def _backup(options: argparse.Namespace) -> None:
    backup = importlib.import_module("bot.store.backup")
    file = _database_file("pg_dump copies it")
    await asyncio.to_thread(backup.copy, file, options.path, utc_now())
    print(f"Copied {file} to {options.path} ({options.path.stat().st_size:,} bytes).")


async def _restore(options: argparse.Namespace) -> None:
    backup = importlib.import_module("bot.store.backup")
    file = _database_file("pg_restore puts a copy back")
    marks = _read_marks(options.erasures) if options.erasures else None
    keys = _read_keys(options.keys) if options.keys else None
    restored = await backup.restore(
        options.path, file, utc_now(), marks=marks, keys=keys, without_erasures=options.without_erasures
    )
    print(f"{file} is as it was at {restored.copied_at:%Y-%m-%d %H:%M} UTC.")
    print(f"People who were erased since then, and are erased again: {restored.erased_again}.")
    _report_closed_diaries(restored.closed_diaries)
    if restored.old_file:
        print(f"The old database is kept as {restored.old_file}, and not replaced by another restore.")
        print("When all is well, delete it, and the files whose names begin with its name.")


async def _erasures() -> None:
    if file := config.read(config.LocalSettings).database_file:
        marks = importlib.import_module("bot.store.backup").marks_in(file)  # also while the bot runs
        if marks is None:
            raise StoreError(f"DATABASE_URL: {file} cannot be read")
    else:
        async with _open_store() as store:
            marks = await store.read(importlib.import_module("bot.store.erasure_marks").load)
    print("\n".join(marks.lines()))


async def _erase_again(options: argparse.Namespace) -> None:
    erasure, marks = importlib.import_module("bot.store.erasure"), _read_marks(options.path)
    diaries, keys = importlib.import_module("bot.store.diaries"), _read_keys(options.keys) if options.keys else {}
    async with _open_store() as store:
        erased = await store.write(lambda connection: erasure.erase_again(connection, marks, options.since))
        closed = await store.write(lambda connection: diaries.restore_keys(connection, keys))
        await store.wipe(rewrite=True)
    print(f"People who were erased again: {erased}.")
    _report_closed_diaries(closed)


def _report_closed_diaries(number: int) -> None:
    if number:
        print("Some diaries have no key, so nobody can read them. --keys takes what diary-keys has printed.")


async def _diary_keys() -> None:
    diaries = importlib.import_module("bot.store.diaries")
    if file := config.read(config.LocalSettings).database_file:
        keys = importlib.import_module("bot.store.backup").keys_in(file)  # also while the bot runs
        if keys is None:  # nobody must take an empty list for a copy of the keys
            raise StoreError(f"DATABASE_URL: {file} cannot be read")
    else:
        async with _open_store() as store:
            keys = await store.read(diaries.read_keys)
    for line in diaries.format_keys(keys):
        print(line)


def _open_store() -> Any:
    settings = config.read(config.LocalSettings)
    return importlib.import_module("bot.store").Store.open(settings.database_url.get_secret_value())


def _database_file(alternative: str) -> Path:
    """Return the SQLite file. With PostgreSQL, raise ``SettingsError``, which names the ``alternative``."""
    file = config.read(config.LocalSettings).database_file
    if file is None:
        raise SettingsError(f"DATABASE_URL: this is for SQLite; with PostgreSQL, {alternative}: docs/operations.md")
    return file


def _read_marks(path: Path) -> Any:
    return importlib.import_module("bot.store.erasure_marks").parse(_lines(path))


def _read_keys(path: Path) -> Any:
    return importlib.import_module("bot.store.diaries").parse_keys(_lines(path))


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{path}: cannot be read ({error})") from None


async def _rotate_key(options: argparse.Namespace) -> None:
    settings = config.read(config.LocalSettings)
    rotation = importlib.import_module("bot.operations.key_rotation")
    print(await rotation.rotate(settings, utc_now(), erase_unreadable=options.erase_unreadable))


async def _capacity(options: argparse.Namespace) -> None:
    capacity = importlib.import_module("bot.operations.capacity")
    load = capacity.Load(options.people, options.times, options.cap, options.zones, utc_now().date())
    print("\n".join(capacity.report(load)))


if __name__ == "__main__":
    sys.exit(main())
