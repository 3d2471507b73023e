"""The bot's profile at Telegram: its name, its descriptions and its menu of commands, in every language."""

import hashlib
import logging

from telegram import Bot, BotCommand
from telegram.error import TelegramError

from bot.content import Edition
from bot.content.loading import DEFAULT_LANGUAGE, Content
from bot.errors import StoreError
from bot.store import Store, memory

KEY = "profile"
log = logging.getLogger(__name__)


async def update_profile(bot: Bot, content: Content, store: Store) -> None:
    """Send the profile to Telegram if it has changed since the last time. An error is logged and raises nothing."""
    parts = (f"{edition.code}{edition.profile.model_dump_json()}{menu(edition)}" for edition in content.values())
    digest = hashlib.sha256(f"{bot.id}{''.join(parts)}".encode()).hexdigest()
    try:
        # Telegram soon refuses these calls when they are repeated, so the digest of the last profile is stored.
        if (await store.read(memory.recall)).get(KEY) == digest:
            return
        for code, edition in content.items():
            language = None if code == DEFAULT_LANGUAGE else code  # None is for people with any other language
            await bot.set_my_commands(menu(edition), language_code=language)
            await bot.set_my_description(edition.profile.description, language_code=language)
            await bot.set_my_short_description(edition.profile.short_description, language_code=language)
            await bot.set_my_name(edition.profile.name, language_code=language)
        await store.write(lambda connection: memory.remember(connection, KEY, digest))
    except (TelegramError, StoreError) as error:
        log.warning(
            "Cannot update the bot's name, texts and menu at Telegram (%s); the next start tries again",
            error,
            extra={"action": "profile_not_updated"},
        )


def menu(edition: Edition) -> list[BotCommand]:
    """Return the menu of commands, in the order of the content."""
    return [BotCommand(command.name, command.menu) for command in edition.commands.values()]
