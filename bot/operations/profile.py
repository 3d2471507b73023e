"""What Telegram shows of the bot: its name, its texts and its menu of commands, in every language."""

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


async def introduce(bot: Bot, content: Content, store: Store) -> None:
    """Tell Telegram, if it has changed since it was last told; trouble is logged and tried at the next start."""
    digest = hashlib.sha256(f"{bot.id}{''.join(map(_told, content.values()))}".encode()).hexdigest()
    try:
        if (await store.read(memory.recall)).get(KEY) == digest:
            return
        for code, edition in content.items():
            await _tell(bot, edition, None if code == DEFAULT_LANGUAGE else code)
        await store.write(lambda connection: memory.remember(connection, KEY, digest))
    except (TelegramError, StoreError) as error:
        log.warning("the menu and the texts about the bot are not up to date: %s", error)


def commands(edition: Edition) -> list[BotCommand]:
    """The menu, in the order of the content."""
    return [BotCommand(each.name, each.menu) for each in edition.commands.values()]


def _told(edition: Edition) -> str:
    return f"{edition.code}{edition.profile.model_dump_json()}{commands(edition)}"


async def _tell(bot: Bot, edition: Edition, code: str | None) -> None:
    profile = edition.profile
    await bot.set_my_commands(commands(edition), language_code=code)
    await bot.set_my_description(profile.description, language_code=code)
    await bot.set_my_short_description(profile.short_description, language_code=code)
    await bot.set_my_name(profile.name, language_code=code)
