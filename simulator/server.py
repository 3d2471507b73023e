"""`Simulator`: everything put together. Create one, serve it on this machine, and act for its people in Python."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import lru_cache, partial
from typing import Any, cast
from urllib.parse import urlsplit

from aiohttp.web import BaseRequest, RequestHandler, Server, StreamResponse

from simulator.bot_api.endpoint import BotApi, Conditions, bot_id
from simulator.bot_api.flood_control import FloodControl, Limits
from simulator.bot_api.media import LARGEST_UPLOAD
from simulator.bot_api.responses import Answer
from simulator.clock import SkippableClock
from simulator.faults import Faults
from simulator.phone import Phone
from simulator.phone_web.routes import PhoneWeb
from simulator.state.judge import Judge
from simulator.state.people import Person
from simulator.state.profile import Profile
from simulator.state.world import World
from simulator.updates.queue import UpdateQueue
from simulator.updates.webhook import is_loopback

TOKEN = "1234567890:a-token-that-opens-nothing-anywhere"  # noqa: S105 (it is worth nothing)
_LARGEST_REQUEST = LARGEST_UPLOAD + 1024 * 1024


class Simulator:
    """A Telegram on this machine, for one bot.

    - `token`: the bot's token. The number in it is the bot's id. ValueError if it is not like a token of Telegram.
    - `clock`: the time (aware, UTC), which can be skipped ahead. By default it starts at the machine's time.
    - `checks`: False accepts texts, markup and keyboards unchecked, for load tests.
    - `round_trip`: seconds added to every response.
    - `limits`: how fast the bot may send; None sets no limit.
    - `keep`: messages kept in each chat; None keeps all. The judge keeps a hundred times as many deliveries.
    - `brake`: seconds by which hasty polls are slowed. Telegram's value is 3; 0 makes tests quick.
    - `name`, `username`: those of the bot.

    Everything is kept in memory, except uploaded files: they lie in a temporary folder, which is removed when `serve`
    ends.
    """

    def __init__(
        self,
        token: str = TOKEN,
        *,
        clock: SkippableClock | None = None,
        checks: bool = True,
        round_trip: float = 0.0,
        limits: Limits | None = None,
        keep: int | None = 1000,
        brake: float = 3.0,
        name: str = "Charley",
        username: str = "charley_bot",
    ) -> None:
        self.token = token
        self.clock = clock or SkippableClock()
        self.url, self.port = "", 0
        profile = Profile(bot_id(token), username, {"": name})
        self.world = World(profile, self.clock, checks=checks, keep=keep)
        flood = FloodControl(limits, self.clock) if limits else None
        self.conditions = Conditions(Faults(), flood, round_trip)
        self.phone = Phone(self.world)
        self._bot_api = BotApi(self.world, token, self.conditions, brake)
        self._phone_web = PhoneWeb(self.world, self.phone, self.conditions.faults)
        self._beyond_loopback = False

    @property
    def faults(self) -> Faults:
        """What goes wrong on purpose."""
        return self.conditions.faults

    @property
    def judge(self) -> Judge:
        """The complete list of what people received."""
        return self.world.judge

    @property
    def updates(self) -> UpdateQueue:
        """The updates that the bot has not confirmed. Raw updates can be added."""
        return self.world.updates

    @property
    def is_polled(self) -> bool:
        """Whether the bot waits for updates in a long poll."""
        return self._bot_api.updates.is_polled

    def add_person(self, name: str = "", **fields: Any) -> Person:
        """Add a person. `fields` are those of `simulator.state.people.Person`."""
        return self.world.add_person(name, **fields)

    @asynccontextmanager
    async def serve(
        self, host: str = "127.0.0.1", port: int = 0, *, beyond_loopback: bool = False
    ) -> AsyncIterator["Simulator"]:
        """Serve over HTTP. `url` is then the address.

        Args:
            host: The name or IP address to listen on.
            port: The port to listen on; 0 takes any free port.
            beyond_loopback: Allow a host that other machines can reach. Whoever reaches the port can then read every
                chat and write in any person's name.

        Raises:
            ValueError: if other machines can reach `host` and `beyond_loopback` is not set.
            OSError: if the port is taken or not allowed.
        """
        if not (is_loopback(host) or beyond_loopback):
            raise ValueError(f"{host} can be reached from outside this machine")
        self._beyond_loopback = beyond_loopback
        web = _WebServer(self._handle, self._bot_api.hang_up)
        loop = asyncio.get_running_loop()
        listener = await loop.create_server(
            lambda: _HangUp() if self.faults and self.faults.on_connection() else web(), host, port
        )
        self.port = listener.sockets[0].getsockname()[1]
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{self.port}"
        unsubscribe = self.clock.subscribe(lambda: self.world.events.publish("clock", now=self.clock().isoformat()))
        try:
            yield self
        finally:
            unsubscribe()
            listener.close()
            # Streams and polls are closed first, because the server would wait for them to end.
            self.world.events.close()
            await self._bot_api.updates.close()
            await web.shutdown(timeout=0.1)
            self.world.files.close()

    async def _handle(self, request: BaseRequest) -> StreamResponse:
        path = request.path
        if not self._is_own_page(request):
            return Answer(403, b'{"error":"only the page of this server may do this"}').response()
        if path.startswith("/bot"):
            return await self._bot_api.handle(request, path[4:])
        if path.startswith("/file/bot"):
            return await self._bot_api.download(path[9:])
        return await self._phone_web.handle(request)

    def _is_own_page(self, request: BaseRequest) -> bool:
        """Return whether a request comes from this server's page, or from a program.

        Another site that is open in the same browser must not act for the people, nor for the bot. Three headers tell.
        `Origin` names the other site. `Sec-Fetch-Site` helps where there is no `Origin`, as in a request
        for a picture. `Host` shows a foreign name that was made to resolve to 127.0.0.1 (DNS rebinding). Any site may
        link to the page.
        """
        origin = request.headers.get("Origin")
        if origin and urlsplit(origin).netloc != request.host:
            return False
        is_foreign = request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}
        is_link = request.headers.get("Sec-Fetch-Mode") == "navigate" and request.path == "/"
        if is_foreign and not is_link:
            return False
        return self._beyond_loopback or _names_this_machine(request.host)


@lru_cache(maxsize=16)
def _names_this_machine(host: str) -> bool:
    """Return whether a Host header names this machine. It is cached, because nearly all requests have the same host."""
    return is_loopback(urlsplit(f"//{host}").hostname or "")


class _WebServer(Server):
    """An HTTP server that calls `on_lost` with every connection that ends."""

    def __init__(self, handle: Any, on_lost: Callable[[RequestHandler], None]) -> None:
        # By default aiohttp refuses bodies above 1 MiB.
        request = partial(BaseRequest, loop=asyncio.get_running_loop(), client_max_size=_LARGEST_REQUEST)
        super().__init__(handle, request_factory=request, access_log=None)
        self._on_lost = on_lost

    def connection_lost(self, handler: RequestHandler, exc: BaseException | None = None) -> None:
        super().connection_lost(handler, exc)
        self._on_lost(handler)


class _HangUp(asyncio.Protocol):
    """Breaks every connection before anything is read."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # A TCP transport has `abort`. The cast is for mypy: uvloop's class inherits from none of asyncio's.
        cast("asyncio.Transport", transport).abort()
