"""The line between the bot and Telegram, or its database, which can be down, or carry nothing."""

import asyncio
import contextlib
from itertools import cycle
from typing import Self


class Line:
    """Carries bytes from a port of its own to ``targets`` in turn; while it is down, connections to it are refused."""

    def __init__(self, *targets: int) -> None:
        self._targets = cycle(targets)
        self.port = 0
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._server: asyncio.Server | None = None
        self._calls: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Where Telegram is, for the bot."""
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        await self.put_up()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.take_down()

    async def put_up(self) -> None:
        """Take calls, at the same address as before."""
        self._server = await asyncio.start_server(self._call, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def take_down(self) -> None:
        """Break every call, and refuse new ones."""
        if self._server:
            self._server.close()
            self._server = None
        for call in self._calls:
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)

    def hold(self) -> None:
        """Carry nothing, in either direction; calls are taken and stay open."""
        self._flowing.clear()

    def release(self) -> None:
        """Carry again, also what was held."""
        self._flowing.set()

    async def _call(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._calls.add(task)
        try:
            there, back = await asyncio.open_connection("127.0.0.1", next(self._targets))
        except OSError:
            self._calls.discard(task)
            writer.close()
            return
        try:
            ends = [asyncio.create_task(self._carry(reader, back)), asyncio.create_task(self._carry(there, writer))]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            pass
        finally:
            self._calls.discard(task)
            for end in ends:
                end.cancel()
            await asyncio.gather(*ends, return_exceptions=True)
            for one in (writer, back):
                one.close()
                with contextlib.suppress(OSError):
                    await one.wait_closed()

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while part := await source.read(65536):
            await self._flowing.wait()
            sink.write(part)
            await sink.drain()
