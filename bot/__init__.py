"""The core of Charley: settings, content, storage, and the doors to Telegram.

Packages, from the outside in; each may import only what stands further in, and import-linter checks it::

    bot.__main__ | simulator           the two ways to start
    bot.run                            the one place where everything is put together
    handlers | scheduler               what a person can say; what happens by the clock (strangers to each other)
    bot.app                            what every handler is given
    bot.receiver | bot.sender | bot.store | bot.content | bot.config
    bot.transport | bot.html | bot.json | bot.log

``telegram`` is imported only by handlers, app, sender, receiver and transport, ``sqlalchemy`` only by the store.
"""

import os

os.environ.setdefault("PTB_TIMEDELTA", "1")  # python-telegram-bot then gives times as timedelta, as it will from v23 on
