"""How a text becomes words."""

import pytest

from bot.parsing.intent.tokens import LONGEST_TEXT, fold, squeezed, tokens


@pytest.mark.parametrize(("text", "plain"), [
    ("Tårna", "tarna"), ("CAN'T", "cant"), ("don’t", "dont"), ("can´t", "cant"), ("ch\u200dest", "chest"), ("sven\u00addag", "svendag"), ("ærø", "aro"), ("Straße", "strasse"), ("a\u030angest", "angest"),
])  # fmt: skip
def test_fold(text: str, plain: str) -> None:
    assert fold(text) == plain


def test_words_stand_in_clauses_and_sentences() -> None:
    words = tokens("Hi, it's 21:45. Aj!\nnu 🙏 +")
    assert [word.written for word in words] == ["hi", "its", "21:45", "aj", "nu", "🙏"]
    assert [word.clause for word in words] == [0, 1, 1, 2, 4, 4]
    assert [word.sentence for word in words] == [0, 0, 0, 1, 3, 3]


def test_a_number_with_a_unit_is_two_words() -> None:
    assert [word.written for word in tokens("20min 6pm")] == ["20", "min", "6", "pm"]


def test_only_as_much_as_telegram_allows_is_read() -> None:
    assert len(tokens("a " * LONGEST_TEXT)) == LONGEST_TEXT // 2


def test_a_key_that_was_held_down_counts_once() -> None:
    assert squeezed("cramppppp") == "cramp"
    assert squeezed("foot") == "foot"
