"""The one place that puts everything together. It serves until the bot is told to end."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from telegram.error import InvalidToken, TelegramError

import handlers
from bot import app
from bot.app import Clock, Dispatcher, Services
from bot.config import TELEGRAM, Settings
from bot.content import loading
from bot.errors import LeaseLostError, SettingsError, StoreError
from bot.messages.gateway import Gateway
from bot.messages.limiter import Limiter
from bot.messages.outcome import outcome_of
from bot.messages.rates import Rates
from bot.messages.sender import Sender
from bot.messages.transport import Transport
from bot.messages.uploads import Uploads
from bot.operations.health import HealthCheck
from bot.operations.http_server import Probes, listening
from bot.operations.leadership import Leadership
from bot.operations.profile import update_profile
from bot.operations.trusted_clock import TrustedClock
from bot.store import Store, bot_state, diaries, key_file
from bot.store.engine import database
from bot.store.vault import Vault
from bot.updates.polling import Poller
from bot.updates.receiver import Receiver
from bot.updates.webhook import Webhook

GRACE_SECONDS = 15.0
"""How long a stop waits for answers to the updates that were taken on."""
RETRY_SECONDS = 2.0
"""Shortest pause between attempts to reach Telegram at the start."""
LATER_SECONDS = 0.5
"""How long the start puts off what no reply needs. By then, the updates that waited for the start are answered."""
Ticking: TypeAlias = contextlib.AbstractAsyncContextManager[None]
_DIARIES_CLOSED = {"action": "diaries_closed"}
log = logging.getLogger(__name__)


async def run(
    settings: Settings,
    clock: TrustedClock,
    ended: asyncio.Event,
    poller: Poller,
    *,
    limiter: Limiter | None = None,
    is_locked: bool = False,
) -> None:
    """Stand by until this process is the active one, and serve until ``ended`` is set; then finish work under way.

    Args:
        settings: all settings.
        clock: says what time it is.
        ended: set when the bot is to end.
        poller: fetches updates; not used with a webhook in the settings.
        limiter: by default one that keeps the rates in the settings.
        is_locked: the caller holds the lock of the SQLite file.

    Raises:
        OperatorError: with a line for an operator; a ``LeaseLostError`` if another process has become active.
    """
    words, url = handlers.load_content(settings.content_dir), settings.database_url.get_secret_value()
    _check_key(settings)
    async with Store.open(url, is_locked=is_locked) as store:
        leadership, transport = Leadership(store), Transport(settings.proxy, clock.time_request)
        webhook = Webhook(settings, transport, clock) if settings.webhook_url else None
        health_check = HealthCheck(
            store,
            clock,
            is_active=lambda: leadership.is_active,
            intake_status=lambda: (webhook or poller).intake_status,
            clock_difference=lambda: clock.difference,
        )
        async with listening(settings, Probes(health_check), webhook.routes() if webhook else []):
            if not await _completed_in_time(leadership.acquire(), ended):
                return
            # Everything below is made only now: what a standby had read before would be out of date.
            gateway = _gateway(settings, transport, limiter, leadership, poller)
            uploads = await _load_uploads(settings.content_dir / "assets", words, store)
            vault = await _open_vault(settings, store)
            services = Services(settings, words, store, Sender(gateway, uploads), clock, vault)
            application = app.build(transport, services)
            handlers.install(application)
            # The lease is given up first: a standby should not wait until connections are closed.
            async with _connected(transport, application), leadership.held() as holding:
                if await _initialized(application, settings, ended):
                    make_ticking = partial(_make_ticking, services, gateway, leadership.term, clock)
                    await _serve(application, services, webhook or poller, make_ticking, [holding, ended.wait()])


def _gateway(
    settings: Settings, transport: Transport, limiter: Limiter | None, leadership: Leadership, poller: Poller
) -> Gateway:
    limiter = limiter or Limiter(Rates(settings.messages_per_second))
    limiter.note_earlier(len(poller.answers_ahead))
    return Gateway(
        transport,
        settings.bot_url,
        limiter,
        leadership,
        is_paid=settings.paid_broadcasts,
        is_polling_down=lambda: poller.is_down,
    )


def _make_ticking(services: Services, gateway: Gateway, term: int, clock: TrustedClock) -> Ticking:
    """Return the context in which the scheduler runs: it sends reminders and guides people through stretching."""
    import scheduler  # noqa: PLC0415  # takes a twentieth of a second, and no reply needs it

    delivery = scheduler.Delivery(services, services.sender.push, gateway.reserve, handlers.deferred(), term)
    guidance = scheduler.Guidance(services, gateway.reserve, handlers.guides())
    return scheduler.running(services, delivery, guidance, clock.is_trusted, clock.machine)


async def _serve(
    application: Dispatcher,
    services: Services,
    source: Poller | Webhook,
    make_ticking: Callable[[], Ticking],
    ends: list[Coroutine[Any, Any, Any] | asyncio.Task[Any]],
) -> None:
    """Handle updates and tick until one of the ``ends`` comes; then finish what is under way."""
    store = services.store
    find_answer = handlers.answer_finder(services, application.bot.username)
    answers_ahead = source.answers_ahead if isinstance(source, Poller) else {}
    receiver = Receiver(store, partial(app.handle, application), find_answer, services.clock, answers_ahead)
    async with contextlib.AsyncExitStack() as stack:
        await receiver.adopt()

        async def tick() -> None:
            """Tick until the ``stack`` is closed. Ends only with an error."""
            await asyncio.sleep(LATER_SECONDS)
            await stack.enter_async_context(await asyncio.to_thread(make_ticking))
            await asyncio.Event().wait()

        background = [_finish_start(application, services), store.keep_probing()]
        if not store.is_exclusive:
            background.append(receiver.keep_adopting())
        try:
            await _run_until_first_end([source.run(receiver), tick(), *ends], background)
        except LeaseLostError:
            # No answer is worth waiting for: without the lease the gateway refuses to send.
            await asyncio.gather(stack.aclose(), receiver.drain(0.0))
            raise
        finally:
            # Reminders and updates under way end at the same time.
            await asyncio.gather(stack.aclose(), receiver.drain(GRACE_SECONDS))


async def _finish_start(application: Dispatcher, services: Services) -> None:
    """Do the rest of the start, once the updates that waited for it are answered."""
    await asyncio.sleep(LATER_SECONDS)
    await asyncio.to_thread(lambda: services.content.rules)  # so that the first sentence usually finds them compiled
    await update_profile(application.bot, services.content, services.store, services.clock)


@contextlib.asynccontextmanager
async def _connected(transport: Transport, application: Dispatcher) -> AsyncIterator[None]:
    """Connect to Telegram during the block."""
    try:
        await transport.initialize()
        yield
    finally:
        await application.shutdown()
        await transport.shutdown()


async def check(settings: Settings, clock: Clock) -> loading.Content:
    """Build everything that needs neither Telegram nor a database. If this raises nothing, ``run`` can start.

    Raises ``ContentError``, ``SettingsError`` and ``StoreError``.
    """
    database.check(settings.database_url.get_secret_value())
    _check_key(settings)
    words = handlers.load_content(settings.content_dir)
    unused: Any = None  # the handlers are built and never called
    transport = Transport()
    handlers.install(app.build(transport, Services(settings, words, unused, unused, clock)))
    Webhook(settings, transport, clock).routes()
    return words


def _check_key(settings: Settings) -> None:
    """Raise ``SettingsError`` if the key of the diaries is missing. With SQLite, the bot can make it later.

    A standby must learn now that the key is missing, and not when it takes over.
    """
    if not database.is_sqlite(settings.database_url.get_secret_value()):
        key_file.read(key_file.path_of(settings))


async def _open_vault(settings: Settings, store: Store) -> Vault:
    """Return the vault with the keys of the diaries; make a key at the first start of a bot on SQLite.

    If the file cannot be used, or diaries are stored that no key opens, a bot on SQLite starts all the same, because
    relief needs no diary. It makes no new key and begins no diary: the operator should first look for the right key,
    and a diary begun with another key would be closed once the right one is back. With PostgreSQL this raises
    ``SettingsError``, because another process may have the right file.
    """
    needed, path = await store.read(diaries.master_keys), key_file.path_of(settings)
    is_lost = bool(needed) and path is not None and store.is_exclusive and not path.exists()
    try:
        if is_lost:
            vault = Vault()
        elif path and store.is_exclusive and not needed:
            vault = key_file.read_or_make(path)
        else:
            vault = key_file.read(path)
    except SettingsError as error:
        if not store.is_exclusive:
            raise
        line = f"{error}. Until then no diary opens or begins, and the rest works"
        log.error(line, extra=_DIARIES_CLOSED)  # noqa: TRY400  # a line for the operator, and no traceback
        return Vault()
    if needed.issubset(vault.ids):
        return vault
    problem = f"{path} {'does not exist' if is_lost else 'does not open all diaries in the database'}"
    remedy = (
        "put the missing key into the file, below any other key, one key in each line, and restart. Only if no backup "
        "has that key: `python -m bot rotate-key --erase-unreadable` erases the diaries that need it"
    )
    if not store.is_exclusive:
        raise SettingsError(f"DATA_KEY_FILE: {problem}; {remedy}")
    log.error(
        "DATA_KEY_FILE: %s, so these diaries are closed, no new one begins, and the rest works; %s",
        *(problem, remedy),
        extra=_DIARIES_CLOSED,
    )
    return replace(vault, is_complete=False)


async def _load_uploads(folder: Path, words: loading.Content, store: Store) -> Uploads:
    """Return the pictures and recordings, with the file ids that earlier runs have learned."""
    tasks: set[asyncio.Task[None]] = set()

    async def remember(key: str, file_id: str) -> None:
        with contextlib.suppress(StoreError):  # the next start will learn it again
            await store.write(lambda connection: bot_state.put(connection, key, file_id))

    def learned(key: str, file_id: str) -> None:
        tasks.add(task := asyncio.create_task(remember(key, file_id)))
        task.add_done_callback(tasks.discard)

    files = {name: folder / file for name, file in words.edition().uploads().items()}
    return Uploads(files, await store.read(bot_state.read_all), learned)


async def _initialized(application: Dispatcher, settings: Settings, ended: asyncio.Event) -> bool:
    """Learn the bot's own name from Telegram, however long that takes. Returns False if told to end first."""
    trouble = ""
    while not ended.is_set():
        try:
            is_initialized = await _completed_in_time(application.initialize(), ended)
            if is_initialized:
                log.info("Running as @%s", application.bot.username, extra={"action": "running"})
            return is_initialized
        except InvalidToken as error:
            raise SettingsError(_wrong_setting(error, settings)) from None
        except TelegramError as error:
            outcome = outcome_of(error)
            if outcome.why != trouble:
                trouble = outcome.why
                log.warning("Cannot reach Telegram (%s); retrying", trouble, extra={"action": "telegram_unreachable"})
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), max(outcome.wait_seconds, RETRY_SECONDS))
    return False


