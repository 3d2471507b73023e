"""What the bot serves over HTTP: how it is, what it has done, and, if Telegram calls it, the webhook."""

import asyncio
import contextlib
import importlib
import logging
import time
from collections.abc import AsyncIterator, Iterable

from aiohttp import web

from bot.config import Settings
from bot.counters import counts
from bot.errors import SettingsError
from bot.operations.health import Examination
from bot.parsing import lenient_json

LARGEST_BODY = 4_000_000
CLOSE_SECONDS = 2.0
"""How long those who are being answered at the end may still take."""
LAG_SECONDS = 1.0
TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8"
log = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def listening(settings: Settings, probes: "Probes", routes: Iterable[web.RouteDef]) -> AsyncIterator[None]:
    """Serve ``probes`` and ``routes`` until the end of the block.

    A port that cannot be had is a ``SettingsError`` where Telegram is to call, and a line in the log otherwise.
    """
    if not settings.port:
        yield
        return
    server = web.Application(client_max_size=LARGEST_BODY)
    server.add_routes([*probes.routes(), *routes])
    server.cleanup_ctx.append(probes.watching)
    runner = web.AppRunner(server, access_log=None, shutdown_timeout=CLOSE_SECONDS)
    await runner.setup()
    try:
        await _listen(runner, settings)
        yield
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, settings: Settings) -> None:
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
    except OSError as error:
        why = f"cannot be listened on at this HOST ({error.strerror})"
        if settings.webhook_url:
            raise SettingsError(f"PORT: {why}") from None
        log.warning("PORT: %d %s; the bot runs without /healthz and /metrics", settings.port, why)


class Probes:
    """``/healthz`` and ``/metrics``."""

    def __init__(self, examination: Examination) -> None:
        self._examination = examination
        self._lag = 0.0

    def routes(self) -> list[web.RouteDef]:
        """Where they are."""
        return [web.get("/healthz", self.health), web.get("/metrics", self.metrics)]

    async def health(self, _: web.Request) -> web.Response:
        """How the bot is, with status 200 if all is well and 503 if not."""
        health = await self._examination.look()
        dead = counts["updates", "dead"]
        shown = {"problems": health.problems, **vars(health), "inbox_dead": dead}
        status = 503 if health.problems else 200
        return web.Response(body=lenient_json.dumps(shown), status=status, content_type="application/json")

    async def metrics(self, _: web.Request) -> web.Response:
        """What has happened, for Prometheus. Its library is loaded for those who use it: it costs 1 MiB."""
        metrics = importlib.import_module("bot.operations.metrics")
        lag, self._lag = self._lag, 0.0
        text = metrics.exposition(counts, await self._examination.look(), lag)
        return web.Response(body=text, headers={"Content-Type": TEXT_FORMAT})

    async def watching(self, _: web.Application) -> AsyncIterator[None]:
        """Note, as long as the server runs, how much later than it should the event loop comes back."""
        watching = asyncio.create_task(self._watch())
        yield
        watching.cancel()

    async def _watch(self) -> None:
        while True:
            began = time.monotonic()
            await asyncio.sleep(LAG_SECONDS)
            self._lag = max(self._lag, time.monotonic() - began - LAG_SECONDS)
