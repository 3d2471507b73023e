"""The core of Charley: settings, content, storage, and the doors to Telegram.

Layers, from the outside in. A module imports only what stands below it; ``.importlinter`` enforces the list, and a
module that nobody has placed fails there::

    __main__ | simulator                 the two ways to start
    command_line                         what the command line does besides running the bot
    run                                  the one place where everything is put together
    handlers | scheduler                 what a person can say; what happens by the clock (strangers to each other)
    reminders | stretching               times, how a reminder looks, a person's schedules; guided stretching
    app                                  what every handler is given: services and the context of one update
    updates | messages | operations      Telegram in; Telegram out; health, metrics and the rest of running a bot
    diary                                how entries of the diary read, and what they add up to
    store | content                      the database; what the bot says
    parsing                              what people write
    timetable                            when a reminder is due: clock arithmetic
    counters, config, sqlite_file        event counts; settings; the SQLite file's lock and permissions
    log, errors                          the log; errors for an operator
"""

import os
import sys

VERSION = "0.1.0"
"""The version in ``pyproject.toml``."""

OLDEST_PYTHON, NEWEST_PYTHON = (3, 11), (3, 14)


def refusal(version: tuple[int, int], platform: str) -> str:
    """Return why the bot does not run on this Python version or platform, and what works instead. Empty if it runs.

    ``platform`` is ``sys.platform``.
    """
    if platform == "win32":
        return "Charley does not run on Windows itself. Run it in WSL, as on Linux, or in a container: docs/hosting.md"
    if OLDEST_PYTHON <= version <= NEWEST_PYTHON:
        return ""
    return (
        f"Charley runs on Python 3.{OLDEST_PYTHON[1]} to 3.{NEWEST_PYTHON[1]}, and this is {version[0]}.{version[1]}. "
        f"Name another one (make PYTHON=python3.{NEWEST_PYTHON[1]}), or run it in a container: docs/hosting.md"
    )


if line := refusal((sys.version_info[0], sys.version_info[1]), sys.platform):
    # Before the other imports, which would fail with a traceback.
    print(line, file=sys.stderr)  # noqa: T201
    raise SystemExit(2)

HIDDEN = ("cryptography", "apscheduler.executors.asyncio")
"""Modules that python-telegram-bot imports if they are installed, for features that the bot does not use: Telegram
Passport, which takes 9 MiB, and a job queue of its own. While they are hidden, python-telegram-bot does without."""

for name in HIDDEN:
    sys.modules.setdefault(name, None)  # type: ignore[arg-type]


def show_hidden() -> None:
    """Let the hidden modules be imported from now on. Called when python-telegram-bot is loaded."""
    for name in HIDDEN:
        if sys.modules.get(name) is None:
            sys.modules.pop(name, None)


os.environ.setdefault("PTB_TIMEDELTA", "1")  # python-telegram-bot then gives times as timedelta, as it will from v23 on
