"""The local chat: Charley and this stand-in for Telegram in one process, with nothing to set up.

Of the bot's settings, those of `bot.config.LocalSettings` apply. The bot's database lies in a temporary folder unless
``DATABASE_URL`` is set.
"""

import asyncio
import os
import tempfile
from contextlib import AsyncExitStack

import handlers
from bot import config, log
from bot.operations.trusted_clock import TrustedClock
from bot.run import run
from bot.updates.polling import Poller
from simulator.listening import listen
from simulator.server import Simulator

INVITATION = """\
Open {url} in a browser and press Start. To see later reminders at once, skip the clock at the top.
Press Ctrl-C to stop. The chats are not kept."""


async def run_local_chat(simulator: Simulator, ended: asyncio.Event) -> None:
    """Serve the simulator and run the bot on it until `ended`.

    Raises:
        OperatorError: if a setting of the bot or a text is wrong.
        AddressError: if the address in the settings cannot be used.
    """
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="charley-"))
        await listen(simulator, stack)
        database = os.environ.get("DATABASE_URL") or f"sqlite:///{folder}/charley.db"
        local = config.read(config.LocalSettings, database_url=database)
        # PORT=0: the bot polls here, and its HTTP server would only take a port that something else may need.
        settings = config.make(
            config.Settings, telegram_bot_token=simulator.token, telegram_api_url=simulator.url, port=0, **dict(local)
        )
        handlers.load_content(settings.content_dir)  # reports a wrong text before anybody is invited
        print(INVITATION.format(url=simulator.url), flush=True)
        # The invitation must stay in sight, so by default lines that say that all is well are not logged.
        log.configure(settings.log_level if "log_level" in local.model_fields_set else "WARNING", simulator.token)
        clock = TrustedClock(simulator.clock, lambda: simulator.clock().timestamp())
        poller = await stack.enter_async_context(Poller(settings.bot_url, clock))
        await run(settings, clock, ended, poller)
