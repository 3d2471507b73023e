"""The HTTP server: health, readiness and metrics, and the webhook if one is set."""

import asyncio
import contextlib
import importlib
import logging
import time
from collections.abc import AsyncIterator, Iterable

from aiohttp import web, web_response
from aiohttp.http_exceptions import HttpProcessingError

from bot.config import Settings
from bot.counters import counts
from bot.errors import SettingsError
from bot.operations.health import HealthCheck
from bot.parsing import lenient_json

LARGEST_BODY = 1_000_000
"""Bytes of a request; the Caddyfile has the same limit. Telegram's updates are a hundredth of it."""
STRANGERS_ERRORS = (HttpProcessingError, web.RequestPayloadError, ConnectionError)
"""Errors of a request, and not of the bot: it is malformed, too long, or broken off."""
SERVER_NAME = "Charley"
CLOSE_SECONDS = 2.0
"""How long a stop waits for requests that are still being answered."""
LAG_SECONDS = 1.0
TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8"
log = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def listening(settings: Settings, probes: "Probes", routes: Iterable[web.RouteDef]) -> AsyncIterator[None]:
    """Serve ``probes`` and ``routes`` during the block.

    If the port cannot be used, a bot with a webhook raises ``SettingsError``, and a bot that polls logs a warning.
    """
    if not settings.port:
        yield
        return
    # Otherwise each answer would tell strangers our versions. aiohttp has no option to prevent that.
    web_response.SERVER_SOFTWARE = SERVER_NAME  # type: ignore[attr-defined]
    logging.getLogger("aiohttp.server").addFilter(_is_our_fault)
    server = web.Application(client_max_size=LARGEST_BODY)
    server.add_routes([*probes.routes(), *routes])
    server.cleanup_ctx.append(probes.measuring_lag)
    # Telegram compresses nothing, and a stranger's compressed body could unpack to any size.
    runner = web.AppRunner(server, access_log=None, shutdown_timeout=CLOSE_SECONDS, auto_decompress=False)
    async with contextlib.AsyncExitStack() as stack:
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        try:
            await web.TCPSite(runner, settings.host, settings.port).start()
        except OSError as error:
            why = f"cannot listen on port {settings.port} of HOST ({error.strerror})"
            if settings.webhook_url:
                raise SettingsError(f"PORT: {why}") from None
            log.warning("PORT: %s; the bot runs without /healthz and /metrics", why, extra={"action": "no_http"})
        yield


def _is_our_fault(record: logging.LogRecord) -> bool:
    """Return whether an error is to be logged. The error of a bad request is not: strangers could fill the log."""
    return not (record.exc_info and isinstance(record.exc_info[1], STRANGERS_ERRORS))


class Probes:
    """Answers ``/healthz``, ``/readyz`` and ``/metrics`` for monitoring and proxies."""

    def __init__(self, health_check: HealthCheck) -> None:
        self._health_check = health_check
        self._lag = 0.0

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of the three pages."""
        return [
            web.get("/healthz", self.health),
            web.get("/readyz", self.readiness),
            web.get("/metrics", self.metrics),
        ]

    async def health(self, _: web.Request) -> web.Response:
        """Return the health as JSON, with status 200 if there are no problems, and 503 otherwise."""
        health = await self._health_check.check()
        shown = {"problems": health.problems, **vars(health), "inbox_dead": counts["updates", "dead"]}
        status = 503 if health.problems else 200
        return web.Response(body=lenient_json.dumps(shown), status=status, content_type="application/json")

    async def readiness(self, _: web.Request) -> web.Response:
        """Return 200 from the active process and 503 from a standby, so that a proxy picks the right one.

        An active process with problems stays ready. Its problems come from the database or from a rush, so another
        process would be no better off, and a call for relief must reach some process.
        """
        return web.Response(status=200 if self._health_check.is_active() else 503)

    async def metrics(self, _: web.Request) -> web.Response:
        """Return the metrics for Prometheus. Their library takes 1 MiB, so it is loaded by the first request."""
        metrics = importlib.import_module("bot.operations.metrics")
        lag, self._lag = self._lag, 0.0
        text = metrics.exposition(counts, await self._health_check.check(), lag)
        return web.Response(body=text, headers={"Content-Type": TEXT_FORMAT})

    async def measuring_lag(self, _: web.Application) -> AsyncIterator[None]:
        """Measure the event loop's stalls for as long as the server runs."""
        measuring = asyncio.create_task(self._measure_lag())
        yield
        measuring.cancel()

    async def _measure_lag(self) -> None:
        while True:
            began = time.monotonic()
            await asyncio.sleep(LAG_SECONDS)
            self._lag = max(self._lag, time.monotonic() - began - LAG_SECONDS)
