"""The two ways a bot receives updates, of which it uses one: getUpdates or a webhook."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import orjson

from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import POLL_ENDED_BY_WEBHOOK
from simulator.json_objects import Json
from simulator.state.world import World
from simulator.updates.polling import Polling, allow_kinds
from simulator.updates.webhook import Webhook, checked_secret, checked_url
from simulator.updates.webhook_delivery import Caller

_MOST_CONNECTIONS = 100
_DEFAULT_CONNECTIONS = 40
_NOT_IN_ANSWERS = ("get", "setwebhook", "deletewebhook", "close", "logout")


class Receiving:
    """getUpdates, setWebhook, deleteWebhook and getWebhookInfo.

    `perform` carries out a method that a bot names in its answer to a webhook call.
    """

    def __init__(self, world: World, brake: float, perform: Callable[[str, Parameters], object]) -> None:
        self._world = world
        self._perform = perform
        self._polling = Polling(world, brake)
        self._caller: Caller | None = None
        self._changing = asyncio.Lock()

    @property
    def methods(self) -> dict[str, Callable[[Parameters], Awaitable[Any]]]:
        """The methods by name in small letters."""
        return {
            "getupdates": self._polling.get_updates,
            "setwebhook": self.set_webhook,
            "deletewebhook": self.delete_webhook,
            "getwebhookinfo": self.get_webhook_info,
        }

    @property
    def is_polled(self) -> bool:
        """Whether a long poll waits."""
        return self._polling.is_waiting

    async def set_webhook(self, parameters: Parameters) -> bool:
        """`setWebhook`; with an empty address the same as deleteWebhook."""
        url = parameters.text("url")
        if not url:
            return await self.delete_webhook(parameters)
        webhook = Webhook(checked_url(url), checked_secret(parameters.text("secret_token")))
        connections = parameters.integer("max_connections", _DEFAULT_CONNECTIONS)
        webhook.connections = min(max(connections, 1), _MOST_CONNECTIONS)
        allow_kinds(self._world, parameters)
        self._polling.end(POLL_ENDED_BY_WEBHOOK)
        await self._change(webhook, drop=parameters.flag("drop_pending_updates"))
        return True

    async def delete_webhook(self, parameters: Parameters) -> bool:
        """`deleteWebhook`. What waits stays, unless `drop_pending_updates`."""
        await self._change(Webhook(), drop=parameters.flag("drop_pending_updates"))
        return True

    async def get_webhook_info(self, _parameters: Parameters) -> Json:
        """`getWebhookInfo`."""
        updates = self._world.updates
        return self._world.webhook.info(len(updates), updates.allowed)

    async def close(self) -> None:
        """No more updates: polls are answered, the webhook is not called any more."""
        self._polling.end("")
        await self._stop_calling()

    async def _change(self, webhook: Webhook, *, drop: bool) -> None:
        async with self._changing:
            await self._stop_calling()
            if drop:
                self._world.updates.clear()
            self._world.webhook = webhook
            if webhook.url:
                self._caller = Caller(self._world, self._answered, self._close_webhook)

    async def _stop_calling(self) -> None:
        caller, self._caller = self._caller, None
        if caller:
            await caller.close()

    async def _close_webhook(self) -> None:
        await self._change(Webhook(), drop=False)

    async def _answered(self, content_type: str, body: bytes) -> None:
        """A bot may answer a call with a method to carry out; it never hears what became of it."""
        if content_type != "application/json" or not body.strip():
            return
        try:
            values = orjson.loads(body)
        except orjson.JSONDecodeError:
            return
        method = str(values.get("method", "")).lower() if isinstance(values, dict) else ""
        if method and not method.startswith(_NOT_IN_ANSWERS):
            self._perform(method, Parameters(values))
