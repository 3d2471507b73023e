"""The whole, put together: what it needs to start, what it leaves at the end."""

import asyncio
import shutil
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.config import ROOT, TELEGRAM
from bot.content import Edition
from bot.content.telegram_html import visible
from bot.errors import ContentError, SettingsError, StoreError
from bot.run import run
from bot.store import Store, bot_state, cramps, diaries
from bot.updates.polling import Poller
from handlers import start
from simulator import Fault, Request, Simulator
from tests.support.conversation import HELP_TEXT, Conversation, buttons, words
from tests.support.cramps import BAD, VAULT
from tests.support.diaries import agree_by_tapping
from tests.support.key_files import private_key
from tests.support.postgresql import Server
from tests.support.running_bot import running, running_with_limits, settings, trusted
from tests.support.tcp_proxy import TcpProxy
from tests.support.waiting import PATIENCE_SECONDS, until


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Content of one's own."""
    for file in ROOT.glob("content*.yaml"):
        shutil.copy(file, tmp_path)
    shutil.copytree(ROOT / "assets", tmp_path / "assets", ignore=shutil.ignore_patterns("*.py", "*.svg", "__pycache__"))
    return tmp_path


async def start_and_end(simulator: Simulator, folder: Path, **given: Any) -> None:
    async with running(simulator, folder, **given):
        pass


async def test_it_serves_and_ends_when_told(anna: Conversation, edition: Edition, tmp_path: Path) -> None:
    async with running(anna.simulator, tmp_path) as task:
        first, _ = await anna.say("/start", 2)
        assert not task.done()
    assert first["text"] == visible(edition.words(start.Words).welcome)
    assert task.done()


async def test_what_was_said_while_it_was_away_is_answered_at_the_start(
    anna: Conversation, edition: Edition, tmp_path: Path
) -> None:
    anna.simulator.phone.say(anna.person, "/start")
    async with running(anna.simulator, tmp_path):
        first, _ = await anna.arrived(2, 0)
    assert first["text"] == visible(edition.words(start.Words).welcome)


async def test_everything_that_goes_to_telegram_goes_through_the_proxy(tmp_path: Path) -> None:
    """The name leads nowhere on this machine. Only the proxy knows where it is."""
    simulator = Simulator(brake=0.0)
    bo = Conversation(simulator, simulator.add_person("Bo"))
    async with simulator.serve(beyond_loopback=True), TcpProxy(simulator.port) as proxy:
        way: dict[str, Any] = {"telegram_api_url": "http://telegram.invalid", "http_proxy": proxy.url}
        async with running_with_limits(simulator, tmp_path, **way):
            assert words(await bo.ask("/help")) == HELP_TEXT


async def test_a_proxy_that_refuses_is_named_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        requests.append(await reader.readline())
        writer.write(refusal)
        writer.close()

    requests: list[bytes] = []
    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        way: dict[str, Any] = {"telegram_api_url": TELEGRAM, "https_proxy": f"http://anna:pa55word@127.0.0.1:{port}"}
        async with running_with_limits(Simulator(), tmp_path, **way):
            await until(lambda: "HTTPS_PROXY: the proxy answered 407" in caplog.text)
    assert set(requests) == {b"CONNECT api.telegram.org:443 HTTP/1.1\r\n"}
    assert "pa55word" not in caplog.text


async def test_told_to_end_before_it_began_it_ends(simulator: Simulator, tmp_path: Path) -> None:
    ended = asyncio.Event()
    ended.set()
    chosen = settings(simulator, tmp_path)
    clock = trusted(simulator.clock)
    async with Poller(chosen.bot_url, clock) as poller, asyncio.timeout(PATIENCE_SECONDS):
        await run(chosen, clock, ended, poller)


async def test_nothing_is_left_behind(simulator: Simulator, tmp_path: Path) -> None:
    before = asyncio.all_tasks()
    await start_and_end(simulator, tmp_path)
    left = {task for task in asyncio.all_tasks() - before if "run" in repr(task.get_coro()) and "bot" in repr(task)}
    assert left == set()


async def test_it_can_be_started_again_on_what_it_left(anna: Conversation, tmp_path: Path) -> None:
    for _ in range(2):
        async with running(anna.simulator, tmp_path):
            await anna.ask("/help")
    assert anna.simulator.judge.counts[anna.chat.id] == 2


async def test_content_that_is_wrong_ends_it_with_its_lines(simulator: Simulator, folder: Path) -> None:
    with (folder / "content.yaml").open("a") as file:
        file.write("weather: {intro: x}\n")
    with pytest.raises(ContentError, match=r"^content\.yaml:\d+: weather: "):
        await start_and_end(simulator, folder, content_dir=folder)


