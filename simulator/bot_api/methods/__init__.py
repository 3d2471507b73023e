"""The methods of the Bot API, by topic. `METHODS` is the dispatch table: method name in small letters -> function."""

from collections.abc import Callable
from typing import Any

from simulator.bot_api.methods import account, callback_queries, chats, copying, editing, files, media, pins, sending
from simulator.bot_api.parameters import Parameters
from simulator.state.world import World

Method = Callable[[World, Parameters], Any]
"""Carries out one request and returns its result; raises Refusal."""

METHODS: dict[str, Method] = {
    **account.METHODS,
    **callback_queries.METHODS,
    **chats.METHODS,
    **copying.METHODS,
    **editing.METHODS,
    **files.METHODS,
    **media.METHODS,
    **pins.METHODS,
    **sending.METHODS,
}
