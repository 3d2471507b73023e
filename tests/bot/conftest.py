"""The fixtures that run commands."""

from pathlib import Path

import pytest

from bot import __main__ as command_line
from tests.support.command_line import Ended, Forks, Here
from tests.support.program import copy_program


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program, without settings."""
    return copy_program(tmp_path_factory.mktemp("tree"))


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Here:
    """Run a command as ``run``, but in this process, which takes a hundredth of the time."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str, **environment: str) -> Ended:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        try:
            status = command_line.main([*arguments])
        except SystemExit as end:
            status = int(str(end.code))
        return Ended(status, *capsys.readouterr())

    return command


@pytest.fixture
def forks(tmp_path: Path) -> Forks:
    return Forks(tmp_path / "commands")