async def test_a_picture_that_is_not_there_is_told_like_other_content(simulator: Simulator, folder: Path) -> None:
    (folder / "assets" / "toes-to-you.png").unlink()
    with pytest.raises(ContentError, match="toes-to-you.png"):
        await start_and_end(simulator, folder, content_dir=folder)


async def test_content_of_ones_own_is_used(anna: Conversation, folder: Path) -> None:
    for file in folder.glob("content*.yaml"):
        text = file.read_text()
        start_of = text.index("\nstart:\n")
        line = text.index("  welcome:", start_of)
        end = text.index("\n", line)
        file.write_text(text[:line] + "  welcome: Words of our own" + text[end:])
    async with running(anna.simulator, folder, content_dir=folder):
        first, _ = await anna.say("/start", 2)
    assert first["text"] == "Words of our own"


async def test_a_token_that_telegram_refuses_is_a_wrong_setting(simulator: Simulator, tmp_path: Path) -> None:
    simulator.faults.add(Fault(methods={"getMe"}, status=401, times=None))
    with pytest.raises(SettingsError, match=r"^TELEGRAM_BOT_TOKEN: ") as caught:
        await start_and_end_when_it_does(simulator, tmp_path)
    assert simulator.token not in str(caught.value)


async def test_an_address_below_which_there_is_no_bot_is_not_the_tokens_fault(
    simulator: Simulator, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match=r"^TELEGRAM_API_URL: .*404") as caught:
        await start_and_end_when_it_does(simulator, tmp_path, telegram_api_url=f"{simulator.url}/bots")
    assert simulator.token not in str(caught.value)


async def start_and_end_when_it_does(simulator: Simulator, folder: Path, **given: Any) -> None:
    async with running(simulator, folder, **given) as task, asyncio.timeout(PATIENCE_SECONDS):
        await asyncio.wait([task])


async def test_a_database_that_is_taken_ends_it(simulator: Simulator, tmp_path: Path) -> None:
    async with Store.open(f"sqlite:///{tmp_path / 'charley.db'}"):
        with pytest.raises(StoreError, match="another process"):
            await start_and_end(simulator, tmp_path)


