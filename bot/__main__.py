"""The command line: ``python -m bot [run | check | migrate]``.

Ends with status 2 if a setting or a text is wrong, with 3 if the database cannot be used.
"""

import argparse
import asyncio
import gc
import importlib
import signal
import sys
from datetime import datetime, timezone

import uvloop

from bot import config, log
from bot.errors import OperatorError
from bot.poller import Poller
from bot.steady import Steadiness

LOCAL_CHAT = "To try the bot without Telegram, unset it and start the local chat: make run, or python -m simulator"


def main(arguments: list[str] | None = None) -> int:
    """Carry out the command and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bot", description="Charley, a Telegram bot for leg cramps.")
    parser.add_argument("command", nargs="?", default="run", choices=["run", "check", "migrate"])
    command = {"run": _run, "check": _check, "migrate": _migrate}[parser.parse_args(arguments).command]
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(command())
    except OperatorError as error:
        print(error, file=sys.stderr)
        if "TELEGRAM_BOT_TOKEN" in str(error):
            print(LOCAL_CHAT, file=sys.stderr)
        return error.status
    return 0


def utc_now() -> datetime:
    """The machine's clock: aware, in UTC."""
    return datetime.now(timezone.utc)


async def _run() -> None:
    settings = config.read(config.Settings)
    log.configure(settings.log_level, settings.telegram_bot_token.get_secret_value(), settings.secret)
    ended = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, ended.set)
    async with Poller(settings.bot_url, utc_now) as poller:
        # With PostgreSQL it may be another process that polls.
        if not settings.webhook_url and settings.database_url.get_secret_value().startswith("sqlite"):
            poller.ask_ahead()
        # Everything else takes three times as long to load as what is needed to ask for updates.
        bot = await asyncio.to_thread(importlib.import_module, "bot.run")
        gc.freeze()  # or the collector would look through all that has been loaded, for 100 ms, again and again
        await bot.run(settings, utc_now, ended, poller, is_steady=Steadiness(utc_now))


async def _check() -> None:
    settings = config.read_without_token()
    words = await importlib.import_module("bot.run").check(settings, utc_now)
    print(f"settings are sound\ncontent is sound: {', '.join(sorted(words))}")


async def _migrate() -> None:
    settings = config.read(config.LocalSettings)
    store = importlib.import_module("bot.store")
    async with store.Store.open(settings.database_url.get_secret_value()):
        print("the database is up to date")


if __name__ == "__main__":
    sys.exit(main())
