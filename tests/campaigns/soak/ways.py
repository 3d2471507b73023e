"""How updates get to the bot: it fetches them, or Telegram calls. Many come once or twice more."""

import asyncio
import math
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from random import Random
from typing import Protocol
from urllib.parse import urlsplit

import orjson

from simulator import Fault, Request, Simulator
from tests.campaigns.soak.traffic import Coming
from tests.support import running_bot
from tests.support.waiting import pause

TIMES, TIMES_SHARES = (1, 2, 3), (60, 30, 10)
LATEST = 20_000
"""So many updates later a copy comes at the latest; as often within a hundred as between one hundred and ten thousand."""
MOST_WAITING = 300
"""So many updates at Telegram at most: the bot is never out of work, and a kill finds it busy."""
CONNECTIONS = 48
LOOK_SECONDS, BUSY_SECONDS = 0.005, 0.05
"""How often it is looked whether the bot goes on, and how long it is left alone when it takes no call."""
TAKEN = b"200"
Moment = Callable[[], Awaitable[None]]


class Way(Protocol):
    """``settings`` for the bot, by name; a copy may come so many updates later at the ``soonest``."""

    settings: Mapping[str, str]
    soonest: int
    sent: int

    async def bring(self, updates: Iterator[Coming], moment: Moment) -> None:
        """All of them, until the bot has confirmed each; ``moment`` is awaited every now and then."""


class Copies:
    """Repeats updates: what is once in ``of`` comes one to three times, also between those that are given later."""

    def __init__(self, random: Random, soonest: int) -> None:
        self._random = random
        self._soonest = math.log(soonest)
        self._later: defaultdict[int, list[Coming]] = defaultdict(list)
        self._number = 0

    def of(self, updates: Iterable[Coming]) -> Iterator[Coming]:
        """These, and what is due between them."""
        for update in updates:
            yield update
            (times,) = self._random.choices(TIMES, TIMES_SHARES)
            for _ in range(times - 1):
                gap = int(math.exp(self._random.uniform(self._soonest, math.log(LATEST))))
                self._later[self._number + gap - 1].append(update)
            yield from self._later.pop(self._number, ())
            self._number += 1

    def rest(self) -> Iterator[Coming]:
        """What would have come after the end."""
        for number in sorted(self._later):
            yield from self._later.pop(number)


class Fetched:
    """By long polling. A batch that is not confirmed when the bot is killed is given to the next one again."""

    settings: Mapping[str, str] = {"PORT": "0"}
    soonest = MOST_WAITING + 1  # or a copy would take the place of the first one in the queue

    def __init__(self, simulator: Simulator) -> None:
        self._updates = simulator.updates
        self.sent = 0

    async def bring(self, updates: Iterator[Coming], moment: Moment) -> None:
        for update in updates:
            self._updates.add_raw(update.raw, update.chat)
            self.sent += 1
            if len(self._updates) >= MOST_WAITING:
                await self._fetched(MOST_WAITING // 2)
                await moment()
        await self._fetched(0)

    async def _fetched(self, but: int) -> None:
        while len(self._updates) > but:
            await pause(LOOK_SECONDS)


class Called:
    """By webhook: side by side, so that copies overtake each other, and each again until it is taken."""

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

    async def bring(self, updates: Iterator[Coming], moment: Moment) -> None:
        await self._is_known.wait()
        async with asyncio.TaskGroup() as group:
            for _ in range(CONNECTIONS):
                group.create_task(self._line(updates, moment))

    async def _line(self, updates: Iterator[Coming], moment: Moment) -> None:
        connection = Connection(self._address)
        for update in updates:
            body = orjson.dumps(update.raw)
            while await connection.call(b"%b%d\r\n\r\n%b" % (self._head, len(body), body)) != TAKEN:
                await pause(BUSY_SECONDS)
            self.sent += 1
            await moment()
        connection.close()


class Connection:
    """One to the bot, opened whenever it is needed. By hand, as a client would cost more than the bot itself."""

    def __init__(self, address: tuple[str | None, int | None]) -> None:
        self._address = address
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def call(self, request: bytes) -> bytes:
        """The status of the answer; nothing if there is none."""
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


WAYS: Mapping[str, Callable[[Simulator], Way]] = {"polling": Fetched, "webhook": Called}
