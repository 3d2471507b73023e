"""The rules of the house: what must be true of all files together."""

import ast
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from telegram.ext import CommandHandler

import handlers
from bot import VERSION
from bot.config import ROOT
from handlers import status
from tests.support import house_numbers
from tests.support.house_numbers import PRODUCT, Function, Source, sources
from tests.support.running_bot import content

LONGEST_FUNCTION, LONGEST_FILE = 50, 400
"""Lines."""
MOST_FILES_IN_BOT = 8
"""Files directly in ``bot/``: one look must tell where a thing lives."""
MOST_SHORT_DOCSTRINGS = 20
"""A docstring of four words or fewer mostly repeats the name."""
LARGEST_SHARE_CALLED_ONCE = 0.08
"""A private function with one caller is folded into it, unless its name says something that the lines do not."""
GENERATED = {"__pycache__", "build", "data", "node_modules"}
"""Folders that programs make, besides those whose names begin with a dot."""
CLOCKS = {Path("bot/__main__.py"), Path("simulator/clock.py")}
"""The only files that may ask the machine for the time."""
REGISTRIES = [".".join(name) for name in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"))]
LOGGING = {"debug", "info", "warning", "error", "exception", "critical"}


@cache
def product_files() -> list[Source]:
    """Return the files of the product. They are read once, and only by a process that tests them."""
    return [source for package in PRODUCT for source in sources(ROOT, package)]


@cache
def files_of_tests() -> list[Source]:
    """Return the files of the tests, as ``product_files``."""
    return sources(ROOT, "tests")


# Commands


def commands_in_code() -> set[str]:
    """Return the names of all commands that a topic handles."""
    services: Any = SimpleNamespace(content=content(), clock=None, settings=None)
    topics = {name: module for name, module in handlers.modules().items() if name != handlers.FIRST}  # it hears all
    installed = [handler for module in topics.values() for handler in module.handlers(services)]
    handled = {name for handler in installed if isinstance(handler, CommandHandler) for name in handler.commands}
    return handled | set(content().names("cramp"))  # ``handlers.cramp.calls`` answers it without a handler


def rows_of_readme() -> list[tuple[str, str]]:
    """Return the commands in the README's table: English name, Swedish name."""
    rows = re.findall(r"^\| /(\w+) \| /(\w+) \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    return [(english, swedish) for english, swedish in rows]


def commands_in_content() -> list[str]:
    """Return the names of all commands in the content: everybody's, and the operators'."""
    everybodys = [name for topic in content()["en"].commands for name in content().names(topic)]
    return everybodys + sorted({edition.words(status.Words).command for edition in content().values()})


def test_the_code_and_the_content_have_the_same_commands() -> None:
    assert commands_in_code() == set(commands_in_content())


def test_the_readme_lists_the_commands_of_the_content() -> None:
    swedish = content()["sv"].commands
    english = content()["en"].commands
    assert rows_of_readme() == [(command.name, swedish[topic].name) for topic, command in english.items()]


def test_no_two_commands_share_a_name() -> None:
    names = commands_in_content()
    assert len(names) == len(set(names))


def test_the_operators_command_is_documented_and_in_no_menu() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    for edition in content().values():
        name = edition.words(status.Words).command
        assert f"`/{name}`" in text
        assert name not in {command.name for command in edition.commands.values()}


def test_the_code_and_the_project_have_the_same_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == VERSION


# Files


def defines_something(source: Source) -> bool:
    return any(isinstance(node, Function | ast.ClassDef) for node in source.tree.body)


def has_test(path: Path) -> bool:
    """Return whether a source file has a test file of its own, or one for its whole folder."""
    own = Path("tests") / path.parent / f"test_{path.stem.strip('_')}.py"
    of_folder = own.with_name(f"test_{path.parent.name}.py")
    return (ROOT / own).is_file() or (ROOT / of_folder).is_file()


def test_every_source_file_has_a_test_file() -> None:
    assert [
        str(source.path) for source in product_files() if defines_something(source) and not has_test(source.path)
    ] == []


def test_every_test_file_has_a_test() -> None:
    without = [
        str(source.path)
        for source in files_of_tests()
        if source.path.name.startswith("test_")
        and not any(function.name.startswith("test_") for function in source.functions())
    ]
    assert without == []


def test_no_function_is_longer_than_a_screen() -> None:
    lengths = {
        f"{source.path}:{function.lineno} {function.name}": (function.end_lineno or 0) - function.lineno + 1
        for source in product_files()
        for function in source.functions()
    }
    assert len(lengths) > 100
    assert [name for name, length in lengths.items() if length > LONGEST_FUNCTION] == []


def test_no_file_is_too_long() -> None:
    assert [str(source.path) for source in product_files() if source.lines > LONGEST_FILE] == []


def test_few_files_are_directly_in_bot() -> None:
    assert len(list((ROOT / "bot").glob("*.py"))) <= MOST_FILES_IN_BOT


def test_no_module_has_the_name_of_a_standard_one() -> None:
    """Somebody who reads ``import queue`` must know which one that is."""
    modules = {path: path.parent.name if path.stem == "__init__" else path.stem for path in paths(product_files())}
    standard = sys.stdlib_module_names - {"__main__", "profile", "queue"}
    assert [str(path) for path, name in modules.items() if name in standard] == []


def all_files() -> Iterator[Path]:
    """Yield every file of the repository, as a path from its root."""
    for file in sorted(ROOT.rglob("*")):
        path = file.relative_to(ROOT)
        if file.is_file() and not any(part in GENERATED or part.startswith(".") for part in path.parts[:-1]):
            yield path


def test_no_file_names_a_registry_or_a_path_of_somebodys_machine() -> None:
    here = [str(ROOT)] if len(ROOT.parts) > 2 else []
    named = []
    for path in all_files():
        try:
            text = (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        named += [f"{path}: {word}" for word in (*REGISTRIES, *here) if word in text]
        named += [f"{path}: {word}" for word in re.findall(r"(?<![\w.])/(?:home|root|Users)/\w+", text)]
    assert named == []


# Style


def test_few_docstrings_have_four_words_or_fewer() -> None:
    counts = Counter({str(source.path): house_numbers.short_docstrings(source) for source in product_files()})
    assert counts.total() <= MOST_SHORT_DOCSTRINGS, counts.most_common(10)


def test_few_private_functions_are_called_only_once() -> None:
    counts = Counter(
        {str(source.path): house_numbers.private_functions_called_once(source) for source in product_files()}
    )
    functions = sum(len(source.functions()) for source in product_files())
    assert counts.total() <= LARGEST_SHARE_CALLED_ONCE * functions, counts.most_common(10)


def test_no_log_call_has_an_f_string() -> None:
    """The logger formats: equal messages stay equal for whoever counts them."""
    formatted = [
        f"{source.path}:{call.lineno}"
        for source in product_files()
        for call in calls(source)
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in LOGGING
        and any(isinstance(argument, ast.JoinedStr) for argument in call.args)
    ]
    assert formatted == []


# What nobody does here


def paths(files: list[Source]) -> list[Path]:
    return [source.path for source in files]


def calls(source: Source) -> Iterator[ast.Call]:
    """Yield every call in a file."""
    yield from (node for node in source.nodes if isinstance(node, ast.Call))


def called_names(source: Source) -> set[str]:
    """Return the names of all that is called in a file, as written."""
    return {ast.unparse(call.func) for call in calls(source)}


def imported_modules(source: Source) -> Iterator[str]:
    for node in source.nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def caught_errors(source: Source) -> Iterator[str]:
    """Yield the names of all errors that are caught in a file."""
    for node in source.nodes:
        if isinstance(node, ast.ExceptHandler) and node.type:
            types = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            yield from (ast.unparse(error) for error in types)


def names_used(source: Source) -> Iterator[str]:
    """Yield every name that a file imports, and every attribute and variable that it reads."""
    for node in source.nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.name.split(".")[-1] for alias in node.names)
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Name):
            yield node.id


def test_no_test_sleeps() -> None:
    sleeping = [
        str(source.path)
        for source in files_of_tests()
        if any(isinstance(call.func, ast.Attribute) and call.func.attr == "sleep" for call in calls(source))
        or any(isinstance(call.func, ast.Name) and call.func.id == "sleep" for call in calls(source))
    ]
    assert sleeping == []


def test_f65_nothing_is_pickled() -> None:
    pickling = {"pickle", "cPickle", "shelve", "dill", "marshal"}
    users = [
        source for source in product_files() if pickling & {name.split(".")[0] for name in imported_modules(source)}
    ]
    assert paths(users) == []


@pytest.mark.parametrize("name", [
    pytest.param("AIORateLimiter", id="F03 its pauses end too early"),
    pytest.param("CronTrigger", id="F53 it skips days and repeats hours"),
    pytest.param("PicklePersistence", id="F64 it brings back what was deleted"),
    pytest.param("DictPersistence", id="F64 it forgets"),
])  # fmt: skip
def test_no_library_class_is_used_that_forgets_or_repeats(name: str) -> None:
    assert [str(source.path) for source in product_files() if name in names_used(source)] == []


def test_f61_no_database_lock_outlives_its_transaction() -> None:
    """A connection pool between us and the server would hand such a session, with its lock, to somebody else."""
    lasting = re.compile(r"pg_(?:try_)?advisory_(?:lock|unlock)")
    assert [str(source.path) for source in product_files() if lasting.search(source.text)] == []


def test_f14_nobody_catches_all_network_errors_alike() -> None:
    """``BadRequest`` and ``TimedOut`` are both a ``NetworkError``. The first must not be retried, the second may be."""
    users = [source for source in product_files() if any("NetworkError" in name for name in caught_errors(source))]
    assert paths(users) == []


def test_only_the_clocks_ask_the_machine_for_the_time() -> None:
    asking = {"datetime.now", "datetime.utcnow", "date.today", "datetime.today", "time.time"}
    assert {source.path for source in product_files() if asking & called_names(source)} == CLOCKS


def test_f27_updates_that_wait_at_telegram_are_never_dropped() -> None:
    """``drop_pending_updates`` would delete what people wrote while the bot was down."""
    dropping = re.compile(r"drop_pending_updates\W+True")
    bots = [source for source in product_files() if source.path.parts[0] != "simulator"]
    assert [str(source.path) for source in bots if dropping.search(source.text)] == []


IMPORTED_ELSEWHERE = {
    "alembic": "by the migrations",
    "asyncpg": "by SQLAlchemy",
    "ruamel.yaml.clib": "by ruamel.yaml, of which it is the part in C",
}


def test_every_library_that_is_installed_is_used() -> None:
    """What nobody imports is only a risk."""
    listed = re.findall(r"^[\w.-]+", (ROOT / "requirements.in").read_text(encoding="utf-8"), re.MULTILINE)
    imported = {name.split(".")[0] for source in product_files() for name in imported_modules(source)}
    packages = packages_distributions()
    used = {normalized(library) for name in imported for library in packages.get(name, [])}
    assert [name for name in listed if normalized(name) not in used and name not in IMPORTED_ELSEWHERE] == []


def normalized(name: str) -> str:
    """Return the name of a library as the registry compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_imports_go_inwards_only() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout
