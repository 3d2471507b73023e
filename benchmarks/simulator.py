"""How many sendMessage requests a second the simulator answers, and how fast: ``python -m benchmarks.simulator``.

The simulator runs in one process and the load in another, so that two cores are used as in a real test: requests
over keep-alive connections, ``IN_FLIGHT`` at a time, for ``SECONDS``, to ``PEOPLE`` people in turn. The plain client
writes prepared bytes, so that only the server is measured. The aiohttp client shows what a usual bot gets.
"""

import asyncio
import multiprocessing
import resource
import time
from collections.abc import Awaitable, Callable
from multiprocessing.connection import Connection
from urllib.parse import quote_plus, urlsplit

import aiohttp
import uvloop

from simulator import TOKEN, Simulator

IN_FLIGHT = 64
PEOPLE = 1000
SECONDS = 5.0
TEXT = (
    "<b>Time to stretch</b>\nStand an arm's length from a wall, one foot back, heel down. "
    "Hold for <i>30 seconds</i>, twice on each side. Half past nine &amp; done."
)
KEYBOARD = '{"inline_keyboard":[[{"text":"Done","callback_data":"d:1"},{"text":"15 min","callback_data":"s:15"}]]}'

Load = Callable[[str, list[int], float], Awaitable[list[float]]]
"""Sends to these chats until the time is over, and returns the seconds of each request."""


def body(chat: int) -> bytes:
    """Return the body of a reminder, as a bot sends it."""
    fields = {"chat_id": str(chat), "text": TEXT, "parse_mode": "HTML", "reply_markup": KEYBOARD}
    return "&".join(f"{name}={quote_plus(value)}" for name, value in fields.items()).encode()


def serve(checks: bool, pipe: Connection) -> None:
    """Run a simulator until something arrives in the pipe. It sends its address first, and its figures last."""
    uvloop.run(_serve(checks, pipe))


async def _serve(checks: bool, pipe: Connection) -> None:
    simulator = Simulator(checks=checks, keep=10)
    people = [simulator.add_person(started=True) for _ in range(PEOPLE)]
    async with simulator.serve():
        pipe.send((simulator.url, [person.id for person in people]))
        await asyncio.to_thread(pipe.recv)
        used = resource.getrusage(resource.RUSAGE_SELF)
        pipe.send((simulator.judge.total, used.ru_utime + used.ru_stime))


async def plain(url: str, chats: list[int], until: float) -> list[float]:
    """Send on one connection, as fast as the requests are answered."""
    host, port = urlsplit(url).hostname, urlsplit(url).port
    reader, writer = await asyncio.open_connection(host, port)
    head = (
        f"POST /bot{TOKEN}/sendMessage HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    )
    requests = [f"{head}Content-Length: {len(body(chat))}\r\n\r\n".encode() + body(chat) for chat in chats]
    took = []
    while (start := time.perf_counter()) < until:
        writer.write(requests[len(took) % len(requests)])
        answer = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(int(answer.lower().partition(b"content-length: ")[2].partition(b"\r")[0]))
        assert answer.startswith(b"HTTP/1.1 200"), answer
        took.append(time.perf_counter() - start)
    writer.close()
    return took


async def usual(url: str, chats: list[int], until: float) -> list[float]:
    """Send as one task of a bot that uses aiohttp."""
    took = []
    async with aiohttp.ClientSession() as client:
        while (start := time.perf_counter()) < until:
            fields = {"chat_id": chats[len(took) % len(chats)], "text": TEXT, "parse_mode": "HTML"}
            async with client.post(f"{url}/bot{TOKEN}/sendMessage", data=fields) as answer:
                assert answer.status == 200
                await answer.read()
            took.append(time.perf_counter() - start)
    return took


async def _load(load: Load, url: str, chats: list[int]) -> list[float]:
    until = time.perf_counter() + SECONDS
    shares = (chats[number::IN_FLIGHT] for number in range(IN_FLIGHT))
    return [
        seconds for times in await asyncio.gather(*(load(url, share, until) for share in shares)) for seconds in times
    ]


def measure(load: Load, *, checks: bool) -> tuple[float, float, float, float]:
    """Return requests a second, ms at the median and the 99th percentile, and processor ms per request."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(checks, theirs))
    process.start()
    url, chats = ours.recv()
    took = sorted(uvloop.run(_load(load, url, chats)))
    ours.send("stop")
    total, used = ours.recv()
    process.join()
    assert total == len(took), "every answer is a delivery"
    return len(took) / SECONDS, took[len(took) // 2] * 1e3, took[len(took) * 99 // 100] * 1e3, used / total * 1e3


def main() -> None:
    """Print the table."""
    print("client   checks  sendMessage/s  median ms  p99 ms  server ms/request")
    for name, load in {"plain": plain, "aiohttp": usual}.items():
        for checks in (False, True):
            rate, median, slow, used = measure(load, checks=checks)
            print(f"{name:8} {'on' if checks else 'off':6} {rate:13,.0f} {median:10.1f} {slow:7.1f} {used:18.3f}")


if __name__ == "__main__":
    main()
