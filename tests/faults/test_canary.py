"""A canary: somebody whose name, number and notes are in no log, and nowhere after /deletedata."""

import itertools
import logging
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase, find, settings
from hypothesis.strategies import from_regex
from sqlalchemy import select
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot import log
from bot.app import Dispatcher, Services
from bot.content.telegram_html import visible
from bot.store.tables import cramp, diary_key
from handlers import help as help_topic
from scheduler import housekeeping
from simulator import Simulator
from tests.support import running_bot
from tests.support.assembled_bot import assembled_bot, receiving_updates
from tests.support.conversation import Conversation, buttons, words
from tests.support.reminders import turn_on
from tests.support.waiting import PATIENCE_SECONDS

if TYPE_CHECKING:
    from tests.support.postgresql import Server

ID = 0x5A17E1F2A3B4
"""Unmistakable, also as bytes."""
NAME, USERNAME, NOTE = "Canary-Ögren", "canary4d1f", "canarynote about a new medicine"
DELETE_ALL = "erasure:all"
FIRST_MATCH = settings(max_examples=1, phases=[Phase.generate], database=None)
"""Take the first text that matches a pattern, which is a short one."""
HELP_TEXTS = {visible(help_topic.commands(edition).text) for edition in running_bot.content().values()}


@pytest.fixture(autouse=True)
def _logging_restored() -> Iterator[None]:
    """Restore logging, which ``log.configure`` changes for the whole process."""
    loggers = [logging.getLogger(), *map(logging.getLogger, (*log.LIBRARIES, "apscheduler"))]
    before = [(logger, logger.level, logger.handlers[:]) for logger in loggers]
    yield
    for logger, level, its_handlers in before:
        logger.setLevel(level)
        logger.handlers[:] = its_handlers


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database on the server or of a file, whichever the test asks for."""
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("server")
        return server.new_database()
    return f"sqlite:///{tmp_path / 'charley.db'}"


@pytest.fixture
async def bot(simulator: Simulator, database: str, tmp_path: Path) -> AsyncIterator[tuple[Services, Dispatcher]]:
    async with (
        assembled_bot(simulator, tmp_path, database=database) as (services, application),
        receiving_updates(simulator, services, application),
    ):
        yield services, application


@pytest.fixture
def canary(simulator: Simulator) -> Conversation:
    """The person."""
    simulator.world._person_ids = itertools.count(ID)
    return Conversation(simulator, simulator.add_person(NAME, username=USERNAME))


def traces(data: bytes, *more: bytes) -> list[bytes]:
    """Return what there is in some bytes of the person: number (as text, and as both databases store it), name, notes."""
    number = [str(ID).encode(), ID.to_bytes(6, "big"), ID.to_bytes(8, "little")]
    texts = [text.encode() for text in (NAME, USERNAME, NOTE)]
    return [trace for trace in (*number, *texts, *more) if trace in data]


def stored(folder: Path) -> bytes:
    """Return the bytes of all files in a folder: of a database its file and log, and the notes of what has left."""
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


async def answered(who: Conversation) -> None:
    """Wait until everything that was said and pressed is answered: a chat is served in order, and /help comes last."""
    judge, before = who.simulator.judge, who.simulator.judge.total
    who.simulator.phone.say(who.person, "/help")

    def is_helped(_: object) -> bool:
        return any(words(delivery.message) in HELP_TEXTS for delivery in judge.received(who.chat.id, after=before))

    await judge.until(is_helped, PATIENCE_SECONDS)


async def keep_a_diary(who: Conversation) -> None:
    """Turn reminders on, and log two cramps with a note, one by buttons and one by a sentence."""
    await turn_on(who, "stretch", "week")
    introduction = await who.ask("/log")
    await who.press(introduction, "consent:ask:29360000:---6-")
    entry = await who.press(introduction, "consent:agree:29360000:---6-")
    number = next(data for data in buttons(entry).values() if data.startswith("log:undo:")).rpartition(":")[2]
    await who.press(entry, f"log:note:{number}")
    await who.ask(NOTE)
    await who.ask("cramp last night about 3, left calf")


async def use_every_handler(who: Conversation, application: Dispatcher) -> None:
    """Use each command with words behind it, and press a button of each handler, at last the one that deletes all."""
    (installed,) = application.handlers.values()
    for name in sorted(min(handler.commands) for handler in installed if isinstance(handler, CommandHandler)):
        who.simulator.phone.say(who.person, f"/{name} {NOTE}")
        await answered(who)
    patterns = [handler.pattern for handler in installed if isinstance(handler, CallbackQueryHandler)]
    unused = [pattern for pattern in patterns if isinstance(pattern, re.Pattern) and not pattern.match(DELETE_ALL)]
    while press := _next_press(who, unused):
        await _press(who, *press)
        unused = [pattern for pattern in unused if not pattern.match(press[1])]
    newest = max(who.chat.messages)
    for pattern in unused:  # below reminders, say, and questions that nobody has asked here
        await _press(who, newest, find(from_regex(pattern, fullmatch=True), lambda _: True, settings=FIRST_MATCH))
    await _press(who, newest, DELETE_ALL)


def _next_press(who: Conversation, unused: list[re.Pattern[str]]) -> tuple[int, str] | None:
    """Return a button in the chat whose handler has not been used, as its message and its data."""
    shown = ((number, data) for number, message in who.chat.messages.items() for data in buttons(message.body).values())
    return next((press for press in shown if any(pattern.match(press[1]) for pattern in unused)), None)


async def _press(who: Conversation, message: int, data: str) -> None:
    await who.simulator.phone.press(who.person, message, data, who.chat)
    await answered(who)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_f68_no_handler_logs_who_somebody_is_or_what_they_wrote(
    canary: Conversation,
    bot: tuple[Services, Dispatcher],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    services, application = bot
    log.configure("DEBUG", canary.simulator.token)
    await keep_a_diary(canary)
    assert set(traces(stored(tmp_path))) >= {ID.to_bytes(6, "big"), NOTE.encode()}, "as they were received"
    await use_every_handler(canary, application)
    logging.getLogger("bot").debug("the log is read")
    logged = capsys.readouterr()
    assert "the log is read" in logged.err
    assert traces((logged.out + logged.err).encode()) == []
    await housekeeping.tick(services)
    assert traces(stored(tmp_path)) == [], "everything was deleted at the end"


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
async def test_f72_after_deletedata_no_byte_of_a_diary_is_left(
    canary: Conversation, bot: tuple[Services, Dispatcher], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    services, _ = bot
    if services.store.is_exclusive:
        folder = tmp_path
    else:
        server: Server = request.getfixturevalue("server")
        folder = server.folder / "data" / "base"

    async def everything() -> bytes:
        if not services.store.is_exclusive:
            server.execute("CHECKPOINT")
        return stored(folder)

    await keep_a_diary(canary)
    sealed = select(cramp.c.sealed).union(select(diary_key.c.wrapped))
    secrets = [bytes(row) for row in await services.store.read(lambda connection: connection.scalars(sealed).all())]
    assert len(secrets) == 3
    assert len(traces(await everything(), *secrets)) >= 4, "the number, the entries and the key"
    await canary.press(await canary.ask("/deletedata"), DELETE_ALL)
    await housekeeping.tick(services)
    assert traces(await everything(), *secrets) == []
