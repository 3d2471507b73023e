"""Updates in by webhook: Telegram calls us, and gets 200 only when the update is stored.

An update that cannot be stored now gets 503, and Telegram sends it again. Never 410: that would remove the webhook.
"""

import asyncio
import hmac
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from aiohttp import web
from telegram.error import TelegramError

from bot.config import Settings
from bot.counters import count
from bot.errors import StoreError
from bot.log import Outage
from bot.messages.outcome import outcome_of
from bot.messages.transport import Transport
from bot.parsing import lenient_json
from bot.updates.polling import ALLOWED_UPDATES
from bot.updates.receiver import Receiver

RETRY_SECONDS = 2
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the name of the header
NO_SECRET = (
    "Refusing webhook calls without WEBHOOK_SECRET: they are a stranger's; or they are Telegram's, and a proxy drops "
    f"the header {SECRET_HEADER} or another process uses another secret"
)
log = logging.getLogger(__name__)


class Webhook:
    """Tells Telegram to call the address in the settings, and takes its calls; all other calls are refused.

    ``unset_since`` (UTC) is when this process began to set the webhook; None before, and once Telegram has accepted the
    address. ``clock`` returns aware UTC.
    """

    def __init__(self, settings: Settings, transport: Transport, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._transport = transport
        self._clock = clock
        self._receiver: Receiver | None = None
        self._strangers = Outage(log, "webhook_secret_missing", "Webhook calls carry the secret again")
        self.unset_since: datetime | None = None

    def routes(self) -> list[web.RouteDef]:
        """Return the route of Telegram's calls."""
        return [web.post(self._settings.webhook_path, self.receive)]

    async def run(self, receiver: Receiver) -> None:
        """Take calls until cancelled. An update that is being received then is not confirmed, so it comes again."""
        self._receiver, self.unset_since = receiver, self._clock()
        try:
            await self._set_webhook()
            await asyncio.Event().wait()
        finally:
            self._receiver, self.unset_since = None, None

    async def receive(self, request: web.Request) -> web.Response:
        """Store one update. Before the bot is ready, while it stands by, and when it stops, the answer is 503."""
        try:
            answer = await self._response_to(request)
        except web.HTTPException as refusal:
            count("webhook_calls", str(refusal.status))
            raise
        count("webhook_calls", str(answer.status))
        return answer

    async def _response_to(self, request: web.Request) -> web.Response:
        if not self._has_secret(request):
            return web.Response(status=403)
        if self._receiver is None:
            return _retry_later(503)
        if not self._receiver.has_room:
            return _retry_later(429)
        try:
            update = lenient_json.loads(await request.read())
        except (web.RequestPayloadError, ConnectionError):
            return web.Response(status=400)  # the call broke off, so Telegram sends it again
        except ValueError:
            # 200, because Telegram would otherwise send it again and again.
            log.warning("Skipping a webhook call without a readable update", extra={"action": "update_unreadable"})
            return web.Response()
        return await self._store_update(self._receiver, update)

    def _has_secret(self, request: web.Request) -> bool:
        secret = request.headers.get(SECRET_HEADER, "").encode(errors="surrogateescape")
        is_right = hmac.compare_digest(secret, self._settings.secret.encode())  # takes as long for any wrong secret
        if is_right:
            self._strangers.succeeded()
        else:
            self._strangers.failed(NO_SECRET)
        return is_right

    @staticmethod
    async def _store_update(receiver: Receiver, update: Any) -> web.Response:
        try:
            await receiver.accept([update])
        except StoreError:
            return _retry_later(503)
        return web.Response()

    async def _set_webhook(self) -> None:
        """Tell Telegram the address, however long that takes. Updates that wait at Telegram are kept."""
        address = {
            "url": self._settings.webhook_url,
            "secret_token": self._settings.secret,
            "allowed_updates": ALLOWED_UPDATES,
            "drop_pending_updates": False,
        }
        trouble = ""
        while True:
            try:
                await self._transport.call(f"{self._settings.bot_url}/setWebhook", address)
            except TelegramError as error:
                outcome = outcome_of(error)
                if outcome.why != trouble:
                    trouble = outcome.why
                    log.warning("Cannot set the webhook: %s; retrying", trouble, extra={"action": "webhook_not_set"})
                await asyncio.sleep(max(outcome.wait_seconds, RETRY_SECONDS))
            else:
                self.unset_since = None
                return


def _retry_later(status: int) -> web.Response:
    return web.Response(status=status, headers={"Retry-After": str(RETRY_SECONDS)})