def _wrong_setting(error: InvalidToken, settings: Settings) -> str:
    """Return which setting is wrong: python-telegram-bot reports an unknown address as a wrong token."""
    if settings.telegram_api_url != TELEGRAM and "Unauthorized" not in str(error.__cause__):
        return (
            "TELEGRAM_API_URL: there is no such bot at this address (404); it must be the part before /bot<token> "
            "in the address of a method. If it is, the token is wrong"
        )
    return "TELEGRAM_BOT_TOKEN: Telegram refuses it; @BotFather shows the right one"


async def _completed_in_time(work: Coroutine[Any, Any, None], ended: asyncio.Event) -> bool:
    """Do ``work``, or cancel it when told to end. Returns whether it was completed. Raises what ``work`` raises."""
    working, ending = asyncio.create_task(work), asyncio.create_task(ended.wait())
    await asyncio.wait({working, ending}, return_when=asyncio.FIRST_COMPLETED)
    ending.cancel()
    if not working.done():
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        return False
    working.result()
    return True


async def _run_until_first_end(
    work: list[Coroutine[Any, Any, Any] | asyncio.Task[Any]], background: list[Coroutine[Any, Any, None]]
) -> None:
    """Do all ``work`` until its first part ends, then cancel the rest. Raises what that part raises.

    The end of a ``background`` task changes nothing.
    """
    tasks = [asyncio.ensure_future(part) for part in work]
    all_tasks = [*tasks, *map(asyncio.ensure_future, background)]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in all_tasks:
            task.cancel()
        await asyncio.gather(*all_tasks, return_exceptions=True)
    for task in done:
        task.result()
