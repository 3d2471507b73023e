"""A bot that receives updates by webhook and responds as a test decides."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp.web import BaseRequest, Response, Server

from tests.support.waiting import until

Answering = Callable[[dict[str, Any]], Awaitable[Response]]


async def accept(_update: dict[str, Any]) -> Response:
    return Response()


@dataclass
class BotServer:
    """A bot's server: records the calls in order, and responds as `answering` decides."""

    answering: Answering = accept
    url: str = ""
    calls: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    open: int = 0
    most_open: int = 0

    @property
    def texts(self) -> list[str]:
        return [call["message"]["text"] for call in self.calls]

    async def called(self, times: int) -> None:
        await until(lambda: len(self.calls) >= times)

    async def handle(self, request: BaseRequest) -> Response:
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        update = orjson.loads(await request.read())
        self.calls.append(update)
        self.headers.append(dict(request.headers))
        try:
            return await self.answering(update)
        finally:
            self.open -= 1


@asynccontextmanager
async def bot_server(tls: ssl.SSLContext | None = None) -> AsyncIterator[BotServer]:
    """Serve a bot on loopback, on a free port, over HTTPS if `tls` is given."""
    bot = BotServer()
    web = Server(bot.handle)
    listener = await asyncio.get_running_loop().create_server(web, "127.0.0.1", 0, ssl=tls)
    bot.url = f"http{'s' if tls else ''}://127.0.0.1:{listener.sockets[0].getsockname()[1]}/hook"
    try:
        yield bot
    finally:
        listener.close()
        await web.shutdown(timeout=0.1)