@pytest.mark.parametrize("fault", [Fault(status=502, body="html"), Fault(status=429), Fault(cut="accept")])
async def test_a_telegram_that_is_away_at_the_start_is_waited_for(
    fault: Fault, anna: Conversation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def at_once(waiting: asyncio.Future[bool], _: float) -> None:
        asyncio.ensure_future(waiting).cancel()
        raise TimeoutError

    monkeypatch.setattr("bot.run.asyncio.wait_for", at_once)
    number = anna.simulator.faults.add(Fault(methods={"getMe"}, status=fault.status or 500, body=fault.body, times=2))
    async with running(anna.simulator, tmp_path):
        await anna.ask("/help")
    assert anna.simulator.faults.struck(number) == 2
    assert caplog.text.count("Cannot reach Telegram") == 1, "a line for each try would fill the log"


async def test_told_to_end_while_it_waits_for_telegram_it_ends(simulator: Simulator, tmp_path: Path) -> None:
    number = simulator.faults.add(Fault(methods={"getMe"}, status=502, times=None))
    async with running(simulator, tmp_path):
        await until(lambda: simulator.faults.struck(number))


async def test_pictures_are_uploaded_once_also_over_a_restart(anna: Conversation, tmp_path: Path) -> None:
    named: list[str] = []

    def note(request: Request) -> bool:
        named.append(request.parameters.text("photo"))
        return False

    anna.simulator.faults.add(Fault(methods={"sendPhoto"}, times=None, when=note))
    async with running(anna.simulator, tmp_path):
        await anna.ask("/cramp")
    async with running(anna.simulator, tmp_path):
        await anna.ask("/cramp")
    async with Store.open(f"sqlite:///{tmp_path / 'charley.db'}") as store:
        known = await store.read(bot_state.read_all)
    assert named[0] not in known.values()
    assert named[1] in known.values()


async def test_it_introduces_itself_in_every_language(simulator: Simulator, tmp_path: Path) -> None:
    async with running(simulator, tmp_path):
        await until(lambda: "sv" in simulator.world.profile.names)
    assert set(simulator.world.profile.names) == {"", "sv"}


# The key of the diaries


async def test_the_first_start_makes_a_key_and_the_next_one_keeps_it(simulator: Simulator, tmp_path: Path) -> None:
    bo, keys = Conversation(simulator, simulator.add_person("Bo")), []
    for _ in range(2):
        async with running(simulator, tmp_path):
            await bo.ask("/help")
            keys.append((tmp_path / "charley.key").read_text(encoding="ascii"))
    assert keys[0] == keys[1]


@pytest.mark.parametrize("problem", ["does not exist", "does not open all diaries"])
async def test_without_the_key_of_a_diary_the_bot_starts_and_only_the_diary_is_closed(
    simulator: Simulator, tmp_path: Path, problem: str, caplog: pytest.LogCaptureFixture
) -> None:
    bo, cy = (Conversation(simulator, simulator.add_person(name)) for name in ("Bo", "Cy"))
    key = tmp_path / "charley.key"
    agree = partial(diaries.agree, chat_id=bo.person.id, vault=VAULT, consented_to="1", language="en")
    async with Store.open(f"sqlite:///{tmp_path / 'charley.db'}") as store:
        await store.write(partial(agree, now=simulator.clock()))
        await store.write(partial(cramps.add, chat_id=bo.person.id, vault=VAULT, cramp=BAD, message_id=1, now=BAD.at))
    if problem != "does not exist":
        private_key(key)
    async with running(simulator, tmp_path):
        assert "photo" in await bo.ask("/cramp")
        question = await bo.ask("/log")
        closed = await bo.press(question, "log:new:3")
        assert words(closed).startswith("I can't open your diary right now.")
        assert words(await bo.ask("/history")) == words(closed)
        assert key.exists() is (problem != "does not exist"), "a new key would hide that the old one is missing"
        refused = await agree_by_tapping(cy)
        assert words(refused).startswith("I can't start a diary right now.")
        assert buttons(refused) == {}, "there is no diary to delete"
    lines = [record.getMessage() for record in caplog.records if getattr(record, "action", "") == "diaries_closed"]
    assert [problem in line and str(key) in line for line in lines] == [True]
    assert 0 < lines[0].find("put the missing key into the file") < lines[0].find("rotate-key")
    async with Store.open(f"sqlite:///{tmp_path / 'charley.db'}") as store:
        assert await store.read(diaries.master_keys) == set(VAULT.ids), "with the wrong key, no diary may begin"
    private_key(key, *VAULT.keys)
    async with running(simulator, tmp_path):
        assert "Cramps: 1" in words(await bo.ask("/history"))


@pytest.mark.parametrize(("text", "mode", "problem"), [
    ("", 0o600, "must have a key of 64 hexadecimal digits"), ("ab" * 32, 0o644, "every user of this machine can use"),
])  # fmt: skip
@pytest.mark.parametrize("has_diaries", [True, False])
async def test_a_key_file_that_cannot_be_used_is_one_line_and_the_rest_works(
    simulator: Simulator, tmp_path: Path, text: str, mode: int, problem: str, has_diaries: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    bo, key = Conversation(simulator, simulator.add_person("Bo")), tmp_path / "charley.key"
    async with Store.open(f"sqlite:///{tmp_path / 'charley.db'}") as store:
        agree = partial(diaries.agree, chat_id=7, vault=VAULT, consented_to="1", language="en", now=simulator.clock())
        await (store.write(agree) if has_diaries else store.read(diaries.master_keys))
    key.write_text(text, encoding="ascii")
    key.chmod(mode)
    async with running(simulator, tmp_path):
        assert "photo" in await bo.ask("/cramp")
        assert words(await agree_by_tapping(bo)).startswith("I can't start a diary right now.")
    lines = [record.getMessage() for record in caplog.records if getattr(record, "action", "") == "diaries_closed"]
    assert [problem in line and str(key) in line for line in lines] == [True]
    assert key.read_text(encoding="ascii") == text, "it is the operator's"


async def test_with_postgresql_a_key_that_does_not_open_the_diaries_ends_the_start(
    server: Server, simulator: Simulator, tmp_path: Path
) -> None:
    url = server.new_database()
    async with Store.open(url) as store:
        agree = partial(diaries.agree, chat_id=7, vault=VAULT, consented_to="1", language="en", now=simulator.clock())
        await store.write(agree)
    with pytest.raises(SettingsError, match=r"^DATA_KEY_FILE: .*key does not open all diaries"):
        async with running(simulator, tmp_path, database_url=url, data_key_file=private_key(tmp_path / "key")) as task:
            await task


@pytest.mark.parametrize(
    ("path", "problem"), [(None, "is not set"), (Path("/nowhere/key"), "/nowhere/key does not exist")]
)
async def test_with_postgresql_a_missing_key_is_one_line_before_anything_is_connected(
    simulator: Simulator, tmp_path: Path, path: Path | None, problem: str
) -> None:
    with pytest.raises(SettingsError, match=f"^DATA_KEY_FILE: {problem}") as error:
        await start_and_end(
            simulator, tmp_path, database_url="postgresql://anna@127.0.0.1:1/charley", data_key_file=path
        )
    assert "\n" not in str(error.value)
