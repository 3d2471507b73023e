"""The log has no secret and no personal data in it, at any log level, whatever fails."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot import __main__ as command_line
from simulator import Fault, Simulator
from tests.support import running_bot
from tests.support.bot_process import Installation, exit_status, running_process
from tests.support.conversation import Conversation, Json
from tests.support.recording import Requests
from tests.support.sqlite_file import locked, without_table
from tests.support.waiting import PATIENCE_SECONDS

TOKEN = "7310194628:CanaryToken_for-the-log_4d1f"
NAME, TEXT, TITLE, DATA = "Canary-Name Ögren", "canary-text my left calf", "Canary-Group", "canary-data"
SECRETS = (TOKEN, TOKEN.partition(":")[2], TOKEN[-12:])
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")

FAULTS: list[Fault] = [
    Fault(methods={"sendPhoto"}, status=401),
    Fault(methods={"sendPhoto"}, status=404),
    Fault(methods={"sendPhoto"}, status=403, description="Forbidden: something new"),
    Fault(methods={"sendPhoto"}, status=400),
    Fault(methods={"sendPhoto"}, status=429, retry_after=1),
    Fault(methods={"sendPhoto"}, cut="delivered"),
    Fault(methods={"sendMessage"}, status=400, description="Bad Request: can't parse entities"),
    Fault(methods={"sendMessage"}, status=403),
    Fault(methods={"sendMessage"}, status=429, retry_after=1),
    Fault(methods={"sendMessage"}, status=502, body="html", times=2),
    Fault(methods={"sendMessage"}, body="junk", times=2),
    Fault(methods={"sendMessage"}, body="not_ok", times=2),
    Fault(methods={"sendMessage"}, cut="body", times=2),
    Fault(methods={"sendMessage"}, cut="half", times=2),
    Fault(methods={"answerCallbackQuery"}, status=401, times=None),
    Fault(methods={"editMessageText"}, status=400, times=None),
    Fault(methods={"pinChatMessage"}, status=502, times=None),
]
FAULTS_OF_POLLING = [
    Fault(methods={"getUpdates"}, status=401),
    Fault(methods={"getUpdates"}, body="junk"),
    Fault(methods={"getUpdates"}, cut="body"),
]


@dataclass(frozen=True)
class Scene:
    """A bot at one log level, and people who each meet another fault. Nothing about them may be logged."""

    installation: Installation
    people: list[Conversation]

    @property
    def simulator(self) -> Simulator:
        """The Telegram of these people."""
        return self.installation.simulator

    @property
    def file(self) -> Path:
        """The file of the bot's database."""
        return self.installation.folder / "charley.db"

    @property
    def canaries(self) -> list[str]:
        """Texts that would reveal who somebody is, or what they wrote."""
        chats = [str(chat.id).lstrip("-") for chat in self.simulator.world.chats.values()]
        return [NAME, "Ögren", "anary", "left calf", *chats]

    def leaked(self, texts: Iterable[str]) -> list[str]:
        """Return the texts that are in the log."""
        output = self.installation.output()
        return [text for text in texts if text in output]


@asynccontextmanager
async def running_scene(folder: Path, level: str) -> AsyncIterator[Scene]:
    """Run a bot as a process, with its people, until the end of the block."""
    async with running_bot.telegram(token=TOKEN) as simulator:
        folder.mkdir()
        people = [Conversation(simulator, simulator.add_person(f"{NAME} {number}")) for number in range(len(FAULTS))]
        installation = Installation(simulator, folder, (("LOG_LEVEL", level),), forked=True)
        async with running_process(installation):
            await people[0].ask("/help")
            yield Scene(installation, people)


async def _send(scene: Scene) -> None:
    """Let everybody ask for everything. The answers to each person fail in another way."""
    for talk, fault in zip(scene.people, FAULTS, strict=True):
        scene.simulator.faults.add(replace(fault, chats=set() if "query" in str(fault.methods) else {talk.chat.id}))
    await asyncio.gather(*(_ask(talk) for talk in scene.people))
    scene.simulator.faults.clear()


async def _ask(talk: Conversation) -> None:
    for text in ("/cramp", "/cramp", TEXT, f"/{TEXT}", f"/start {TEXT}"):
        talk.simulator.phone.say(talk.person, text)
    talk.simulator.phone.send(talk.person, {"caption": TEXT, "contact": {"first_name": NAME, "phone_number": TEXT}})
    (menu, *_) = await talk.all_answers()
    for data in (DATA, "cramp:pin", "page:learn"):
        query = {"id": "1", "from": talk.person.user(), "chat_instance": "1", "data": data, "message": menu}
        talk.simulator.updates.add("callback_query", query, talk.chat.id)
    await talk.all_answers()


def _poison(scene: Scene) -> list[Json]:
    """Return unreadable updates, full of personal data."""
    return [
        {kind: update}
        for kind in ("message", "callback_query", "my_chat_member")
        for update in _unreadable_messages(scene)
    ]


def _unreadable_messages(scene: Scene) -> list[Any]:
    """Return unreadable messages of one person."""
    person = scene.simulator.add_person(NAME)
    chat: Json = {"id": person.id, "type": "private", "first_name": NAME}
    body: Json = {"message_id": 1, "date": 1, "chat": chat, "from": person.user(), "text": TEXT}
    return [
        *(
            {**body, name: value}
            for name in ("date", "chat", "from", "entities")
            for value in (TEXT, [TEXT], {"name": TEXT})
        ),
        {**body, "date": 10**15},
        {**body, "chat": {"first_name": NAME}},
        {**body, "from": {"first_name": NAME, "id": person.id}},
        {**body, "text": {"deep": TEXT}},
        TEXT,
    ]


