"""The stream of events for the page, as Server-Sent Events (WHATWG HTML, section 9.2)."""

import asyncio

from aiohttp.web import BaseRequest, StreamResponse

from simulator.state.events import Events

KEEP_ALIVE_SECONDS = 15.0
"""After this long without an event a comment is sent. Otherwise nobody would notice that the page has gone."""


async def stream_events(events: Events, request: BaseRequest) -> StreamResponse:
    """Send every event until the page closes the connection or no more events follow."""
    response = StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await response.prepare(request)
    with events.listening() as queue:
        try:
            await response.write(b": hello\n\n")  # a comment, so that the headers leave at once
            while (event := await _next_event(queue)) is not None:
                await response.write(event)
        except ConnectionError:
            pass  # the page was closed
    return response


async def _next_event(queue: asyncio.Queue[bytes | None]) -> bytes | None:
    try:
        async with asyncio.timeout(KEEP_ALIVE_SECONDS):
            return await queue.get()
    except TimeoutError:
        return b": still here\n\n"
