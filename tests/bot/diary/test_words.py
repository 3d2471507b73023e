"""The words for a cramp: every answer that can be stored has one."""

import pytest

from bot.content import Edition
from bot.diary.words import Words
from bot.store.cramps import KINDS


@pytest.mark.parametrize("field", KINDS)
def test_every_answer_that_can_be_stored_has_words(edition: Edition, field: str) -> None:
    assert list(edition.words(Words).answers(field)) == [kind.value for kind in KINDS[field]]


def test_pain_goes_from_0_to_10(edition: Edition) -> None:
    assert [*edition.words(Words).answers("pain")] == [str(pain) for pain in range(11)]
