"""The methods of the Bot API, one file for each topic. Those that receive updates are in `simulator.updates`.

`METHODS` maps a method's name in lower case to its function.
"""

from collections.abc import Callable
from typing import Any

from simulator.bot_api.methods import (
    account,
    callback_queries,
    chats,
    contacts,
    copying,
    deleting,
    dice,
    editing,
    files,
    forums,
    games,
    inline_mode,
    invite_links,
    locations,
    media,
    members,
    people,
    pins,
    polls,
    reactions,
    sending,
)
from simulator.bot_api.parameters import Parameters
from simulator.state.world import World

Method = Callable[[World, Parameters], Any]
"""Carries out one request and returns its result. Raises Refusal."""

METHODS: dict[str, Method] = {
    **account.METHODS,
    **callback_queries.METHODS,
    **chats.METHODS,
    **contacts.METHODS,
    **copying.METHODS,
    **deleting.METHODS,
    **dice.METHODS,
    **editing.METHODS,
    **files.METHODS,
    **forums.METHODS,
    **games.METHODS,
    **inline_mode.METHODS,
    **invite_links.METHODS,
    **locations.METHODS,
    **media.METHODS,
    **members.METHODS,
    **people.METHODS,
    **pins.METHODS,
    **polls.METHODS,
    **reactions.METHODS,
    **sending.METHODS,
}
