"""The whole simulator: make one, serve it on loopback, drive the people from Python."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast
from urllib.parse import urlsplit

from aiohttp.web import BaseRequest, Server, StreamResponse

from simulator.bot_api.endpoint import BotApi, Conditions
from simulator.bot_api.flood_control import FloodControl, Limits
from simulator.bot_api.responses import Answer
from simulator.clock import SkippableClock
from simulator.faults import Faults
from simulator.phone import Phone
from simulator.phone_web.routes import PhoneWeb
from simulator.state.files import LARGEST_UPLOAD
from simulator.state.judge import Judge
from simulator.state.people import Person
from simulator.state.profile import Profile
from simulator.state.world import World
from simulator.updates.queue import UpdateQueue
from simulator.updates.webhook import is_loopback

TOKEN = "1234567890:a-token-that-opens-nothing-anywhere"  # noqa: S105 (it is worth nothing)
_LARGEST_REQUEST = LARGEST_UPLOAD + 1024 * 1024


class Simulator:
    """Telegram on this machine, for one bot.

    - `token`: the bot's; its number is the bot's id.
    - `clock`: aware UTC, may be skipped; the machine's own by default.
    - `checks`: False takes texts as they come (no markup, lengths or keyboards checked), for load.
    - `round_trip`: seconds added to every answer.
    - `limits`: how often the bot may send; None lets it send as fast as it can.
    - `keep`: messages kept per chat (None: all); a hundred times as many deliveries are kept.
    - `brake`: seconds by which Telegram slows hasty polls; 0 for quick tests.

    Nothing outlives `serve` but what is in memory: uploaded files are in a temporary folder, removed at its end.
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
        profile = Profile(int(token.partition(":")[0]), username, {"": name})
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
        """What people really received."""
        return self.world.judge

    @property
    def updates(self) -> UpdateQueue:
        """What the bot has not confirmed yet; raw updates can be put in."""
        return self.world.updates

    @property
    def is_polled(self) -> bool:
        """Whether the bot waits for updates in a long poll."""
        return self._bot_api.receiving.is_polled

    def add_person(self, name: str = "", **fields: Any) -> Person:
        """Somebody new; the fields are those of `simulator.state.people.Person`."""
        return self.world.add_person(name, **fields)

    @asynccontextmanager
    async def serve(
        self, host: str = "127.0.0.1", port: int = 0, *, beyond_loopback: bool = False
    ) -> AsyncIterator["Simulator"]:
        """Serve over HTTP; `url` tells where. ValueError for a host beyond loopback, unless that is allowed.

        Beyond loopback anybody who can reach the port can read every chat and write in any name.
        """
        if not (is_loopback(host) or beyond_loopback):
            raise ValueError(f"{host} can be reached from outside this machine")
        self._beyond_loopback = beyond_loopback
        web = Server(self._handle, request_factory=_request, access_log=None)
        loop = asyncio.get_running_loop()
        listener = await loop.create_server(lambda: self._protocol(web), host, port)
        self.port = listener.sockets[0].getsockname()[1]
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{self.port}"
        unsubscribe = self.clock.subscribe(self._tell_time)
        try:
            yield self
        finally:
            unsubscribe()
            listener.close()
            await self._close(web)

    async def _close(self, web: Server) -> None:
        self.world.events.close()
        await self._bot_api.receiving.close()
        await web.shutdown(timeout=0.1)
        self.world.files.close()

    def _protocol(self, web: Server) -> asyncio.BaseProtocol:
        return _Doorstep() if self.faults and self.faults.on_connection() else web()

    async def _handle(self, request: BaseRequest) -> StreamResponse:
        path = request.path
        if path.startswith("/bot"):
            return await self._bot_api.handle(request, path[4:])
        if path.startswith("/file/bot"):
            return await self._bot_api.download(path[9:])
        if not self._is_from_here(request):
            return Answer(403, b'{"error":"only the page of this server may ask"}').response()
        return await self._phone_web.handle(request)

    def _is_from_here(self, request: BaseRequest) -> bool:
        """Pages of other sites, open in the same browser, may not play with the phones."""
        origin = request.headers.get("Origin")
        if origin and urlsplit(origin).netloc != request.host:
            return False
        return self._beyond_loopback or is_loopback(urlsplit(f"//{request.host}").hostname or "")

    def _tell_time(self) -> None:
        self.world.events.tell("clock", now=self.clock().isoformat())


class _Doorstep(asyncio.Protocol):
    """Hangs up on whoever connects."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        cast("asyncio.Transport", transport).abort()  # TCP has no other; uvloop's own class inherits from none


def _request(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> BaseRequest:
    loop = asyncio.get_running_loop()
    return BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=_LARGEST_REQUEST)
