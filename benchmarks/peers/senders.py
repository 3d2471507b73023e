"""The same reminder, sent as fast as a client can, without a schedule and a database.

``python -m benchmarks.peers.senders <client> <in flight> <seconds> <people>``. The client is ``ptb`` (at its defaults),
``ptb-aiohttp`` (with the transport of Charley), ``charley`` (its sender), ``aiogram`` or ``aiohttp`` (a bare loop).
Reports a line of JSON.
"""

import argparse
import asyncio
import itertools
import os
import time
from array import array
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from benchmarks.meter import report

FIRST = 1_000_001
BASE, TOKEN = os.environ["TELEGRAM_API_URL"], os.environ["TELEGRAM_BOT_TOKEN"]
TEXT = "Time to stretch your calves: hold for 30 seconds, three times on each side."
LABELS = (("Done",), ("In 15 minutes", "In an hour"), ("Skip", "More"), ("Stop these",))
KEYBOARD = {
    "inline_keyboard": [[{"text": label, "callback_data": f"answer:{label}"} for label in row] for row in LABELS]
}
Send = Callable[[int], Awaitable[Any]]


@asynccontextmanager
async def ptb(request: Any = None) -> AsyncIterator[Send]:
    """Send with python-telegram-bot, by default with its own HTTP client."""
    from telegram import Bot, InlineKeyboardMarkup  # noqa: PLC0415  # each client without the others

    keyboard = InlineKeyboardMarkup.de_json(KEYBOARD)
    async with Bot(TOKEN, base_url=f"{BASE}/bot", request=request) as bot:
        yield lambda chat: bot.send_message(chat, TEXT, reply_markup=keyboard)


@asynccontextmanager
async def ptb_aiohttp() -> AsyncIterator[Send]:
    """Send with python-telegram-bot over aiohttp."""
    from bot.messages.transport import Transport  # noqa: PLC0415

    async with ptb(Transport()) as send:
        yield send


@asynccontextmanager
async def charley() -> AsyncIterator[Send]:
    """Send with Charley's sender, without limits."""
    from telegram import InlineKeyboardMarkup  # noqa: PLC0415

    from bot.messages.gateway import Gateway  # noqa: PLC0415
    from bot.messages.limiter import Limiter  # noqa: PLC0415
    from bot.messages.rates import UNLIMITED  # noqa: PLC0415
    from bot.messages.sender import Draft, Sender  # noqa: PLC0415
    from bot.messages.transport import Transport  # noqa: PLC0415
    from bot.messages.uploads import Uploads  # noqa: PLC0415

    draft = Draft(TEXT, InlineKeyboardMarkup.de_json(KEYBOARD).inline_keyboard)
    transport = Transport()
    sender = Sender(Gateway(transport, f"{BASE}/bot{TOKEN}", Limiter(UNLIMITED)), Uploads({}, {}, lambda *_: None))
    await transport.initialize()
    try:
        yield lambda chat: sender.push(chat, draft, lambda: None)
    finally:
        await transport.shutdown()


@asynccontextmanager
async def aiogram() -> AsyncIterator[Send]:
    """Send with aiogram."""
    from aiogram import Bot  # noqa: PLC0415
    from aiogram.client.session.aiohttp import AiohttpSession  # noqa: PLC0415
    from aiogram.client.telegram import TelegramAPIServer  # noqa: PLC0415
    from aiogram.types import InlineKeyboardMarkup  # noqa: PLC0415

    keyboard = InlineKeyboardMarkup.model_validate(KEYBOARD)
    session = AiohttpSession(api=TelegramAPIServer.from_base(BASE), limit=256)
    async with Bot(TOKEN, session=session) as bot:
        yield lambda chat: bot.send_message(chat, TEXT, reply_markup=keyboard)


@asynccontextmanager
async def bare() -> AsyncIterator[Send]:
    """Send with an aiohttp session and nothing else."""
    import aiohttp  # noqa: PLC0415

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def send(chat: int) -> None:
            message = {"chat_id": chat, "text": TEXT, "reply_markup": KEYBOARD}
            async with session.post(f"{BASE}/bot{TOKEN}/sendMessage", json=message) as answer:
                await answer.json()

        yield send


async def main(client: str, in_flight: int, seconds: float, people: int) -> None:
    """Send to everybody in turn until the time is over."""
    numbers, waits = itertools.count(), array("d")

    async def worker() -> None:
        while (sent_at := time.perf_counter()) < until:
            await send(FIRST + next(numbers) % people)
            waits.append(time.perf_counter() - sent_at)

    async with CLIENTS[client]() as send:
        await asyncio.gather(*(send(FIRST + number) for number in range(in_flight)), return_exceptions=True)
        began, used = time.perf_counter(), time.process_time()
        until = began + seconds
        await asyncio.gather(*(worker() for _ in range(in_flight)))
        took, used = time.perf_counter() - began, time.process_time() - used
    sent, p99 = len(waits), sorted(waits)[len(waits) * 99 // 100]
    report(rate=sent / took, share=used / took, cpu_ms=used / sent * 1e3, p99_ms=p99 * 1e3)


CLIENTS = {"ptb": ptb, "ptb-aiohttp": ptb_aiohttp, "charley": charley, "aiogram": aiogram, "aiohttp": bare}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("client", choices=list(CLIENTS))
    parser.add_argument("in_flight", type=int)
    parser.add_argument("seconds", type=float)
    parser.add_argument("people", type=int)
    options = parser.parse_args()
    arguments = (options.client, options.in_flight, options.seconds, options.people)
    if options.client in {"aiogram", "ptb"}:
        asyncio.run(main(*arguments))
    else:
        import uvloop

        uvloop.run(main(*arguments))
