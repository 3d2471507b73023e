"""What a person can say to Charley: one module, or one package, for each topic of conversation.

A topic is discovered automatically, also in a folder of topics. It exports ``handlers(services)``, the
python-telegram-bot handlers of its commands, words and buttons. A topic with words of its own exports a ``Words``
model: the block of ``content.yaml`` that is named like the topic. A topic that puts something off exports ``LATER``,
which draws that when it is due.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timezone
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from pydantic import SecretStr
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.app import Dispatcher, Services
from bot.config import Settings
from bot.content import Model
from bot.content.loading import Content, load, problem
from bot.errors import ContentError
from bot.reminders.deferred import Draw
from handlers import cramp, too_much, unknown

FIRST, LAST = "late", "unknown"
"""``late`` must see an update before any other, ``unknown`` gets what nobody else wanted."""


def modules() -> Mapping[str, ModuleType]:
    """The topics by name, in the order in which they are asked."""
    topics = dict(_topics(__path__, __name__))
    names = sorted(topics, key=lambda name: (name != FIRST, name == LAST, name))
    return {name: topics[name] for name in names}


def _topics(path: Iterable[str], package: str) -> Iterator[tuple[str, ModuleType]]:
    """Find the topics in a package; a package in it without ``handlers`` is a folder of further topics."""
    for found in pkgutil.iter_modules(path):
        module = importlib.import_module(f"{package}.{found.name}")
        if found.ispkg and not hasattr(module, "handlers"):
            yield from _topics(module.__path__, module.__name__)
        else:
            yield found.name, module


def load_content(folder: Path) -> Content:
    """All the content, checked against what the handlers say, which are built from it once: a start does not fail.

    Raises ``bot.content.loading.ContentError``.
    """
    content = load(folder, {name: words for name, each in modules().items() if (words := _words(each))})
    settings, none = Settings.model_construct(telegram_bot_token=SecretStr("")), cast("Any", None)
    idle = Services(settings, content, none, none, _never)
    built = [each for name, module in modules().items() for each in module.handlers(idle) if name != FIRST]
    answered = {name for each in built if isinstance(each, CommandHandler) for name in each.commands}
    if silent := [name for name, each in content.edition().commands.items() if each.name not in answered]:
        file, what = (folder / "content.yaml",), "no file in handlers/ and no page answers this command"
        raise ContentError("\n".join(problem(file, ("commands", name), what) for name in silent))
    return content


def _never() -> datetime:
    return datetime.min.replace(tzinfo=timezone.utc)


def later() -> dict[str, Draw]:
    """What draws each kind that a topic puts off."""
    return {kind: draw for each in modules().values() for kind, draw in getattr(each, "LATER", {}).items()}


def _words(module: ModuleType) -> type[Model] | None:
    return getattr(module, "Words", None)


def is_urgent(content: Content) -> Callable[[Mapping[str, Any]], bool]:
    """A test for raw updates: whether a person calls for relief."""
    relief, still = cramp.relief_calls(content), cramp.still_calls(content)

    def urgent(raw: Mapping[str, Any]) -> bool:
        message, press = raw.get("message"), raw.get("callback_query")
        text = message.get("text") if isinstance(message, dict) else None
        data = press.get("data") if isinstance(press, dict) else None
        called = isinstance(text, str) and (relief(text) or still(text))
        return called or (isinstance(data, str) and data.startswith(cramp.URGENT))

    return urgent


def install(application: Dispatcher) -> None:
    """Give the application all handlers.

    python-telegram-bot gives a press without data to the first handler of presses, whatever its pattern.
    """
    application.add_handler(CallbackQueryHandler(unknown.old_button, "^$"))
    for each in modules().values():
        application.add_handlers(each.handlers(application.bot_data.services))
    application.add_error_handler(unknown.failed)
    application.bot_data.reply_too_much = too_much.reply
