"""With which Python, and where, the bot runs; and what it says elsewhere."""

import re
import subprocess
import sys
import tomllib

import pytest

from bot import NEWEST_PYTHON, OLDEST_PYTHON, refusal
from bot.config import ROOT


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13), (3, 14)])
@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_these_pythons_are_taken(version: tuple[int, int], platform: str) -> None:
    assert refusal(version, platform) == ""


@pytest.mark.parametrize("version", [(2, 7), (3, 10), (3, 15), (4, 0)])
def test_other_pythons_are_refused_with_those_that_work(version: tuple[int, int]) -> None:
    line = refusal(version, "linux")
    assert f"this is {version[0]}.{version[1]}. " in line
    assert "make PYTHON=python3.14" in line


def test_the_package_promises_the_same_pythons() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    newest = NEWEST_PYTHON[1] + 1
    assert project["requires-python"] == f">=3.{OLDEST_PYTHON[1]},<3.{newest}"


@pytest.mark.parametrize(
    ("pretence", "line"),
    [
        (
            "sys.platform = 'win32'",
            r"Charley does not run on Windows itself\. Run it in WSL, .+ container: docs/hosting\.md",
        ),
        ("sys.version_info = (3, 15, 0, 'final', 0)", r"Charley runs on Python 3\.11 to 3\.14, and this is 3\.15\. .+"),
    ],
)
def test_it_says_in_one_line_that_it_does_not_run_here(pretence: str, line: str) -> None:
    """Nothing is imported that such a machine does not have."""
    code = (
        f"import runpy, sys; {pretence}\n"
        "sys.modules.update(dict.fromkeys(['uvloop', 'fcntl']))\n"
        "runpy.run_module('bot', run_name='__main__')"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert re.fullmatch(line, ended.stderr.strip())
