"""The recipes in CONTRIBUTING.md and docs/simulator.md work when they are followed to the letter."""

import asyncio
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.config import ROOT
from simulator import Simulator
from tests.support import running_bot, simulator_process
from tests.support.conversation import Conversation, buttons
from tests.support.program import copy_program
from tests.support.reminders import turn_on
from tests.support.waiting import PATIENCE_SECONDS


def blocks(language: str, document: str = "CONTRIBUTING.md") -> list[str]:
    """The code blocks of a document in this language, without their indentation.

    The command is renamed, so that these tests hold as well where somebody has followed the recipe to the letter.
    """
    text = (ROOT / document).read_text(encoding="utf-8")
    blocks = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", code, flags=re.MULTILINE).replace("hello", "wave") for indent, code in blocks]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The program, to be added to."""
    return copy_program(tmp_path)


def add_words(file: Path, block: str) -> None:
    """Put a block as the recipe shows it into a file of content: its second line below ``commands``, the rest last."""
    _, command, *words = block.splitlines(keepends=True)
    text = file.read_text(encoding="utf-8").replace("\ncommands:\n", f"\ncommands:\n{command}", 1)
    file.write_text("".join([text, "\n", *words]), encoding="utf-8")


@asynccontextmanager
async def process(telegram: Simulator, folder: Path) -> AsyncIterator[None]:
    """The bot in ``folder`` as a process of its own."""
    environment = {"PATH": "", "TELEGRAM_BOT_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.url}
    bot = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", cwd=folder, env=environment)
    try:
        yield
    finally:
        bot.terminate()
        await bot.wait()


async def test_a_new_command_takes_one_file_and_its_words(copy: Path) -> None:
    (code, _), (words, *_) = blocks("python"), blocks("yaml")
    (copy / "handlers" / "wave.py").write_text(code, encoding="utf-8")
    add_words(copy / "content.yaml", words)
    add_words(copy / "content.sv.yaml", words.replace("Hello. How is your leg?", "Hej. Hur mår benet?"))
    async with running_bot.telegram() as telegram, asyncio.timeout(PATIENCE_SECONDS):
        bo, eva = (Conversation(telegram, telegram.add_person(language=language)) for language in ("en", "sv"))
        async with process(telegram, copy):
            assert (await bo.ask("/wave"))["text"] == "Hello. How is your leg?"
            assert (await eva.ask("/wave"))["text"] == "Hej. Hur mår benet?"
            assert "/wave" in (await bo.ask("/help"))["text"]


def test_the_test_of_the_recipe_passes(copy: Path) -> None:
    (code, test), (words, *_) = blocks("python"), blocks("yaml")
    for name in ("simulator", "tests"):
        shutil.copytree(ROOT / name, copy / name)
    shutil.copy(ROOT / "pyproject.toml", copy)
    (copy / "handlers" / "wave.py").write_text(code, encoding="utf-8")
    (copy / "tests" / "handlers" / "test_wave.py").write_text(test, encoding="utf-8")
    add_words(copy / "content.yaml", words)
    add_words(copy / "content.sv.yaml", words)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests/handlers/test_wave.py"]
    ended = subprocess.run(command, cwd=copy, env={"PATH": ""}, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout


def test_a_new_command_without_its_words_is_told(copy: Path) -> None:
    code, _ = blocks("python")
    (copy / "handlers" / "wave.py").write_text(code, encoding="utf-8")
    command = [sys.executable, "-m", "bot", "check"]
    ended = subprocess.run(command, cwd=copy, env={"PATH": ""}, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert ": wave: " in ended.stderr


def add_block(folder: Path, block: str, *facts: str) -> None:
    """Put the entry of a block first into its block of each file of content, without its ``facts`` in translations."""
    heading, *entry = block.splitlines(keepends=True)
    words = [line for line in entry if not line.strip().startswith(facts)]
    for file in folder.glob("content*.yaml"):
        text, added = file.read_text(encoding="utf-8"), entry if file.name == "content.yaml" else words
        file.write_text(text.replace(f"\n{heading}", "".join(["\n", heading, *added]), 1), encoding="utf-8")


async def test_a_new_kind_of_reminder_takes_a_block_only(copy: Path, simulator: Simulator) -> None:
    add_block(copy, blocks("yaml")[1], "times:", "most:")
    async with running_bot.running(simulator, copy, content_dir=copy):
        anna = Conversation(simulator, simulator.add_person())
        shown = await turn_on(anna, "feet")
        assert "19:00" in shown["text"]
        before = simulator.judge.total
        simulator.clock.skip(timedelta(hours=22, minutes=2))
        (came,) = await anna.arrived(1, before)
        assert came["text"] == "Ten slow circles with each foot?"
        done = await anna.press(came, next(data for data in buttons(came).values() if data.startswith("answer:done:")))
        assert "Foot circles" in done["text"]


async def test_a_stretching_routine_takes_a_block_only(copy: Path, simulator: Simulator) -> None:
    block = blocks("yaml")[2]
    add_block(copy, block, "sequence:", "- {")
    for file in copy.glob("content.??.yaml"):
        text = file.read_text(encoding="utf-8").replace(", source: [our own judgement]}", "}")
        file.write_text(text, encoding="utf-8")
    async with running_bot.running(simulator, copy, content_dir=copy):
        anna = Conversation(simulator, simulator.add_person())
        offer = await anna.ask("/stretch runner")
        assert offer["caption"].startswith("After a run")
        run = await anna.press(offer, "stretch:start:runner")
        before = simulator.judge.total
        simulator.clock.skip(timedelta(seconds=5))
        (hold,) = await anna.arrived(1, before, edits=True)
        assert hold["message_id"] == run["message_id"]
        assert hold["caption"].startswith("Hold 20 seconds\nCalf, left side")


def test_a_new_page_takes_words_only(copy: Path) -> None:
    page = "  socks:\n    title: Socks\n    button: Socks\n    body:\n      warm: {text: Warm.}\n"
    for file in copy.glob("content*.yaml"):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("\npages:\n", f"\npages:\n{page}", 1), encoding="utf-8")
    command = [sys.executable, "-m", "bot", "check"]
    ended = subprocess.run(command, cwd=copy, env={"PATH": ""}, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_the_simulator_tests_another_bot(tmp_path: Path) -> None:
    (test,) = blocks("python", "docs/simulator.md")
    shutil.copytree(ROOT / "simulator", tmp_path / "simulator")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "test_greeting.py").write_text(test, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "test_greeting.py"]
    ended = subprocess.run(command, cwd=tmp_path, env={"PATH": ""}, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout
    assert "1 passed" in ended.stdout


async def test_the_story_over_http_runs_as_it_stands() -> None:
    (story,) = blocks("http", "docs/simulator.md")
    async with (
        simulator_process.started("--no-bot") as process,
        aiohttp.ClientSession(await simulator_process.address(process)) as client,
    ):
        for method, path, body in re.findall(r"^(\w+) (\S+) ?(.*)$", story, re.MULTILINE):
            async with client.request(method, path, data=body.encode()) as answer:
                assert (path, answer.status) == (path, 200), await answer.text()
