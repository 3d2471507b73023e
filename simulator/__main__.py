"""The local chat: ``python -m simulator`` starts this stand-in for Telegram and the bot, with nothing to set up.

Its own settings are ``CHAT_PORT`` (8080), ``CHAT_HOST`` (127.0.0.1) and ``CHAT_BEYOND_LOOPBACK`` ("yes" allows a host
that other machines can reach). Of the bot's settings, those of `bot.config.LocalSettings` apply. The bot's database
lies in a temporary folder unless ``DATABASE_URL`` is set.
"""

import argparse
import asyncio
import os
import signal
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

import uvloop

import handlers
from bot import config, log
from bot.config import sources
from bot.errors import OperatorError, SettingsError
from bot.operations.trusted_clock import TrustedClock
from bot.run import run
from bot.updates.polling import Poller
from simulator.server import TOKEN, Simulator

PEOPLE = (("Anna", "en", "Europe/London"), ("Björn", "sv", "Europe/Stockholm"))
"""Who is there at the start: one person for each language of the bot."""

LAST_PORT = 65535
HOW_TO_REACH_TELEGRAM = """\
TELEGRAM_BOT_TOKEN is not set, so this is the local chat: Charley and a stand-in for Telegram, on this machine only.
To run Charley on Telegram, send /newbot to @BotFather there and put its token into a file named .env, like this:
    TELEGRAM_BOT_TOKEN=123456:ABC-DEF...
"""
INVITATION = """\
Open {url} in a browser and press Start. To see later reminders at once, skip the clock at the top.
Press Ctrl-C to stop. The chats are not kept."""


def main() -> int:
    """Serve until Ctrl-C. Return the exit status, 2 if a setting or a text is wrong or the port cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m simulator", description="Try Charley in a browser.")
    parser.add_argument(
        "--unless-token", action="store_true", help="if TELEGRAM_BOT_TOKEN is set, start the bot on Telegram instead"
    )
    if parser.parse_args().unless_token:
        if sources.has_token():
            os.execv(sys.executable, [sys.executable, "-m", "bot"])
        print(HOW_TO_REACH_TELEGRAM)
    with tempfile.TemporaryDirectory(prefix="charley-") as folder:
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(_run_chat(Path(folder)))
        except OperatorError as error:
            print(error, file=sys.stderr)
            return error.status
    return 0


async def _run_chat(folder: Path) -> None:
    ended = asyncio.Event()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signal_number, ended.set)
    simulator = Simulator()
    for name, language, zone in PEOPLE:
        simulator.add_person(name, language=language, time_zone=zone, started=False)
    async with AsyncExitStack() as stack:
        await _serve(simulator, stack)
        database = os.environ.get("DATABASE_URL") or f"sqlite:///{folder / 'charley.db'}"
        local = config.read(config.LocalSettings, database_url=database)
        # PORT=0: the bot polls here, and its HTTP server would only take a port that something else may need.
        settings = config.make(
            config.Settings, telegram_bot_token=TOKEN, telegram_api_url=simulator.url, port=0, **dict(local)
        )
        handlers.load_content(settings.content_dir)  # reports a wrong text before anybody is invited
        print(INVITATION.format(url=simulator.url), flush=True)
        # A newcomer needs to read the invitation, and nothing that is in order.
        log.configure(settings.log_level if "log_level" in local.model_fields_set else "WARNING", TOKEN)
        clock = TrustedClock(simulator.clock, lambda: simulator.clock().timestamp())
        poller = await stack.enter_async_context(Poller(settings.bot_url, clock))
        await run(settings, clock, ended, poller)


async def _serve(simulator: Simulator, stack: AsyncExitStack) -> None:
    """Serve the simulator until `stack` is left, at the address that the settings choose."""
    port = os.environ.get("CHAT_PORT") or "8080"
    if not (port.isdecimal() and int(port) <= LAST_PORT):
        raise SettingsError("CHAT_PORT: must be a number from 0 to 65535; 0 takes any free port")
    host = os.environ.get("CHAT_HOST") or "127.0.0.1"
    is_allowed = os.environ.get("CHAT_BEYOND_LOOPBACK") == "yes"
    try:
        await stack.enter_async_context(simulator.serve(host, int(port), beyond_loopback=is_allowed))
    except ValueError as error:
        raise SettingsError(f"CHAT_HOST: {error}; CHAT_BEYOND_LOOPBACK=yes allows it") from None
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error
        where = f"cannot listen on {host}, port {port} ({reason})"
        raise SettingsError(f"CHAT_PORT: {where}; try another port: CHAT_PORT=8081 make run") from None


if __name__ == "__main__":
    sys.exit(main())
