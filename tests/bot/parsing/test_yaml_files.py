"""YAML files, read here or ahead in a process of its own."""

import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from bot.config import ROOT
from bot.parsing.yaml_files import Ahead, read

TREE = {"title": "å", "times": ["21:30"], "most": 2, "silent": True, "rules": {112: None}}
YAML = 'title: å\ntimes: ["21:30"]\nmost: 2\nsilent: true\nrules: {112: null}\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "content.yaml"
    path.write_text(YAML, encoding="utf-8")
    return path


def test_a_file_reads_the_same_ahead_and_here(file: Path) -> None:
    assert read(file) == Ahead([file]).read(file) == TREE


def test_it_is_read_ahead_and_not_when_it_is_asked_for(file: Path) -> None:
    ahead = Ahead([file])
    assert ahead.read(file) == TREE
    file.unlink()
    assert ahead.read(file) == TREE


def test_several_files_are_read_ahead(file: Path) -> None:
    other = file.with_name("content.sv.yaml")
    other.write_text("code: sv", encoding="utf-8")
    ahead = Ahead([file, other])
    assert [ahead.read(other), ahead.read(file)] == [{"code": "sv"}, TREE]


def test_a_file_that_was_not_named_is_read_when_it_is_asked_for(file: Path) -> None:
    assert Ahead([]).read(file) == TREE


@pytest.mark.parametrize(
    ("content", "error"),
    [(b"a: [", MarkedYAMLError), (b"\xff\xfe\xff", YAMLError), (None, FileNotFoundError)],
)
def test_what_cannot_be_read_ahead_fails_as_it_does_here(
    file: Path, content: bytes | None, error: type[Exception]
) -> None:
    file.unlink() if content is None else file.write_bytes(content)
    with pytest.raises(error) as here:
        read(file)
    with pytest.raises(error) as ahead:
        Ahead([file]).read(file)
    assert str(ahead.value) == str(here.value)


def test_a_bot_that_reads_ahead_does_not_load_the_library() -> None:
    script = (
        "import sys, bot.run, handlers\n"
        "from bot.config import ROOT\n"
        "from bot.parsing.yaml_files import Ahead\n"
        "handlers.load_content(ROOT, Ahead(sorted(ROOT.glob('content*.yaml'))).read)\n"
        "print('ruamel.yaml' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout == "False\n"
