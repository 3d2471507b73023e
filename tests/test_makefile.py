"""The Makefile sets up what it needs, also after an upgrade of Python has taken its own away."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.config import ROOT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a folder with the Makefile and what it asks."""
    if not shutil.which("make"):
        pytest.skip("make is not installed")
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "bot").mkdir()
    shutil.copy(ROOT / "bot" / "__init__.py", tmp_path / "bot")
    return tmp_path


def make(folder: Path, *arguments: str, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "--no-print-directory", f"PYTHON={python}", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def works(folder: Path) -> bool:
    return subprocess.run([folder / ".venv" / "bin" / "python", "-c", "pass"], check=False).returncode == 0


def script(path: Path, text: str) -> str:
    """Write a program of the shell; return its path."""
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_f97_an_environment_whose_python_is_gone_is_made_again(checkout: Path) -> None:
    programs = checkout / ".venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "python").symlink_to("/nowhere/python3")
    (programs / "pip").touch(0o755)
    (checkout / ".venv" / "ready-to-run").touch()
    python = script(  # to install pip takes ten seconds, and proves nothing about the Makefile
        checkout / "python",
        f'case "$*" in "-m venv "*) set -- -m venv --without-pip "$3";; esac\nexec {sys.executable} "$@"',
    )
    assert make(checkout, ".venv/bin/pip", python=python).returncode == 0
    assert works(checkout)
    assert not (checkout / ".venv" / "ready-to-run").exists(), "what was installed is gone, too"


def test_an_environment_that_works_is_kept(checkout: Path) -> None:
    programs = checkout / ".venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "python").symlink_to(sys.executable)
    (programs / "pip").touch(0o755)
    assert make(checkout, ".venv/bin/pip").returncode == 0
    assert (programs / "pip").stat().st_size == 0


def test_a_python_that_is_too_new_is_refused_before_anything_is_made(checkout: Path) -> None:
    new = script(
        checkout / "python",
        f'exec {sys.executable} -c "import sys; sys.version_info = (3, 15); exec(sys.argv[1])" "$2"',
    )
    ended = make(checkout, ".venv/bin/pip", python=new)
    assert ended.returncode == 2
    assert ended.stderr.startswith("Charley runs on Python 3.11 to 3.14, and this is 3.15. ")
    assert not (checkout / ".venv").exists()
