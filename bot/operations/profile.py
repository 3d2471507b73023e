"""The bot's profile at Telegram: its name, its descriptions and its menu of commands, in every language.

If these calls are repeated, Telegram soon refuses them for hours. So each part of the profile has its own call, made
only when that part has changed. A refused call is repeated when Telegram allows it, even after a restart.
"""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from telegram import Bot, BotCommand
from telegram.error import TelegramError

from bot.content import Edition
from bot.content.loading import DEFAULT_LANGUAGE, Content
from bot.errors import StoreError
from bot.messages.outcome import outcome_of
from bot.parsing import lenient_json
from bot.store import Store, bot_state

RETRY_SECONDS = 600.0
"""Shortest pause before a failed call is repeated. It is long, because nobody waits for it."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Part:
    """A part of the profile in one language: its key in ``bot_state``, a digest, and the call that sends the part."""

    key: str
    digest: str
    send: Callable[[], Awaitable[Any]]


async def update_profile(
    bot: Bot,
    content: Content,
    store: Store,
    clock: Callable[[], datetime],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Send the changed parts of the profile, and retry until Telegram has taken all of them. Raises nothing.

    ``clock`` returns the time in UTC, and ``sleep`` takes seconds; tests pass their own.
    """
    parts = [part for edition in content.values() for part in _parts(bot, edition)]
    while True:
        try:
            known = await store.read(bot_state.read_all)
            waits = [await _update_part(part, known.get(part.key, ""), store, clock()) for part in parts]
            wait = min(filter(None, waits), default=0.0)
        except StoreError:  # logged by the store
            wait = RETRY_SECONDS
        if not wait:
            return
        await sleep(wait)


async def _update_part(part: Part, known: str, store: Store, now: datetime) -> float:
    """Send a part if it has changed and Telegram allows it; return the seconds until another try, 0 if none is needed.

    ``known`` is the part's value in ``bot_state``. Raises ``StoreError``.
    """
    digest, _, not_before = known.partition(" ")
    is_known = digest == part.digest
    if is_known and not not_before:
        return 0.0
    if is_known and (wait := (datetime.fromisoformat(not_before) - now).total_seconds()) > 0:
        return wait
    wait, state = 0.0, part.digest
    try:
        await part.send()
    except TelegramError as error:
        wait = max(outcome_of(error).wait_seconds, RETRY_SECONDS)
        state = f"{part.digest} {(now + timedelta(seconds=wait)).isoformat()}"
        if not is_known:  # the first time
            log.warning(
                "Cannot update the %s at Telegram (%s); trying again in %d s",
                part.key,
                error,
                wait,
                extra={"action": "profile_not_updated"},
            )
    await store.write(lambda connection: bot_state.put(connection, part.key, state))
    return wait


def _parts(bot: Bot, edition: Edition) -> Iterator[Part]:
    language = None if edition.code == DEFAULT_LANGUAGE else edition.code  # None: people with any other language
    profile, commands = edition.profile, menu(edition)
    calls: dict[str, tuple[Any, Callable[[], Awaitable[Any]]]] = {
        "menu": (
            [command.to_dict() for command in commands],
            lambda: bot.set_my_commands(commands, language_code=language),
        ),
        "description": (
            profile.description,
            lambda: bot.set_my_description(profile.description, language_code=language),
        ),
        "short description": (
            profile.short_description,
            lambda: bot.set_my_short_description(profile.short_description, language_code=language),
        ),
        "name": (profile.name, lambda: bot.set_my_name(profile.name, language_code=language)),
    }
    for name, (value, send) in calls.items():
        digest = hashlib.sha256(lenient_json.dumps([bot.id, value])).hexdigest()
        yield Part(f"bot's {name} in the language {edition.code}", digest, send)


def menu(edition: Edition) -> list[BotCommand]:
    """Return the menu of commands, in the order of the content."""
    return [BotCommand(command.name, command.menu) for command in edition.commands.values()]
