"""The commands about the texts of the bot: whether they are valid, and what they say."""

from argparse import Namespace

from bot import config, run
from bot.config import sources
from bot.errors import SettingsError
from bot.parsing.intent.explanation import explain as explanation
from handlers.stretch.voice_script import script


async def check(options: Namespace) -> None:
    """Check the settings and the texts."""
    content = await run.check(config.read_without_token(), options.clock)
    print(f"The settings are valid.\nThe texts are valid: {', '.join(sorted(content))}.")
    if not sources.has_token():
        print("TELEGRAM_BOT_TOKEN is not set yet.")


async def explain(options: Namespace) -> None:
    """Print what a text from a person means to the bot, and why."""
    content = await run.check(config.read_without_token(), options.clock)
    print("\n".join(explanation(options.text, content.rules)))


async def voice_script(options: Namespace) -> None:
    """Print the words for a recording of a routine, each line with its time."""
    content = await run.check(config.read_without_token(), options.clock)
    if options.language not in content:
        raise SettingsError(f"--language: no content in {options.language!r}; there is {', '.join(content)}")
    edition = content[options.language]
    if options.routine not in edition.routines:
        raise SettingsError(f"no routine {options.routine!r}; there is {', '.join(edition.routines)}")
    print("\n".join(script(edition, options.routine)))
