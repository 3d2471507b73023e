"""The commands about the texts of the bot, as an operator meets them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import Here, run


def test_check_needs_no_token(here: Here) -> None:
    ended = here("check")
    assert (ended.returncode, ended.stdout, ended.stderr) == (
        0,
        "The settings are valid.\nThe texts are valid: en, sv.\nTELEGRAM_BOT_TOKEN is not set yet.\n",
        "",
    )


def test_check_looks_at_every_setting_that_is_set(here: Here) -> None:
    wrong = {
        "TELEGRAM_BOT_TOKEN": "pa55word",
        "LOG_LEVEL": "loud",
        "DATABASE_URL": "oracle://anna:pa55word@x/y",
        "WEBHOOK_URL": "http://pa55word.example",
        "PORT": "70000",
        "MESSAGES_PER_SECOND": "0",
        "OPERATOR_IDS": "anna",
    }
    ended = here("check", **wrong)
    assert ended.returncode == 2
    assert {line.partition(":")[0] for line in ended.stderr.splitlines()} >= set(wrong)
    assert "pa55word" not in ended.stderr


def test_check_refuses_what_could_not_start(tree: Path, tmp_path: Path) -> None:
    """Content that is sound in itself, and a handler that cannot be made of it."""
    shutil.copytree(tree, tmp_path / "tree")
    (tmp_path / "tree" / "handlers" / "stumble.py").write_text(
        "from bot.errors import ContentError\n\n\ndef handlers(services):\n    raise ContentError('stumble: no words')\n"
    )
    ended = run(tmp_path / "tree", "check")
    assert (ended.returncode, ended.stderr) == (2, "stumble: no words\n")


@pytest.mark.parametrize("parameter", ["sslmode=loud", "pgbouncer=true", "port=x"])
def test_check_refuses_an_address_at_which_no_database_can_be(parameter: str, here: Here) -> None:
    ended = here("check", DATABASE_URL=f"postgresql://anna:pa55word@127.0.0.1/name?{parameter}")
    assert (ended.returncode, ended.stdout) == (3, "")
    (line,) = ended.stderr.splitlines()
    assert line.startswith("DATABASE_URL: ")
    assert "pa55word" not in line


@pytest.fixture
def broken(tree: Path) -> Iterator[tuple[Path, int]]:
    """Content with a key too many, and on which line it stands."""
    file = tree / "content.yaml"
    sound = file.read_text()
    file.write_text(f"{sound}weather: {{intro: x}}\n")
    yield tree, sound.count("\n") + 1
    file.write_text(sound)


def test_check_reports_wrong_content_with_file_line_and_key(broken: tuple[Path, int], here: Here) -> None:
    folder, line = broken
    ended = here("check", CONTENT_DIR=str(folder))
    assert ended.returncode == 2
    assert any(report.startswith(f"content.yaml:{line}: weather: ") for report in ended.stderr.splitlines())


def test_check_looks_at_the_content_that_would_be_used(here: Here, tmp_path: Path) -> None:
    ended = here("check", CONTENT_DIR=str(tmp_path))
    assert ended.returncode == 2
    assert ended.stderr.startswith("content.yaml: cannot be read")


def test_explain_says_what_a_text_means_in_any_language(here: Here) -> None:
    ended = here("explain", "inte svullen men kramp i tårna")
    assert ended.returncode == 0
    assert ended.stdout.startswith("It means: relief (muscle foot).\n")


def test_voice_script_prints_the_words_of_a_routine_in_a_language(here: Here) -> None:
    ended = here("voice-script", "evening", "--language", "sv")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.splitlines()[1].startswith("0:20  Håll kvar i 10 sekunder. ")


@pytest.mark.parametrize(
    ("arguments", "named"), [(("yoga",), "no routine 'yoga'"), (("evening", "--language", "xx"), "no content in 'xx'")]
)
def test_voice_script_says_what_there_is(here: Here, arguments: tuple[str, ...], named: str) -> None:
    ended = here("voice-script", *arguments)
    assert ended.returncode == 2
    assert named in ended.stderr
