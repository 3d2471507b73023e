"""What people write, as content: lists of words in each language, and rules that name them."""

from pathlib import Path
from typing import Any

import pytest

from bot.content import Edition
from bot.content.loading import load
from bot.errors import ContentError
from bot.parsing.intent import Intent, understand
from tests.bot.content.test_loading import ENGLISH, SECTIONS, SWEDISH
from tests.support.running_bot import content


def written(folder: Path, english: str = ENGLISH) -> Any:
    (folder / "content.yaml").write_text(english, encoding="utf-8")
    (folder / "content.sv.yaml").write_text(SWEDISH, encoding="utf-8")
    (folder / "assets").mkdir()
    (folder / "assets" / "toes.png").touch()
    return load(folder, SECTIONS)


def line_of(key: str) -> int:
    """Return the line of a key of the block in the English content."""
    return ENGLISH[: ENGLISH.index(f"  {key}:")].count("\n") + 1


def test_the_words_of_all_languages_are_understood(tmp_path: Path) -> None:
    rules = written(tmp_path).rules
    assert [understand(text, rules).intent for text in ("my calf hurts", "ont i vaden")] == [Intent.RELIEF] * 2
    assert understand("no hurt in my calf", rules).about == "night"


def test_the_rules_are_compiled_once(tmp_path: Path) -> None:
    loaded = written(tmp_path)
    assert loaded.rules is loaded.rules


@pytest.mark.parametrize(("old", "new", "problem"), [
    ("all: calf pain", "all: calf pane", "rules.0: looks for 'pane', which is not in intents.words"),
    ("deniable: pain", "deniable: pane", "deniable: has 'pane', which is not in intents.words"),
    ("about: night", "about: day", "rules.1: shows the page 'day', which is not in pages"),
])  # fmt: skip
def test_a_rule_that_names_nothing_is_reported(tmp_path: Path, old: str, new: str, problem: str) -> None:
    with pytest.raises(ContentError) as error:
        written(tmp_path, ENGLISH.replace(old, new))
    key = problem.partition(":")[0].partition(".")[0]
    assert str(error.value) == f"content.yaml:{line_of(key)}: intents.{problem}"


@pytest.mark.parametrize(("old", "new"), [("means: relief", "means: joy"), ("all: calf pain", "anywhere: calf")])
def test_a_rule_with_an_unknown_word_is_reported(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(ContentError, match=rf"^content\.yaml:{line_of('rules')}: intents\.rules\.0"):
        written(tmp_path, ENGLISH.replace(old, new))


def test_a_word_that_yaml_takes_for_something_else_is_reported(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"intents\.words\.pain: .*quotation marks"):
        written(tmp_path, ENGLISH.replace("pain: hurt*", "pain: 112"))


def test_every_language_has_the_same_concepts(edition: Edition) -> None:
    assert edition.intents.words.keys() == content()["en"].intents.words.keys()
