"""A proxy between the bot and Telegram, or its database, that can refuse connections or hold data back."""

import asyncio
import contextlib
from itertools import cycle
from typing import Self


class TcpProxy:
    """Carries bytes from a port of its own to the ports ``targets``, one connection each in turn.

    While it is stopped, connections are refused. A connection that is to carry the bytes ``breaks_at`` breaks instead.
    """

    def __init__(self, *targets: int) -> None:
        self._targets = cycle(targets)
        self.port = 0
        self.breaks_at: bytes | None = None
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """The address of Telegram that the bot is given."""
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Accept connections, on the same port as before."""
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Break every connection, and refuse new ones."""
        if self._server:
            self._server.close()
            self._server = None
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    def hold(self) -> None:
        """Carry nothing, in either direction; connections are accepted and stay open."""
        self._flowing.clear()

    def release(self) -> None:
        """Carry everything again, starting with what was held."""
        self._flowing.set()

    async def _target(self) -> int:
        """Return the port for one more connection."""
        return next(self._targets)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._connections.add(task)
        try:
            there, back = await asyncio.open_connection("127.0.0.1", await self._target())
        except (OSError, asyncio.CancelledError):  # the proxy may be stopped meanwhile
            self._connections.discard(task)
            writer.close()
            return
        try:
            ends = [asyncio.create_task(self._carry(reader, back)), asyncio.create_task(self._carry(there, writer))]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            pass
        finally:
            self._connections.discard(task)
            for end in ends:
                end.cancel()
            await asyncio.gather(*ends, return_exceptions=True)
            for stream in (writer, back):
                stream.close()
                with contextlib.suppress(OSError):
                    await stream.wait_closed()

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while part := await source.read(65536):
            await self._flowing.wait()
            if self.breaks_at and self.breaks_at in part:
                return
            sink.write(part)
            await sink.drain()
