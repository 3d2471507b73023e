"""The bot without its ticking: it listens and answers, and what it is made of is at hand."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import handlers
from bot import app, config
from bot.app import Dispatcher, Services
from bot.limiter import UNLIMITED, Limiter
from bot.outgoing import Outgoing
from bot.pictures import Pictures
from bot.poller import Poller
from bot.receiver import Receiver
from bot.sender import Sender
from bot.store import Store
from bot.transport import Transport
from simulator import Simulator
from tests import fakes


@asynccontextmanager
async def built(simulator: Simulator, folder: Path, **options: Any) -> AsyncIterator[tuple[Services, Dispatcher]]:
    """The services on a database in ``folder``, and the application that has them; ``options`` are the sender's."""
    settings, words, transport = fakes.settings(simulator, folder), fakes.content(), Transport()
    files = {name: config.ROOT / "assets" / each.file for name, each in words.edition().pictures.items()}
    limiter = Limiter(UNLIMITED, fakes.monotonic(simulator.clock))
    sender = Sender(Outgoing(transport, settings.bot_url, limiter), Pictures(files, {}, lambda *_: None), **options)
    async with Store.open(settings.database_url.get_secret_value()) as store:
        services = Services(settings, words, store, sender, simulator.clock)
        application = app.build(transport, settings)
        application.bot_data["services"] = services
        await transport.initialize()
        try:
            yield services, application
        finally:
            await application.shutdown()
            await transport.shutdown()


@asynccontextmanager
async def listening(simulator: Simulator, services: Services, application: Dispatcher) -> AsyncIterator[Receiver]:
    """Answer until the end of the block."""
    handlers.install(application, services)
    await application.initialize()
    handle = partial(app.handle, application)
    receiver = Receiver(services.store, handle, handlers.is_urgent(services.content), services.clock)
    async with Poller(services.settings.bot_url, simulator.clock) as poller:
        polling = asyncio.create_task(poller.run(receiver))
        try:
            yield receiver
        finally:
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)
            await receiver.drain(fakes.PATIENCE_SECONDS)
