"""Updates in by webhook: Telegram calls us, and is told 200 only when the update is stored.

What cannot be stored now is answered with 503 and comes again. Never 410: that would end the webhook.
"""

import asyncio
import hmac
import logging
from typing import Any

from aiohttp import web
from telegram.error import TelegramError

from bot.config import Settings
from bot.counters import count
from bot.errors import StoreError
from bot.log import Outage
from bot.messages.outcome import judge
from bot.messages.transport import Transport
from bot.parsing import lenient_json
from bot.updates.polling import ALLOWED_UPDATES
from bot.updates.receiver import Receiver

RETRY_SECONDS = 2
HEADER = "X-Telegram-Bot-Api-Secret-Token"
NO_SECRET = (
    "a call of the webhook was refused, as it does not bring WEBHOOK_SECRET: a stranger's; or Telegram's own, if a "
    f"proxy drops the header {HEADER} or another process has another secret"
)
log = logging.getLogger(__name__)


class Webhook:
    """Tells Telegram to call where the settings say, and takes its calls; everyone else's end here.

    ``is_set`` once Telegram has taken the address.
    """

    def __init__(self, settings: Settings, transport: Transport) -> None:
        self._settings = settings
        self._transport = transport
        self._receiver: Receiver | None = None
        self._strangers = Outage(log, "webhook_secret_missing", "Calls of the webhook have the secret again")
        self.is_set = False

    def routes(self) -> list[web.RouteDef]:
        """Where Telegram's calls arrive."""
        return [web.post(self._settings.webhook_path, self.take)]

    async def run(self, receiver: Receiver, _turn: object = None) -> None:
        """Take calls until cancelled. What is being received then is not confirmed, so it comes again."""
        self._receiver = receiver
        try:
            await self._announce()
            await asyncio.Event().wait()
        finally:
            self._receiver = None

    async def take(self, request: web.Request) -> web.Response:
        """Store one update; before the bot is ready, and when it ends, it is told to come again."""
        try:
            answer = await self._answer(request)
        except web.HTTPException as refusal:
            count("webhook_calls", str(refusal.status))
            raise
        count("webhook_calls", str(answer.status))
        return answer

    async def _answer(self, request: web.Request) -> web.Response:
        if not self._knows_secret(request):
            return web.Response(status=403)
        if self._receiver is None:
            return _later(503)
        if not self._receiver.has_room:
            return _later(429)
        try:
            update = lenient_json.loads(await request.read())
        except ValueError:
            log.warning("Telegram called with something that is no update; it is passed over")
            return web.Response()
        return await self._store(self._receiver, update)

    def _knows_secret(self, request: web.Request) -> bool:
        given = request.headers.get(HEADER, "").encode(errors="surrogateescape")
        known = hmac.compare_digest(given, self._settings.secret.encode())
        if known:
            self._strangers.succeeded()
        else:
            self._strangers.failed(NO_SECRET)
        return known

    @staticmethod
    async def _store(receiver: Receiver, update: Any) -> web.Response:
        try:
            await receiver.accept([update])
        except StoreError:
            return _later(503)
        return web.Response()

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
                self.is_set = True
                return


def _later(status: int) -> web.Response:
    return web.Response(status=status, headers={"Retry-After": str(RETRY_SECONDS)})
