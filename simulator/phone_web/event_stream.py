"""Server-Sent Events: everything that happens, as it happens."""

import asyncio

from aiohttp.web import BaseRequest, StreamResponse

from simulator.state.events import Events

STILL_HERE_EVERY = 15.0


async def watch(events: Events, request: BaseRequest) -> StreamResponse:
    """Stream events until the page goes away or the simulator closes."""
    response = StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await response.prepare(request)
    with events.listening() as waiting:
        try:
            await response.write(b": hello\n\n")
            while (event := await _next(waiting)) is not None:
                await response.write(event)
        except ConnectionError:
            pass
    return response


async def _next(waiting: asyncio.Queue[bytes | None]) -> bytes | None:
    try:
        async with asyncio.timeout(STILL_HERE_EVERY):
            return await waiting.get()
    except TimeoutError:
        return b": still here\n\n"
