"""The one place where everything is put together, and served until told to end."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from telegram.error import InvalidToken, TelegramError

import handlers
import scheduler
from bot import app
from bot.app import Clock, Dispatcher, Services
from bot.config import TELEGRAM, Settings
from bot.content import loading
from bot.errors import SettingsError, StoreError
from bot.messages.gateway import Outgoing
from bot.messages.limits import Asked, Granted, Limiter, Rates
from bot.messages.outcome import judge
from bot.messages.pictures import Pictures
from bot.messages.sender import Sender
from bot.messages.transport import Transport
from bot.operations.health import Examination
from bot.operations.http_server import Probes, listening
from bot.operations.profile import update_profile
from bot.operations.replica import Replica, Turn
from bot.store import Store, memory, rates
from bot.updates.polling import Poller
from bot.updates.receiver import Receiver
from bot.updates.webhook import Webhook

GRACE_SECONDS = 15.0
"""How long what was said to the bot may take to be answered when it ends."""
log = logging.getLogger(__name__)
Receiving = Coroutine[Any, Any, None]


class Source(Protocol):
    """Where updates come from."""

    async def run(self, receiver: Receiver, turn: Turn) -> None:
        """Hand updates to ``receiver`` until cancelled; who polls waits for its ``turn`` first."""


async def run(
    settings: Settings,
    clock: Clock,
    ended: asyncio.Event,
    poller: Poller,
    *,
    limiter: Limiter | None = None,
    is_steady: Callable[[], bool] = lambda: True,
) -> None:
    """Serve until ``ended`` is set; then finish what is in hand, and leave the rest in the inbox.

    Updates come by ``poller``, or by webhook if the settings have one. Messages leave as ``limiter`` lets them, or
    by default as the settings say. Nothing is sent unasked while the clock is not steady.

    Raises ``ContentError``, ``SettingsError`` and ``StoreError``, each with lines for an operator.
    """
    words = handlers.load_content(settings.content_dir)
    async with Store.open(settings.database_url.get_secret_value()) as store:
        transport = Transport()
        pictures = await _pictures(settings.content_dir / "assets", words, store)
        made = limiter or limiter_of(store, Rates(settings.messages_per_second))
        outgoing = Outgoing(transport, settings.bot_url, made, is_paid=settings.paid_broadcasts)
        sender = Sender(outgoing, pictures)
        services = Services(settings, words, store, sender, clock)
        application = app.build(transport, services)
        handlers.install(application)
        receiver = Receiver(store, partial(app.handle, application), handlers.is_urgent(words), clock)
        try:
            await transport.initialize()
            webhook = Webhook(settings, transport) if settings.webhook_url else None
            probes = Probes(_examination(store, clock, webhook or poller))
            async with listening(settings, probes, webhook.routes() if webhook else []):
                if await _introduced(application, settings, ended):
                    ticking = scheduler.running(services, handlers.later(), sender.push, is_steady)
                    async with Replica(store, receiver.adopt) as replica, contextlib.AsyncExitStack() as last:
                        await last.enter_async_context(ticking)
                        source: Source = webhook or poller
                        taking_in = source.run(receiver, replica.turn)
                        await _serve(application, services, receiver, taking_in, ended, end_ticking=last.aclose)
        finally:
            await application.shutdown()
            await transport.shutdown()


async def check(settings: Settings, clock: Clock) -> loading.Content:
    """Put together all that can be without Telegram and a database: what this takes, ``run`` can start.

    Raises ``ContentError`` and ``SettingsError``.
    """
    words = handlers.load_content(settings.content_dir)
    unused: Any = None  # the handlers are made and not asked, so nothing is sent and nothing stored
    transport = Transport()
    handlers.install(app.build(transport, Services(settings, words, unused, unused, clock)))
    Webhook(settings, transport).routes()
    return words


def limiter_of(store: Store, most: Rates) -> Limiter:
    """What keeps the rates: alone, or together with all processes that use the same database."""

    async def ask(asked: Asked) -> Granted | None:
        try:
            return await store.apart(partial(rates.ask, asked=asked, rates=most))
        except StoreError:
            return None
        except Exception as error:  # noqa: BLE001  # who asks must not wait for ever
            log.warning("what all processes may send together cannot be asked: %r", error)
            return None

    return Limiter(most, ask=None if store.is_alone else ask)


def _examination(store: Store, clock: Clock, source: Webhook | Poller) -> Examination:
    if isinstance(source, Webhook):
        return Examination(store, clock, is_set=lambda: source.is_set)
    return Examination(store, clock, lambda: source.last_sign)


async def _pictures(folder: Path, words: loading.Content, store: Store) -> Pictures:
    """The pictures, with the ids that an earlier run has learnt."""
    tasks: set[asyncio.Task[None]] = set()

    async def remember(key: str, file_id: str) -> None:
        with contextlib.suppress(StoreError):  # the next start learns it again
            await store.write(lambda each: memory.remember(each, key, file_id))

    def learned(key: str, file_id: str) -> None:
        tasks.add(task := asyncio.create_task(remember(key, file_id)))
        task.add_done_callback(tasks.discard)

    files = {name: folder / each.file for name, each in words.edition().pictures.items()}
    return Pictures(files, await store.read(memory.recall), learned)


async def _introduced(application: Dispatcher, settings: Settings, ended: asyncio.Event) -> bool:
    """Learn the bot's own name from Telegram, however long that takes; false if told to end before."""
    while not ended.is_set():
        try:
            return await _done(application.initialize(), ended)
        except InvalidToken as error:
            raise SettingsError(_refused(error, settings)) from None
        except TelegramError as error:
            outcome = judge(error)
            log.warning("Telegram cannot be reached (%s), trying on", outcome.why)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), max(outcome.wait_seconds, 2.0))
    return False


def _refused(error: InvalidToken, settings: Settings) -> str:
    """Which setting it is: python-telegram-bot takes an address that does not exist for a token that is wrong."""
    if settings.telegram_api_url != TELEGRAM and "Unauthorized" not in str(error.__cause__):
        return (
            "TELEGRAM_API_URL: there is no such bot at this address (404); it must be what stands before /bot<token> "
            "in the address of a method. If it is, the token is wrong"
        )
    return "TELEGRAM_BOT_TOKEN: Telegram refuses it; @BotFather shows the right one"


async def _done(work: Coroutine[Any, Any, None], ended: asyncio.Event) -> bool:
    """Carry out ``work``, or give it up when told to end; whether it was done. Raises what it raises."""
    working, ending = asyncio.create_task(work), asyncio.create_task(ended.wait())
    await asyncio.wait({working, ending}, return_when=asyncio.FIRST_COMPLETED)
    ending.cancel()
    if not working.done():
        working.cancel()
        await asyncio.wait({working})
        return False
    working.result()
    return True


async def _serve(
    application: Dispatcher,
    services: Services,
    receiver: Receiver,
    taking_in: Receiving,
    ended: asyncio.Event,
    *,
    end_ticking: Callable[[], Awaitable[None]],
) -> None:
    receiving, ending = asyncio.create_task(taking_in), asyncio.create_task(ended.wait())
    profile = asyncio.create_task(update_profile(application.bot, services.content, services.store))
    try:
        await asyncio.wait({receiving, ending}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (receiving, ending, profile):
            task.cancel()
        await asyncio.gather(receiving, ending, profile, return_exceptions=True)
        # What is due and what was said end at the same time.
        await asyncio.gather(end_ticking(), receiver.drain(GRACE_SECONDS))
    if not ended.is_set():
        receiving.result()
