"""The core of Charley: settings, content, storage, and the doors to Telegram.

Packages, from the outside in; each may import only what stands further in, and import-linter checks it::

    bot.__main__ | simulator           the two ways to start
    bot.run                            the one place where everything is put together
    handlers | scheduler               what a person can say; what happens by the clock (strangers to each other)
    bot.app | bot.webhook | bot.profile | bot.web what every handler is given; updates by webhook; the menus; HTTP
    bot.poller | bot.metrics | bot.health updates by long polling; how the bot is
    bot.receiver | bot.sender | bot.config updates in, messages out, what an operator chooses
    bot.outgoing                       requests on their way out: limits, pauses, outages
    bot.store | bot.content | bot.pictures | bot.verdict
    bot.edition | bot.transport | bot.places | bot.capacity | bot.limiter
    bot.counts | bot.html | bot.json | bot.spoken | bot.log | bot.errors | bot.timetable

``telegram`` stays out of the store, the content and the scheduler, ``sqlalchemy`` out of all but the store.
"""

import os

VERSION = "0.1.0"
"""As in ``pyproject.toml``."""

os.environ.setdefault("PTB_TIMEDELTA", "1")  # python-telegram-bot then gives times as timedelta, as it will from v23 on
