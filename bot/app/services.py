"""The services: the parts of the bot that every handler uses."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from bot.config import Settings
from bot.content.loading import Content
from bot.messages.sender import Sender
from bot.store import Store
from bot.store.vault import Vault

Clock: TypeAlias = Callable[[], datetime]
"""Returns the current time, aware and in UTC. Nothing else in the bot reads the time of day."""


@dataclass(frozen=True)
class Services:
    """The services of the bot. Built once, in ``bot/run.py``. Without keys in its ``vault``, no diary can be kept."""

    settings: Settings
    content: Content
    store: Store
    sender: Sender
    clock: Clock
    vault: Vault = field(default_factory=Vault)
