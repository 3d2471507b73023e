"""The command line: ``python -m bot [run | check | migrate]``. Ends with status 2 if a setting or a text is wrong."""

import argparse
import asyncio
import signal
import sys
from datetime import datetime, timezone

import uvloop

import handlers
from bot import config, log
from bot.content import ContentError
from bot.run import run
from bot.store import Store, StoreError

WRONG_SETTINGS, NO_DATABASE = 2, 3
LOCAL_CHAT = "To try the bot without Telegram, start the local chat: python -m simulator"


def main(arguments: list[str] | None = None) -> int:
    """Carry out the command and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bot", description="Charley, a Telegram bot for leg cramps.")
    parser.add_argument("command", nargs="?", default="run", choices=["run", "check", "migrate"])
    command = parser.parse_args(arguments).command
    try:
        return {"run": _run, "check": _check, "migrate": _migrate}[command]()
    except (config.SettingsError, ContentError) as error:
        print(error, file=sys.stderr)
        if "TELEGRAM_BOT_TOKEN" in str(error):
            print(LOCAL_CHAT, file=sys.stderr)
        return WRONG_SETTINGS
    except StoreError as error:
        print(error, file=sys.stderr)
        return NO_DATABASE


def utc_now() -> datetime:
    """The machine's clock: aware, in UTC."""
    return datetime.now(timezone.utc)


def _run() -> int:
    settings = config.read(config.Settings)
    log.configure(settings.log_level, settings.telegram_bot_token.get_secret_value())
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(settings))
    return 0


async def _serve(settings: config.Settings) -> None:
    ended = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, ended.set)
    await run(settings, utc_now, ended)


def _check() -> int:
    config.read(config.StoreSettings)
    words = handlers.load_content(config.ROOT)
    print(f"content is sound: {', '.join(sorted(words))}")
    return 0


def _migrate() -> int:
    settings = config.read(config.StoreSettings)
    asyncio.run(_open_once(settings.database_url.get_secret_value()))
    print("the database is up to date")
    return 0


async def _open_once(url: str) -> None:
    async with Store.open(url):
        pass


if __name__ == "__main__":
    sys.exit(main())
