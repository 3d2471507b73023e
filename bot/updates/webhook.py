"""Updates in by webhook: Telegram calls the bot, and gets 200 only when the update is stored.

If the update cannot be stored now, the answer is 503, and Telegram sends the update again. The answer is never 410,
which would remove the webhook.
"""

import asyncio
import hmac
import logging
from collections.abc import Callable
from datetime import datetime

from aiohttp import web
from telegram.error import TelegramError

from bot.config import Settings
from bot.counters import count
from bot.errors import StoreError
from bot.log import Outage
from bot.messages.outcome import outcome_of
from bot.messages.transport import Transport
from bot.parsing import lenient_json
from bot.updates.intake_status import IntakeStatus
from bot.updates.polling import ALLOWED_UPDATES
from bot.updates.receiver import Receiver

RETRY_SECONDS = 2
CHECK_SECONDS = 60.0
"""The interval at which the bot asks Telegram whether the webhook is still set."""
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the name of the header
NO_SECRET = (
    "Refusing webhook calls without WEBHOOK_SECRET. They come from a stranger; or from Telegram, and a proxy drops the "
    f"header {SECRET_HEADER}, or another process with this token has set another secret"
)
CHANGED_PATH = (
    "Webhook calls with the secret arrive at another path than that of WEBHOOK_URL, so a proxy changes it. The bot "
    "accepts these calls. Let the proxy pass the path as it is"
)
LOST = (
    "Telegram no longer knows this webhook, so another process with the same token has removed or replaced it; setting "
    "it again. End that process, or give it a token of its own"
)
log = logging.getLogger(__name__)


class Webhook:
    """Sets the webhook in the settings, and takes Telegram's calls. All other calls are refused.

    ``intake_status`` is the status of the webhook. Nothing in it is set while this process is not the active one.
    ``clock`` returns the time in UTC.
    """

    def __init__(self, settings: Settings, transport: Transport, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._transport = transport
        self._clock = clock
        self._receiver: Receiver | None = None
        self._strangers = Outage(log, "webhook_secret_missing", "Webhook calls carry the secret again")
        self._detours = Outage(log, "webhook_path_changed", "Webhook calls arrive at the path of WEBHOOK_URL again")
        self.intake_status = IntakeStatus()

    def routes(self) -> list[web.RouteDef]:
        """Return the routes for Telegram's calls: the path in the settings, and any other, which a proxy may use."""
        return [web.post(self._settings.webhook_path, self.receive), web.post("/{path:.*}", self.receive_elsewhere)]

    async def run(self, receiver: Receiver) -> None:
        """Take calls until cancelled. An update that is then being received is not confirmed, so it comes again."""
        self._receiver = receiver
        try:
            while True:
                self.intake_status = IntakeStatus(unset_since=self._clock())
                await self._set_webhook()
                self.intake_status = IntakeStatus()
                is_set = True
                while is_set:
                    await asyncio.sleep(CHECK_SECONDS)
                    is_set = await self._is_set()
        finally:
            self._receiver, self.intake_status = None, IntakeStatus()

    async def receive(self, request: web.Request) -> web.Response:
        """Store the update of one call. While the bot starts, stands by or stops, the answer is 503."""
        try:
            answer = await self._response_to(request)
        except web.HTTPException as refusal:
            count("webhook_calls", str(refusal.status))
            raise
        count("webhook_calls", str(answer.status))
        return answer

    async def receive_elsewhere(self, request: web.Request) -> web.Response:
        """Store the update of a call to another path, if the secret shows that the call is Telegram's.

        A person is waiting for the answer, so the update is not lost because of a wrong path.
        """
        if not self._has_secret(request):
            return web.Response(status=404)
        count("webhook_detours")
        self._detours.failed(CHANGED_PATH)
        return await self.receive(request)

    async def _response_to(self, request: web.Request) -> web.Response:
        if not self._has_secret(request):
            self._strangers.failed(NO_SECRET)
            return web.Response(status=403)
        self._strangers.succeeded()
        self._detours.succeeded()
        receiver = self._receiver
        if receiver is None:
            return _retry_later(503)
        if not receiver.has_room:
            return _retry_later(429)
        try:
            await receiver.accept([lenient_json.loads(await request.read())])
        except StoreError:
            return _retry_later(503)
        except (web.RequestPayloadError, ConnectionError):
            return web.Response(status=400)  # the call broke off, so Telegram sends it again
        except ValueError:
            # The answer is 200, because Telegram would otherwise send the update again and again.
            log.warning("Skipping a webhook call without a readable update", extra={"action": "update_unreadable"})
        return web.Response()

    def _has_secret(self, request: web.Request) -> bool:
        secret = request.headers.get(SECRET_HEADER, "").encode(errors="surrogateescape")
        return hmac.compare_digest(secret, self._settings.secret.encode())  # takes as long for any wrong secret

    async def _set_webhook(self) -> None:
        """Set the webhook at Telegram, however long that takes. Updates that wait at Telegram are kept."""
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
                return

    async def _is_set(self) -> bool:
        """Ask Telegram whether the webhook is still set, and note what Telegram says about its calls.

        Any process that polls with the same token, however briefly, removes the webhook.
        """
        try:
            known = await self._transport.call(f"{self._settings.bot_url}/getWebhookInfo", {})
            url, failed_at = known["url"], known.get("last_error_date", 0)
            # The error of Telegram's last failed call counts if updates still wait because of it.
            is_recent = self._clock().timestamp() - failed_at < 2 * CHECK_SECONDS
            errors = str(known.get("last_error_message")) if known.get("pending_update_count") and is_recent else ""
        except (TelegramError, LookupError, TypeError):  # an answer like this says nothing; the next check asks again
            return True
        since = self.intake_status.undelivered_since or self._clock()
        self.intake_status = IntakeStatus(undelivered_since=since, delivery_error=errors) if errors else IntakeStatus()
        if url != self._settings.webhook_url:
            log.warning(LOST, extra={"action": "webhook_lost"})
            count("webhook_losses")
        return bool(url == self._settings.webhook_url)


def _retry_later(status: int) -> web.Response:
    return web.Response(status=status, headers={"Retry-After": str(RETRY_SECONDS)})
