"""Why a text is understood as it is, in words."""

from bot.parsing.intent.explanation import explain
from tests.support import phrases

RULES = phrases.rules()


def test_an_explanation_names_the_meaning_the_rule_the_words_and_what_is_denied() -> None:
    lines = list(explain("no chest pain but my calf cramps", RULES))
    assert lines[0] == "It means: relief (muscle calf)."
    assert lines[1].startswith("The rule: ")
    assert "The word “calf” stands for: calf" in "\n".join(lines)
    assert any(line.startswith("Denied or long ago, so it does not count: emergency chest") for line in lines)


def test_times_and_kinds_are_named() -> None:
    assert next(explain("flytta stretchen till halv tio", RULES)) == (
        "It means: remind (reminder stretch; times 09:30 or 21:30)."
    )


def test_a_text_that_means_nothing() -> None:
    assert list(explain("xyzzy", RULES)) == [
        "It means: other.",
        "No rule applies, so the person gets the line on danger and two buttons.",
    ]
