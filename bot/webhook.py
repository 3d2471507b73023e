"""Updates in by webhook: Telegram calls us, and is told 200 only when the update is stored.

What cannot be stored now is answered with 503 and comes again. Never 410: that would end the webhook.
"""

import asyncio
import hmac
import logging

from aiohttp import web
from telegram.error import TelegramError

from bot import json
from bot.config import Settings
from bot.errors import SettingsError, StoreError
from bot.poller import ALLOWED_UPDATES
from bot.receiver import Receiver
from bot.transport import Transport
from bot.verdict import judge

LARGEST_BODY = 4_000_000
RETRY_SECONDS = 2
HEADER = "X-Telegram-Bot-Api-Secret-Token"
log = logging.getLogger(__name__)


class Webhook:
    """Listens where the settings say, and tells Telegram to call there."""

    def __init__(self, settings: Settings, transport: Transport) -> None:
        self._settings = settings
        self._transport = transport

    async def run(self, receiver: Receiver, _turn: object = None) -> None:
        """Listen until cancelled. What is being received then is not confirmed, so it comes again."""
        server = web.Application(client_max_size=LARGEST_BODY)
        server.router.add_post(self._settings.webhook_path, _Calls(receiver, self._settings.secret).take)
        listening = web.AppRunner(server, access_log=None)
        await listening.setup()
        try:
            await self._listen(listening)
            await self._announce()
            await asyncio.Event().wait()
        finally:
            await listening.cleanup()

    async def _listen(self, runner: web.AppRunner) -> None:
        try:
            await web.TCPSite(runner, self._settings.host, self._settings.port).start()
        except OSError as error:
            raise SettingsError(f"PORT: cannot be listened on at this HOST ({error.strerror})") from None

    async def _announce(self) -> None:
        """Tell Telegram where to call, however long that takes; nothing that waits there is dropped."""
        address = {
            "url": self._settings.webhook_url,
            "secret_token": self._settings.secret,
            "allowed_updates": ALLOWED_UPDATES,
            "drop_pending_updates": False,
        }
        while True:
            try:
                await self._transport.call(f"{self._settings.bot_url}/setWebhook", address)
            except TelegramError as error:
                outcome = judge(error)
                log.warning("the webhook could not be set: %s; trying on", outcome.why)
                await asyncio.sleep(max(outcome.wait_seconds, RETRY_SECONDS))
            else:
                return


class _Calls:
    """Telegram's calls; everyone else's end here."""

    def __init__(self, receiver: Receiver, secret: str) -> None:
        self._receiver = receiver
        self._secret = secret.encode()

    async def take(self, request: web.Request) -> web.Response:
        """Store one update."""
        if not hmac.compare_digest(request.headers.get(HEADER, "").encode(errors="surrogateescape"), self._secret):
            return web.Response(status=403)
        if not self._receiver.has_room:
            return _later(429)
        try:
            update = json.loads(await request.read())
        except ValueError:
            log.warning("Telegram called with something that is no update; it is passed over")
            return web.Response()
        try:
            await self._receiver.accept([update])
        except StoreError:
            return _later(503)
        return web.Response()


def _later(status: int) -> web.Response:
    return web.Response(status=status, headers={"Retry-After": str(RETRY_SECONDS)})
