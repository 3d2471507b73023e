"""The rules of the house: what is true of all files together, and that the recipes in CONTRIBUTING.md work."""

import ast
import asyncio
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from telegram.ext import CommandHandler

import handlers
from bot import VERSION
from bot.config import ROOT
from handlers import status
from simulator import Simulator
from tests.support import running_bot
from tests.support.conversation import Conversation, buttons
from tests.support.reminders import turn_on
from tests.support.running_bot import content
from tests.support.waiting import PATIENCE_SECONDS

PACKAGES = ("bot", "handlers", "scheduler", "simulator")
PARTS_OF_A_MIGRATION = Path("bot/store/migrations")
"""Tested as a whole by tests/bot/store/test_migrations.py."""
LONGEST_FUNCTION, LONGEST_FILE = 50, 400
MADE = {"__pycache__", "build", "data", "node_modules"}
"""Folders that a program has made, besides those that begin with a dot."""
CLOCKS = {Path("bot/__main__.py"), Path("simulator/clock.py")}
REGISTRIES = [".".join(each) for each in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"))]


def files(*folders: str, pattern: str = "*") -> Iterator[Path]:
    """Our files below these folders of the tree, as paths from its root."""
    for folder in folders or (".",):
        for file in sorted((ROOT / folder).rglob(pattern)):
            path = file.relative_to(ROOT)
            if file.is_file() and not any(part in MADE or part.startswith(".") for part in path.parts[:-1]):
                yield path


SOURCES = [path for path in files(*PACKAGES, pattern="*.py") if PARTS_OF_A_MIGRATION not in path.parents]
TESTS = list(files("tests", pattern="*.py"))


def tree(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def names(paths: Iterable[Path]) -> list[str]:
    return [str(path) for path in paths]


# Commands


def commands_in_code() -> set[str]:
    services: Any = SimpleNamespace(content=content(), clock=None, settings=None)
    topics = {name: module for name, module in handlers.modules().items() if name != handlers.FIRST}  # it hears all
    every = [each for module in topics.values() for each in module.handlers(services)]
    return {name for each in every if isinstance(each, CommandHandler) for name in each.commands}


def rows_of_readme() -> list[tuple[str, str]]:
    rows = re.findall(r"^\| /(\w+) \| /(\w+) \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    return [(english, swedish) for english, swedish in rows]


def commands_in_content() -> list[str]:
    """Everybody's, and the operators'."""
    everybodys = [name for topic in content()["en"].commands for name in content().names(topic)]
    return everybodys + sorted({edition.words(status.Words).command for edition in content().values()})


def test_commands_in_code_are_those_in_the_content() -> None:
    assert commands_in_code() == set(commands_in_content())


def test_commands_in_the_content_are_those_in_the_readme() -> None:
    swedish = content()["sv"].commands
    assert rows_of_readme() == [(one.name, swedish[topic].name) for topic, one in content()["en"].commands.items()]


def test_no_name_means_two_commands() -> None:
    every = commands_in_content()
    assert len(every) == len(set(every))


def test_what_operators_can_ask_is_in_the_readme_and_in_no_menu() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for edition in content().values():
        name = edition.words(status.Words).command
        assert f"`/{name}`" in text
        assert name not in {each.name for each in edition.commands.values()}


# The version


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == VERSION


# Files


@pytest.mark.parametrize("path", names(SOURCES))
def test_every_source_file_has_its_test(path: str) -> None:
    source = Path(path)
    if not any(isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) for each in tree(source).body):
        return
    expected = Path("tests") / source.parent / f"test_{source.stem.strip('_')}.py"
    whole_package = expected.with_name(f"test_{source.parent.name}.py")
    assert (ROOT / expected).is_file() or (ROOT / whole_package).is_file(), f"{path} needs {expected}"


@pytest.mark.parametrize("path", names(path for path in TESTS if path.name.startswith("test_")))
def test_every_test_file_tests_something(path: str) -> None:
    functions = [
        each for each in ast.walk(tree(Path(path))) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert any(each.name.startswith("test_") for each in functions)


def test_no_function_is_longer_than_a_screen() -> None:
    functions = [
        (f"{path}:{each.lineno} {each.name}", (each.end_lineno or 0) - each.lineno + 1)
        for path in SOURCES
        for each in ast.walk(tree(path))
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert len(functions) > 100
    assert [name for name, length in functions if length > LONGEST_FUNCTION] == []


def test_no_file_is_longer_than_some_screens() -> None:
    lengths = {str(path): len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert [path for path, length in lengths.items() if length > LONGEST_FILE] == []


def test_no_file_tells_of_this_machine_or_of_a_registry() -> None:
    here = [str(ROOT)] if len(ROOT.parts) > 2 else []
    found = []
    for path in files():
        try:
            text = (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path}: {word}" for word in (*REGISTRIES, *here) if word in text]
        found += [f"{path}: {word}" for word in re.findall(r"(?<![\w.])/(?:home|root|Users)/\w+", text)]
    assert found == []


# What nobody does here


def calls(path: Path) -> Iterator[str]:
    """The names of all that is called in a file."""
    for each in ast.walk(tree(path)):
        if isinstance(each, ast.Call):
            yield ast.unparse(each.func)


def imports(path: Path) -> Iterator[str]:
    for each in ast.walk(tree(path)):
        if isinstance(each, ast.Import):
            yield from (alias.name for alias in each.names)
        elif isinstance(each, ast.ImportFrom):
            yield each.module or ""


def caught(path: Path) -> Iterator[str]:
    """The names of all errors that are caught in a file."""
    for each in ast.walk(tree(path)):
        if isinstance(each, ast.ExceptHandler) and each.type:
            types = each.type.elts if isinstance(each.type, ast.Tuple) else [each.type]
            yield from (ast.unparse(one) for one in types)


def test_no_test_sleeps() -> None:
    assert [str(path) for path in TESTS if any(name.split(".")[-1] == "sleep" for name in calls(path))] == []


def test_f65_nothing_is_pickled() -> None:
    pickling = {"pickle", "cPickle", "shelve", "dill", "marshal"}
    assert [str(path) for path in SOURCES if pickling & {name.split(".")[0] for name in imports(path)}] == []


def names_used(path: Path) -> Iterator[str]:
    """Every name that a file imports, and every attribute and variable that it reads."""
    for each in ast.walk(tree(path)):
        if isinstance(each, ast.Import | ast.ImportFrom):
            yield from (alias.name.split(".")[-1] for alias in each.names)
        elif isinstance(each, ast.Attribute):
            yield each.attr
        elif isinstance(each, ast.Name):
            yield each.id


@pytest.mark.parametrize("wrong", [
    pytest.param("AIORateLimiter", id="F03 its pauses end too early"),
    pytest.param("CronTrigger", id="F53 it skips days and repeats hours"),
    pytest.param("PicklePersistence", id="F64 it brings back what was emptied"),
    pytest.param("DictPersistence", id="F64 it forgets"),
])  # fmt: skip
def test_nobody_uses_what_forgets_or_repeats(wrong: str) -> None:
    assert [str(path) for path in SOURCES if wrong in names_used(path)] == []


def test_f61_no_lock_of_the_database_outlives_its_transaction() -> None:
    """A pool of connections in between would lend such a session to others."""
    lasting = re.compile(r"pg_(?:try_)?advisory_(?:lock|unlock)")
    assert [str(path) for path in SOURCES if lasting.search((ROOT / path).read_text(encoding="utf-8"))] == []


def test_f14_nobody_catches_every_error_of_the_network_alike() -> None:
    """``BadRequest`` and ``TimedOut`` are both a ``NetworkError``: one is never to be repeated, one may be, once."""
    assert [str(path) for path in SOURCES if any("NetworkError" in name for name in caught(path))] == []


def test_only_the_clocks_ask_the_machine_for_the_time() -> None:
    asking = {"datetime.now", "datetime.utcnow", "date.today", "datetime.today", "time.time"}
    assert {path for path in SOURCES if asking & set(calls(path))} == CLOCKS


def test_f27_nothing_that_waits_at_telegram_is_ever_dropped() -> None:
    """``drop_pending_updates`` would erase what people have said while the bot was away."""
    dropping = [
        path
        for path in SOURCES
        if path.parts[0] != "simulator"
        and re.search(r"drop_pending_updates\W+True", (ROOT / path).read_text(encoding="utf-8"))
    ]
    assert dropping == []


def test_imports_go_inwards_only() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout


# The recipes


def blocks(language: str) -> list[str]:
    """The code blocks of CONTRIBUTING.md in this language, without their indentation.

    The command is renamed, so that these tests hold as well where somebody has followed the recipe to the letter.
    """
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", code, flags=re.MULTILINE).replace("hello", "wave") for indent, code in found]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The program, to be added to."""
    ignored = shutil.ignore_patterns("__pycache__", "*.svg")
    for name in ("bot", "handlers", "scheduler", "assets"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    for file in ROOT.glob("content*.yaml"):
        shutil.copy(file, tmp_path)
    return tmp_path


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
    (code, _), (words, _) = blocks("python"), blocks("yaml")
    (copy / "handlers" / "wave.py").write_text(code, encoding="utf-8")
    add_words(copy / "content.yaml", words)
    add_words(copy / "content.sv.yaml", words.replace("Hello. How is your leg?", "Hej. Hur mår benet?"))
    async with running_bot.telegram() as telegram, asyncio.timeout(PATIENCE_SECONDS):
        bo, eva = (Conversation(telegram, telegram.add_person(language=each)) for each in ("en", "sv"))
        async with process(telegram, copy):
            assert (await bo.ask("/wave"))["text"] == "Hello. How is your leg?"
            assert (await eva.ask("/wave"))["text"] == "Hej. Hur mår benet?"
            assert "/wave" in (await bo.ask("/help"))["text"]


def test_the_test_of_the_recipe_passes(copy: Path) -> None:
    (code, test), (words, _) = blocks("python"), blocks("yaml")
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


async def test_a_new_kind_of_reminder_takes_a_block_only(copy: Path, simulator: Simulator) -> None:
    _, block = blocks("yaml")
    heading, *whole = block.splitlines(keepends=True)
    words = [line for line in whole if not line.strip().startswith(("times:", "most:"))]
    for file in copy.glob("content*.yaml"):
        text, added = file.read_text(encoding="utf-8"), whole if file.name == "content.yaml" else words
        file.write_text(text.replace(f"\n{heading}", "".join(["\n", heading, *added]), 1), encoding="utf-8")
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


def test_a_new_page_takes_words_only(copy: Path) -> None:
    page = "  socks:\n    title: Socks\n    button: Socks\n    body:\n      warm: {text: Warm.}\n"
    for file in copy.glob("content*.yaml"):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("\npages:\n", f"\npages:\n{page}", 1), encoding="utf-8")
    command = [sys.executable, "-m", "bot", "check"]
    ended = subprocess.run(command, cwd=copy, env={"PATH": ""}, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
