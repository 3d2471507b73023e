"""The core of Charley: settings, content, storage, and the doors to Telegram.

Layers, from the outside in. A module imports only what stands below it; ``.importlinter`` enforces the list, and a
module that nobody has placed fails there::

    __main__ | simulator                 the two ways to start
    run                                  the one place where everything is put together
    handlers | scheduler                 what a person can say; what happens by the clock (strangers to each other)
    reminders                            the rules for times, how a reminder looks, a person's schedules
    app                                  what every handler is given: services and the context of one update
    updates | messages | operations      Telegram in; Telegram out; health, metrics and the rest of running a bot
    store | content                      the database; what the bot says
    parsing                              what people write
    timetable                            when a reminder is due: clock arithmetic
    counters, config, log, errors        numbers of what happened; settings; the log; errors for an operator
"""

import os

VERSION = "0.1.0"
"""The version in ``pyproject.toml``."""

os.environ.setdefault("PTB_TIMEDELTA", "1")  # python-telegram-bot then gives times as timedelta, as it will from v23 on
