"""The bot without its scheduler: a test has its services, and may let it receive updates."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import handlers
from bot import app, config
from bot.app import Dispatcher, Services
from bot.content.loading import Content
from bot.messages.gateway import Gateway
from bot.messages.limiter import Limiter
from bot.messages.rates import UNLIMITED, Rates
from bot.messages.sender import Sender
from bot.messages.transport import Transport
from bot.messages.uploads import Uploads
from bot.store import Store
from bot.updates.polling import Poller
from bot.updates.receiver import Receiver
from simulator import Simulator
from tests.support import running_bot
from tests.support.cramps import VAULT
from tests.support.waiting import PATIENCE_SECONDS


@asynccontextmanager
async def assembled_bot(
    simulator: Simulator,
    folder: Path,
    rates: Rates = UNLIMITED,
    words: Content | None = None,
    database: str = "",
    **options: Any,
) -> AsyncIterator[tuple[Services, Dispatcher]]:
    """Yield the services on a database in ``folder``, and the application; ``options`` are the sender's.

    With other ``rates``, the simulator's clock must run. ``words`` are the real content, unless others are given.
    ``database`` is the address of another database.
    """
    words = words or running_bot.content()
    given = {"database_url": database} if database else {}
    settings, transport = running_bot.settings(simulator, folder, **given), Transport()
    files = {name: config.ROOT / "assets" / file for name, file in words.edition().uploads().items()}
    limiter = Limiter(rates, running_bot.monotonic(simulator.clock))
    sender = Sender(Gateway(transport, settings.bot_url, limiter), Uploads(files, {}, lambda *_: None), **options)
    async with Store.open(settings.database_url.get_secret_value()) as store:
        services = Services(settings, words, store, sender, simulator.clock, VAULT)
        application = app.build(transport, services)
        await transport.initialize()
        try:
            yield services, application
        finally:
            await application.shutdown()
            await transport.shutdown()


@asynccontextmanager
async def receiving_updates(
    simulator: Simulator, services: Services, application: Dispatcher
) -> AsyncIterator[Receiver]:
    """Receive and answer updates until the end of the block."""
    handlers.install(application)
    await application.initialize()
    handle = partial(app.handle, application)
    receiver = Receiver(services.store, handle, handlers.answer_finder(services), services.clock)
    async with Poller(services.settings.bot_url, simulator.clock) as poller:
        polling = asyncio.create_task(poller.run(receiver))
        try:
            yield receiver
        finally:
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)
            await receiver.drain(PATIENCE_SECONDS)
