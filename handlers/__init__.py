"""What a person can say to Charley: one module, or one package, for each topic of conversation.

A topic is discovered automatically, also in a folder of topics. It exports ``handlers(services)``, the
python-telegram-bot handlers of its commands, words and buttons. It may also export:

- ``Words``, a model of its words: the block of ``content.yaml`` with the topic's name.
- ``DEFERRED``, for a topic that sends or edits a message later. It has a function for each kind of such message. The
  function draws the message: it writes the text and the buttons when the message is due.
- ``GUIDES``, for a topic that guides people through something: a ``bot.stretching.guide.Guide`` for each kind of run.
- ``AWAITING``, for a topic that waits for a typed answer: for each name, a ``bot.app.TextHandler``. The topic asks, and
  stores the name with ``context.await_text(name)``. The person's next text then goes to the handler of that name.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timezone
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from pydantic import SecretStr
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.app import Dispatcher, Services, TextHandler
from bot.app.recent_answers import RecentAnswers
from bot.config import Settings
from bot.content.loading import Content, load, problem
from bot.diary.words import Words as DiaryWords
from bot.errors import ContentError
from bot.reminders.deferred import Draw
from bot.stretching.guide import Guides
from bot.updates.inbound_update import Answer, Raw
from handlers import cramp, late, too_much, unknown
from handlers.stretch import recordings

FIRST, SECOND, LAST = "late", "cramp", "unknown"
"""``late`` must see an update before any other topic. ``cramp`` hears that a cramp eases, whatever text is awaited.
``unknown`` gets what no other topic handles."""


@cache
def modules() -> Mapping[str, ModuleType]:
    """Return the topics by name, in the order in which their handlers are tried."""
    topics = dict(_find_topics(__path__, __name__))
    names = sorted(topics, key=lambda name: (name != FIRST, name != SECOND, name == LAST, name))
    return {name: topics[name] for name in names}


def _find_topics(path: Iterable[str], package: str) -> Iterator[tuple[str, ModuleType]]:
    """Find the topics in a package. A package in it without ``handlers`` is a folder of further topics."""
    for info in pkgutil.iter_modules(path):
        module = importlib.import_module(f"{package}.{info.name}")
        if info.ispkg and not hasattr(module, "handlers"):
            yield from _find_topics(module.__path__, module.__name__)
        else:
            yield info.name, module


def load_content(folder: Path) -> Content:
    """Load the content and check that every command in it is answered, and that every recording fits its routine.

    The handlers are built once from the content, so that wrong content is reported here and not at the start of the
    bot. Raises ``bot.errors.ContentError`` with a line for each problem.
    """
    blocks = {name: topic.Words for name, topic in modules().items() if hasattr(topic, "Words")}
    content = load(folder, {"diary": DiaryWords, **blocks})
    settings, none = Settings.model_construct(telegram_bot_token=SecretStr("")), cast("Any", None)
    # Handlers are only built here and not called, so they need no database and no sender.
    idle = Services(settings, content, none, none, lambda: datetime.min.replace(tzinfo=timezone.utc))
    # ``late`` answers every command that is old, so it proves nothing about a command.
    built = [handler for name, topic in modules().items() if name != FIRST for handler in topic.handlers(idle)]
    answered = {name for handler in built if isinstance(handler, CommandHandler) for name in handler.commands}
    answered.update(content.names("cramp"))  # a call for relief needs no handler
    files = (folder / "content.yaml",)
    if silent := [key for key, command in content.edition().commands.items() if command.name not in answered]:
        what = "no file in handlers/ and no page answers this command"
        raise ContentError("\n".join(problem(files, ("commands", key), what) for key in silent))
    if lines := [problem(files, key, text) for key, text in recordings.problems(content, folder / "assets")]:
        raise ContentError("\n".join(lines))
    return content


def deferred() -> dict[str, Draw]:
    """Return the function that draws each kind of deferred message, from the topics' ``DEFERRED``."""
    return _collect_exports("DEFERRED")


def guides() -> Guides:
    """Return the guide of each kind of run, from the topics' ``GUIDES``."""
    return _collect_exports("GUIDES")


def awaiting() -> dict[str, TextHandler]:
    """Return the handler of each awaited text, from the topics' ``AWAITING``."""
    return _collect_exports("AWAITING")


def _collect_exports(export: str) -> dict[str, Any]:
    """Merge the dictionaries that topics export by this name. Raises ``ValueError`` if two topics share a key."""
    collected: dict[str, Any] = {}
    owners: dict[str, str] = {}
    for topic, module in modules().items():
        for name, function in getattr(module, export, {}).items():
            if name in owners:
                raise ValueError(f"{export}: the topics {owners[name]} and {topic} both claim {name!r}; rename one")
            collected[name], owners[name] = function, topic
    return collected


def answer_finder(services: Services, bot_name: str = "") -> Callable[[Raw], Answer | None]:
    """Return a function that finds the answer to a call for relief or a danger in a raw update; None for any other.

    ``bot_name`` is the bot's username, which may follow a command: ``/cramp@charley_bot``.
    """
    find_call = cramp.call_finder(services.content, bot_name)

    def find_answer(raw: Raw) -> Answer | None:
        call = find_call(raw)
        if call is None:
            return None
        return call.answer if call.always_current or not late.is_late(raw, services.clock()) else late.apologise

    return find_answer


def install(application: Dispatcher) -> None:
    """Give the application the handlers of all topics, and the other exports of the topics."""
    # python-telegram-bot gives a press without data to the first button handler, whatever its pattern.
    application.add_handler(CallbackQueryHandler(unknown.old_button, "^$"))
    for topic in modules().values():
        application.add_handlers(topic.handlers(application.bot_data.services))
    application.add_error_handler(unknown.failed)
    application.bot_data.text_handlers = awaiting()
    application.bot_data.reply_too_much = too_much.reply
    application.bot_data.reply_failed = unknown.reply_failed
    application.bot_data.apologies = RecentAnswers(late.LATE)
