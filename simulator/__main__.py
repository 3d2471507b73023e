"""The local chat: ``python -m simulator`` starts this Telegram and the bot against it, with nothing to set up.

Settings: ``CHAT_PORT`` (8080) and ``CHAT_HOST`` (127.0.0.1; another address needs ``CHAT_BEYOND_LOOPBACK=yes``), and
those of the bot but for its token and Telegram's address. Everything is kept in a temporary folder unless
``DATABASE_URL`` is set.
"""

import argparse
import asyncio
import os
import signal
import sys
import tempfile
from pathlib import Path

import uvloop

import handlers
from bot import config, log
from bot.errors import OperatorError, SettingsError
from bot.run import run
from bot.updates.polling import Poller
from simulator.server import TOKEN, Simulator

PEOPLE = (("Anna", "en", "Europe/London"), ("Björn", "sv", "Europe/Stockholm"))
"""Who is there at the start: one person for each language."""


LAST_PORT = 65535
HOW_TO_REACH_TELEGRAM = (
    "TELEGRAM_BOT_TOKEN is not set, so this is the local chat. To talk to Telegram, write /newbot to @BotFather there\n"
    "and put its token into a file .env, as TELEGRAM_BOT_TOKEN=123456:ABC-DEF..."
)


def main() -> int:
    """Serve until Ctrl-C and return the exit status: 2 if a setting or a text is wrong, or the port is taken."""
    if _unless_token():
        if config.has_token():
            os.execv(sys.executable, [sys.executable, "-m", "bot"])
        print(HOW_TO_REACH_TELEGRAM)
    with tempfile.TemporaryDirectory(prefix="charley-") as folder:
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(_serve(Path(folder)))
        except OperatorError as error:
            print(error, file=sys.stderr)
            return error.status
    return 0


def _unless_token() -> bool:
    parser = argparse.ArgumentParser(prog="python -m simulator", description="Try Charley in the browser.")
    parser.add_argument("--unless-token", action="store_true", help="start the bot on Telegram if a token is set")
    return bool(parser.parse_args().unless_token)


async def _serve(folder: Path) -> None:
    ended = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, ended.set)
    simulator = Simulator()
    for name, language, zone in PEOPLE:
        simulator.add_person(name, language=language, time_zone=zone, started=False)
    try:
        async with simulator.serve(*_address(), beyond_loopback=os.environ.get("CHAT_BEYOND_LOOPBACK") == "yes"):
            settings = _settings(simulator.url, folder)
            handlers.load_content(settings.content_dir)  # what is wrong is told before anybody is invited
            print(f"Charley is at {simulator.url} - open it in a browser. Ctrl-C ends it.", flush=True)
            log.configure(settings.log_level, TOKEN)
            async with Poller(settings.bot_url, simulator.clock) as poller:
                await run(settings, simulator.clock, ended, poller)
    except ValueError as error:
        raise SettingsError(f"CHAT_HOST: {error}; CHAT_BEYOND_LOOPBACK=yes allows it") from None
    except OSError:
        raise SettingsError("CHAT_PORT: this port is taken or not allowed; try CHAT_PORT=8081 make run") from None


def _settings(url: str, folder: Path) -> config.Settings:
    """The bot's settings: what concerns Telegram, a real database in a file, and who watches it, is left out."""
    database = os.environ.get("DATABASE_URL") or f"sqlite:///{folder / 'charley.db'}"
    local = config.read(config.LocalSettings, database_url=database)
    return config.make(config.Settings, telegram_bot_token=TOKEN, telegram_api_url=url, port=0, **dict(local))


def _address() -> tuple[str, int]:
    port = os.environ.get("CHAT_PORT") or "8080"
    if not (port.isdecimal() and int(port) <= LAST_PORT):
        raise SettingsError("CHAT_PORT: must be a number from 0 to 65535; 0 takes any free port")
    return os.environ.get("CHAT_HOST") or "127.0.0.1", int(port)


if __name__ == "__main__":
    sys.exit(main())
