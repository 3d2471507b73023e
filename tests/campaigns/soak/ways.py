"""Two ways to send updates to the bot, long polling and webhook, and copies of updates."""

import asyncio
import math
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from random import Random
from typing import Protocol
from urllib.parse import urlsplit

import orjson

from simulator import Fault, Request, Simulator
from tests.campaigns.soak.traffic import OneUpdate
from tests.support import running_bot
from tests.support.waiting import pause

TIMES, TIMES_SHARES = (1, 2, 3), (60, 30, 10)
LATEST = 20_000
"""A copy is sent at most this many updates later: as often within a hundred as between a hundred and ten thousand."""
MOST_WAITING = 300
"""Updates that wait at Telegram, at most. The bot always has work, so that a kill finds it busy."""
CONNECTIONS = 48
CHECK_SECONDS, BUSY_SECONDS = 0.005, 0.05
"""How often to check for confirmed updates, and how long to wait after a call that the bot did not take."""
TAKEN = b"200"
Moment = Callable[[], Awaitable[None]]


class Way(Protocol):
    """A way to send updates. ``settings`` are the bot's. A copy is sent at least ``soonest`` updates later."""

    settings: Mapping[str, str]
    soonest: int
    sent: int

    async def bring(self, updates: Iterator[OneUpdate], moment: Moment) -> None:
        """Send all updates until the bot has confirmed each. ``moment`` is awaited every now and then."""


class Copies:
    """Repeats updates: each is sent one to three times, the copies among later updates."""

    def __init__(self, random: Random, soonest: int) -> None:
        self._random = random
        self._soonest = math.log(soonest)
        self._later: defaultdict[int, list[OneUpdate]] = defaultdict(list)
        self._number = 0

    def of(self, updates: Iterable[OneUpdate]) -> Iterator[OneUpdate]:
        """Yield these updates, and the copies that are due between them."""
        for update in updates:
            yield update
            (times,) = self._random.choices(TIMES, TIMES_SHARES)
            for _ in range(times - 1):
                gap = int(math.exp(self._random.uniform(self._soonest, math.log(LATEST))))
                self._later[self._number + gap - 1].append(update)
            yield from self._later.pop(self._number, ())
            self._number += 1

    def remaining(self) -> Iterator[OneUpdate]:
        """Yield the copies that are left after the last update."""
        for number in sorted(self._later):
            yield from self._later.pop(number)


class Polling:
    """Long polling. A batch that is not confirmed when the bot is killed is sent to the next run again."""

    settings: Mapping[str, str] = {"PORT": "0"}
    soonest = MOST_WAITING + 1  # otherwise a copy would replace the original in the queue

    def __init__(self, simulator: Simulator) -> None:
        self._updates = simulator.updates
        self.sent = 0

    async def bring(self, updates: Iterator[OneUpdate], moment: Moment) -> None:
        for update in updates:
            self._updates.add_raw(update.raw, update.chat)
            self.sent += 1
            if len(self._updates) >= MOST_WAITING:
                await self._until_fetched(MOST_WAITING // 2)
                await moment()
        await self._until_fetched(0)

    async def _until_fetched(self, but: int) -> None:
        while len(self._updates) > but:
            await pause(CHECK_SECONDS)


class Webhook:
    """Webhook calls on several connections, so that copies overtake each other. Each call is repeated until it is taken."""

    soonest = 1

    def __init__(self, simulator: Simulator) -> None:
        given = running_bot.webhook_settings()
        self.settings: Mapping[str, str] = {name.upper(): str(value) for name, value in given.items()}
        parts = urlsplit(given["webhook_url"])
        self._address = (parts.hostname, parts.port)
        head = f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\n"
        self._head = f"{head}X-Telegram-Bot-Api-Secret-Token: {given['webhook_secret']}\r\nContent-Length: ".encode()
        self._is_known = asyncio.Event()
        simulator.faults.add(Fault("setwebhook", times=None, when=self._note))
        self.sent = 0

    def _note(self, request: Request) -> bool:
        self._is_known.set()
        return False

    async def bring(self, updates: Iterator[OneUpdate], moment: Moment) -> None:
        await self._is_known.wait()
        async with asyncio.TaskGroup() as group:
            for _ in range(CONNECTIONS):
                group.create_task(self._send_on_one_connection(updates, moment))

    async def _send_on_one_connection(self, updates: Iterator[OneUpdate], moment: Moment) -> None:
        connection = Connection(self._address)
        for update in updates:
            body = orjson.dumps(update.raw)
            while await connection.call(b"%b%d\r\n\r\n%b" % (self._head, len(body), body)) != TAKEN:
                await pause(BUSY_SECONDS)
            self.sent += 1
            await moment()
        connection.close()


class Connection:
    """A connection to the bot, opened when needed. It is written by hand, as an HTTP client costs more than the bot."""

    def __init__(self, address: tuple[str | None, int | None]) -> None:
        self._address = address
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def call(self, request: bytes) -> bytes:
        """Send a request; return the status of the response, or nothing if there is no response."""
        try:
            reader, writer = self._open = self._open or await asyncio.open_connection(*self._address)
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
        except (OSError, EOFError):
            self.close()
            return b""
        assert b"\r\nContent-Length: 0\r\n" in head, head
        return head.split(maxsplit=2)[1]

    def close(self) -> None:
        if self._open:
            self._open[1].close()
        self._open = None


WAYS: Mapping[str, Callable[[Simulator], Way]] = {"polling": Polling, "webhook": Webhook}
