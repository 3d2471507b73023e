"""The core of Charley: settings, content, storage, and the doors to Telegram.

Packages, from the outside in; each may import only what stands further in, and import-linter checks it::

    bot.__main__ | simulator            the two ways to start
    bot.run                             the one place where everything is put together
    handlers | scheduler                what a person can say; what happens by the clock (strangers to each other)
    bot.app | bot.webhook | bot.web     what every handler is given; updates by webhook; how the bot is, over HTTP
    bot.poller | bot.metrics            updates by long polling
    bot.receiver | bot.sender           updates in, messages out
    bot.outgoing | bot.handling         requests on their way out; updates on their way to a handler
    bot.store | bot.content             the database; the words
    bot.transport | bot.limiter         HTTP to Telegram; how much of it there may be
    bot.timetable                       when a reminder is due

The whole list is in ``.importlinter``.
``telegram`` stays out of the store, the content and the scheduler, ``sqlalchemy`` out of all but the store.
"""

import os

VERSION = "0.1.0"
"""As in ``pyproject.toml``."""

os.environ.setdefault("PTB_TIMEDELTA", "1")  # python-telegram-bot then gives times as timedelta, as it will from v23 on
