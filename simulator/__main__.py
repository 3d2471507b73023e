"""``python -m simulator`` starts the local chat: Charley on this stand-in for Telegram.

With ``--no-bot`` the simulator runs alone, for other bots. Nothing of Charley is imported then.

The settings are ``CHAT_PORT`` (8080), ``CHAT_HOST`` (127.0.0.1) and ``CHAT_BEYOND_LOOPBACK`` ("yes" allows a host that
other machines can reach).
"""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import uvloop

from simulator.listening import AddressError, listen
from simulator.server import TOKEN, Simulator

PEOPLE = (("Anna", "en", "Europe/London"), ("Björn", "sv", "Europe/Stockholm"))
"""Who is there at the start: one person for each language of the bot."""

HOW_TO_REACH_TELEGRAM = """\
TELEGRAM_BOT_TOKEN is not set, so this is the local chat: Charley and a stand-in for Telegram, on this machine only.
To run Charley on Telegram, send /newbot to @BotFather there and put its token into a file named .env, like this:
    TELEGRAM_BOT_TOKEN=123456:ABC-DEF...
"""
WAITING_FOR_A_BOT = """\
A stand-in for Telegram. Give your bot the token {token}
and the address {url} in place of https://api.telegram.org.
Open {url} in a browser to write to it. Press Ctrl-C to stop."""

Run = Callable[[Simulator, asyncio.Event], Awaitable[None]]
"""Serves a simulator until the event is set."""


def main() -> int:
    """Serve until Ctrl-C. Return the exit status, 2 if an option, a setting or a text cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m simulator", description="Try Charley, or your bot, in a browser.")
    parser.add_argument("--token", default=TOKEN, help="the bot's token: its id (a number), a colon and a secret")
    parser.add_argument("--name", default="Charley", help="the bot's name")
    parser.add_argument("--username", default="charley_bot", help="the bot's username, without the @")
    start = parser.add_mutually_exclusive_group()
    start.add_argument("--no-bot", action="store_true", help="start the simulator alone; any bot can connect to it")
    start.add_argument(
        "--unless-token", action="store_true", help="if TELEGRAM_BOT_TOKEN is set, start the bot on Telegram instead"
    )
    options = parser.parse_args()
    try:
        simulator = Simulator(options.token, name=options.name, username=options.username)
    except ValueError as error:
        return _failed(f"--token: {error}", 2)
    if options.no_bot:
        return _serve(simulator, _run_alone)
    return _start_charley(simulator, unless_token=options.unless_token)


def _start_charley(simulator: Simulator, *, unless_token: bool) -> int:
    # Imported here, so that the simulator alone needs nothing of the bot.
    from bot.config import sources  # noqa: PLC0415
    from bot.errors import OperatorError  # noqa: PLC0415
    from simulator.local_chat import run_local_chat  # noqa: PLC0415

    if unless_token:
        if sources.has_token():
            os.execv(sys.executable, [sys.executable, "-m", "bot"])
        print(HOW_TO_REACH_TELEGRAM)
    try:
        return _serve(simulator, run_local_chat)
    except OperatorError as error:
        return _failed(error, error.status)


def _serve(simulator: Simulator, run: Run) -> int:
    for name, language, zone in PEOPLE:
        simulator.add_person(name, language=language, time_zone=zone, started=False)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_until_ctrl_c(simulator, run))
    except AddressError as error:
        return _failed(error, 2)
    return 0


async def _until_ctrl_c(simulator: Simulator, run: Run) -> None:
    ended = asyncio.Event()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signal_number, ended.set)
    await run(simulator, ended)


async def _run_alone(simulator: Simulator, ended: asyncio.Event) -> None:
    async with AsyncExitStack() as stack:
        await listen(simulator, stack)
        print(WAITING_FOR_A_BOT.format(token=simulator.token, url=simulator.url), flush=True)
        await ended.wait()


def _failed(reason: object, status: int) -> int:
    print(reason, file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
