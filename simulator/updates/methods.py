"""The methods that receive updates: getUpdates, setWebhook, deleteWebhook and getWebhookInfo.

They stand apart from `simulator.bot_api.methods` because they wait: for an update, or for webhook calls to stop.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import orjson

from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import POLL_ENDED_BY_WEBHOOK, Refusal
from simulator.json_objects import Json
from simulator.state.world import World
from simulator.updates.polling import Polling, allow_kinds
from simulator.updates.webhook import Webhook, checked_certificate, checked_secret, checked_url
from simulator.updates.webhook_delivery import WebhookDelivery

_MOST_CONNECTIONS = 100
_DEFAULT_CONNECTIONS = 40
_NOT_IN_RESPONSES = ("get", "setwebhook", "deletewebhook", "close", "logout")
"""Method names (or how they start) that a bot cannot use in its response to a webhook call."""


class UpdateMethods:
    """Carries out the methods that receive updates. A bot either polls or has a webhook.

    `carry_out` carries out a method that the bot names in its response to a webhook call. It may raise Refusal, and
    KeyError if there is no such method.
    """

    def __init__(self, world: World, brake_seconds: float, carry_out: Callable[[str, Parameters], object]) -> None:
        self._world = world
        self._carry_out = carry_out
        self._polling = Polling(world, brake_seconds)
        self._delivery: WebhookDelivery | None = None
        self._changing = asyncio.Lock()

    @property
    def by_name(self) -> dict[str, Callable[[Parameters], Awaitable[Any]]]:
        """The methods by name in lower case."""
        return {
            "getupdates": self._polling.get_updates,
            "setwebhook": self.set_webhook,
            "deletewebhook": self.delete_webhook,
            "getwebhookinfo": self.get_webhook_info,
        }

    @property
    def is_polled(self) -> bool:
        """Whether a poll waits for an update."""
        return self._polling.is_waiting

    async def set_webhook(self, parameters: Parameters) -> bool:
        """Carry out `setWebhook`. With an empty URL it does the same as deleteWebhook."""
        url = parameters.text("url")
        if not url:
            return await self.delete_webhook(parameters)
        secret, certificate = parameters.text("secret_token"), parameters.upload("certificate")
        webhook = Webhook(checked_url(url), checked_secret(secret), checked_certificate(certificate))
        connections = parameters.integer("max_connections", _DEFAULT_CONNECTIONS)
        webhook.connections = min(max(connections, 1), _MOST_CONNECTIONS)
        allow_kinds(self._world, parameters)
        self._polling.end(POLL_ENDED_BY_WEBHOOK)
        await self._replace_webhook(webhook, drop_updates=parameters.flag("drop_pending_updates"))
        return True

    async def delete_webhook(self, parameters: Parameters) -> bool:
        """Carry out `deleteWebhook`. Updates stay in the queue, unless `drop_pending_updates` is set."""
        await self._replace_webhook(Webhook(), drop_updates=parameters.flag("drop_pending_updates"))
        return True

    async def get_webhook_info(self, _parameters: Parameters) -> Json:
        """Carry out `getWebhookInfo`: return a WebhookInfo object."""
        updates = self._world.updates
        return self._world.webhook.info(len(updates), updates.allowed)

    async def close(self) -> None:
        """Answer the poll that waits, and stop calling the webhook."""
        self._polling.end("")
        await self._stop_delivery()

    async def _replace_webhook(self, webhook: Webhook, *, drop_updates: bool) -> None:
        async with self._changing:  # if two requests come at once, the second must see what the first has set
            await self._stop_delivery()
            if drop_updates:
                self._world.updates.clear()
            self._world.webhook = webhook
            if webhook.url:
                self._delivery = WebhookDelivery(
                    self._world, self._on_response, lambda: self._replace_webhook(Webhook(), drop_updates=False)
                )

    async def _stop_delivery(self) -> None:
        delivery, self._delivery = self._delivery, None
        if delivery:
            await delivery.close()

    async def _on_response(self, content_type: str, body: bytes) -> None:
        """Carry out the method named in the bot's response to an update ("Making requests when getting updates").

        As on Telegram, the bot does not learn the result, so nothing is reported if the response makes no sense.
        """
        if content_type != "application/json" or not body.strip():
            return
        try:
            values = orjson.loads(body)
        except orjson.JSONDecodeError:
            return
        method = str(values.get("method", "")).lower() if isinstance(values, dict) else ""
        if method and not method.startswith(_NOT_IN_RESPONSES):
            with suppress(Refusal, KeyError):  # KeyError: there is no such method
                self._carry_out(method, Parameters(values))