async def _receive(scene: Scene) -> None:
    """Let unreadable updates arrive, a group write, and polls fail."""
    for poison in _poison(scene):
        scene.simulator.updates.add_raw(poison)
    talk = scene.people[0]
    group = Conversation(scene.simulator, talk.person, scene.simulator.phone.new_group(talk.person, TITLE))
    await group.all_answers()
    requests = Requests(scene.simulator)
    for fault in FAULTS_OF_POLLING:
        number = scene.simulator.faults.add(fault)
        await talk.all_answers()
        await requests.until(partial(scene.simulator.faults.struck, number))


async def _store(scene: Scene) -> None:
    """Lock the database, let it refuse a row, and take a table away."""
    talk = scene.people[0]
    with locked(scene.file):
        await talk.say("/cramp")
    await asyncio.to_thread(_refuse_people, scene.file)
    await talk.all_answers("/tip")
    before = scene.simulator.judge.total
    async with without_table(scene.file):
        await talk.say("/cramp")
    await scene.simulator.judge.until(lambda judge: judge.total > before, PATIENCE_SECONDS)
    await talk.all_answers()


def _refuse_people(file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None, timeout=PATIENCE_SECONDS)) as connection:
        connection.execute("CREATE TRIGGER no BEFORE INSERT ON person BEGIN SELECT RAISE(ABORT, 'refused'); END")


async def _with_every_fault(folder: Path, level: str) -> Scene:
    async with running_scene(folder, level) as scene:
        await _send(scene)
        await _receive(scene)
        await _store(scene)
    return scene


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scenes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Scene]:
    """Let everything fail for four bots at once, one for each log level."""
    folder = tmp_path_factory.mktemp("scenes")
    scenes = await asyncio.gather(*(_with_every_fault(folder / level, level) for level in LEVELS))
    return dict(zip(LEVELS, scenes, strict=True))


@pytest.mark.parametrize("level", LEVELS)
def test_f67_no_secret_is_logged(level: str, scenes: dict[str, Scene]) -> None:
    assert scenes[level].leaked(SECRETS) == []


@pytest.mark.parametrize("level", LEVELS)
def test_f68_no_personal_data_is_logged(level: str, scenes: dict[str, Scene]) -> None:
    assert scenes[level].leaked(scenes[level].canaries) == []


FAILED = ("Leaving out the picture", "Giving up")
EXPECTED = {
    "DEBUG": ["Cannot fetch updates:", *FAILED, "Cannot handle an update", "Traceback"],
    "INFO": ["Cannot fetch updates:", *FAILED, "Updates are coming in again", "Traceback"],
    "WARNING": ["Cannot fetch updates:", *FAILED, "Cannot handle an update", "Traceback"],
    "ERROR": ["Cannot handle an update", "Traceback"],
}


@pytest.mark.parametrize("level", LEVELS)
def test_f68_the_failures_themselves_are_logged(level: str, scenes: dict[str, Scene]) -> None:
    output = scenes[level].installation.output()
    assert [text for text in EXPECTED[level] if text not in output] == []


# A start that fails

CANARY = "canary4d1f"
WRONG_SETTINGS = {
    "not a token": {"TELEGRAM_BOT_TOKEN": CANARY},
    "a token with a space": {"TELEGRAM_BOT_TOKEN": f"{TOKEN} {CANARY}"},
    "an unknown kind of database": {"DATABASE_URL": f"oracle://{CANARY}:{CANARY}@{CANARY}/{CANARY}"},
    "a server that is not there": {"DATABASE_URL": f"postgresql://{CANARY}:{CANARY}@127.0.0.1:1/{CANARY}"},
    "a port that is not a number": {"DATABASE_URL": f"postgresql://{CANARY}:{CANARY}@127.0.0.1:{CANARY}/{CANARY}"},
    "a password with special characters": {"DATABASE_URL": f"postgresql://anna:p@w:{CANARY}@127.0.0.1/name"},
    "an unknown log level": {"LOG_LEVEL": CANARY},
    "an address that is not HTTP": {"TELEGRAM_API_URL": f"ftp://{CANARY}:{CANARY}@127.0.0.1"},
    "an operator that is not a number": {"OPERATOR_IDS": CANARY},
    "a file that is not there": {"TELEGRAM_BOT_TOKEN_FILE": f"/{CANARY}"},
}


@pytest.mark.parametrize("case", WRONG_SETTINGS)
def test_f67_a_start_that_fails_shows_no_value_of_a_setting(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ((setting, value),) = WRONG_SETTINGS[case].items()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    monkeypatch.setenv(setting, value)
    assert command_line.main(["migrate"] if setting == "DATABASE_URL" else []) in {2, 3}
    output = "".join(capsys.readouterr())
    assert setting in output
    assert [secret for secret in (*SECRETS, CANARY) if secret in output] == []


async def test_f67_a_token_that_telegram_refuses_is_not_logged(tmp_path: Path) -> None:
    async with running_bot.telegram(token=TOKEN) as simulator:
        simulator.faults.add(Fault(status=401, times=None))
        installation = Installation(simulator, tmp_path, (("LOG_LEVEL", "DEBUG"),), forked=True)
        assert await exit_status(await installation.start()) == 2
    assert "TELEGRAM_BOT_TOKEN: Telegram refuses it" in installation.output()
    assert [secret for secret in (*SECRETS, "Traceback") if secret in installation.output()] == []
