"""The counts in words, for the chat, for the page and for a text to copy."""

from dataclasses import replace
from datetime import timedelta
from itertools import cycle
from typing import Any

import pytest

from bot.content import Edition
from bot.content.telegram_html import length, visible
from bot.diary import summary
from bot.diary.counting import summarize
from bot.diary.words import Words
from bot.store.cramps import Cramp, Helped, Muscle, Side, Situation
from tests.bot.diary.test_chart import counted
from tests.support.cramps import BAD, HOSTILE_NOTES, NIGHT

TEXTS = {"title": "t", "header_what": "a", "header_count": "b"}


def test_each_count_has_a_label_and_a_value(edition: Edition) -> None:
    rows = summary.rows(edition, counted(12))
    assert len(rows) == len({label for label, _ in rows}) == 9
    assert all(label and value for label, value in rows)
    assert rows[0][1].startswith("12")


def test_what_is_not_known_has_no_row(edition: Edition) -> None:
    assert len(summary.rows(edition, summarize([Cramp(NIGHT)], 14, NIGHT, "UTC"))) == 1


def test_the_counts_of_a_young_diary_say_since_when_it_is_kept(edition: Edition) -> None:
    began = NIGHT.date() - timedelta(days=1)
    young = summary.rows(edition, summarize([BAD], 90, NIGHT + timedelta(hours=6), "Europe/Stockholm", began))
    expected = {
        "en": ["1, on 1 of 2 days", "Saturday 31 October 2026"],
        "sv": ["1, på 1 av 2 dagar", "lördag 31 oktober 2026"],
    }
    assert [value for _, value in young[:2]] == expected[edition.code]


def test_without_entries_the_words_say_so(edition: Edition) -> None:
    assert "30" in summary.in_words(edition, counted(0))


def test_the_words_fit_below_a_picture_and_the_short_text_on_a_button(edition: Edition) -> None:
    for counts in (counted(1), counted(12), counted(400, 90)):
        assert length(visible(summary.in_words(edition, counts))) < 900
        assert 0 < length(summary.short_text(edition, counts)) <= 256


def test_a_copied_text_that_leaves_something_out_says_so(edition: Edition) -> None:
    kinds: list[dict[str, Any]] = [
        {"muscle": muscle, "situation": situation, "helped": helped, "side": side, "pain": pain}
        for muscle, situation, helped, side, pain in zip(Muscle, Situation, Helped, cycle(Side), range(5), strict=False)
    ]
    cramps = [replace(BAD, at=NIGHT - timedelta(hours=5 * n), **kinds[n % 5]) for n in range(400)]
    counts = summarize(cramps, 90, NIGHT + timedelta(hours=6), "Europe/Stockholm")
    copied, words = summary.short_text(edition, counts), edition.words(Words)
    assert all(f"{label}: " in copied for label in (words.counts.pain, words.names.muscle, words.names.helped))
    assert copied.endswith(words.counts.short_rest)
    few = summarize([Cramp(NIGHT, pain=6)], 90, NIGHT + timedelta(hours=6), "Europe/Stockholm")
    assert words.counts.short_rest not in summary.short_text(edition, few)


def test_the_rows_of_a_page_read_as_counts(edition: Edition) -> None:
    rows = dict(summary.rows(edition, counted(12)))
    expected = {
        "en": {"Situation": "Asleep 12", "What helped": "Stretching 12"},
        "sv": {"Situation": "Sömn 12", "Hjälpte": "Stretching 12"},
    }
    assert rows.items() >= expected[edition.code].items()


def test_the_median_of_two_pains_lies_between_them(edition: Edition) -> None:
    def pain_of(*pains: int) -> str:
        cramps = [replace(BAD, pain=pain) for pain in pains]
        rows = dict(summary.rows(edition, summarize(cramps, 14, NIGHT + timedelta(hours=6), "UTC")))
        return rows[edition.words(Words).counts.pain]

    assert {"en": "median 6.5,", "sv": "median 6,5,"}[edition.code] in pain_of(5, 8)
    assert "median 5," in pain_of(5, 5)


@pytest.mark.parametrize(("note", "printed"), [
    ("“Can’t sleep” – new shoes… 40 €", "“Can’t sleep” – new shoes… 40 €"),
    ("la\u030akning, a\u0308ven i da\u030ag", "låkning, även i dåg"),
    ("long walk \U0001f642", "long walk \ufffd"),
    ("Øre, Ελλάδα, Москва", "Øre, Ελλάδα, Москва"),
])  # fmt: skip
def test_a_note_is_printed_as_a_phone_writes_it(edition: Edition, note: str, printed: str) -> None:
    assert printed_note(edition, note) == printed


@pytest.mark.parametrize("note", ["ألم في الساق", "\U0001f62d\U0001f62d", "足がつる"])
def test_a_note_that_cannot_be_printed_at_all_is_named(edition: Edition, note: str) -> None:
    assert printed_note(edition, note) == edition.words(Words).counts.unprintable


def printed_note(edition: Edition, note: str) -> str:
    counts = summarize([replace(BAD, note=note)], 14, NIGHT + timedelta(hours=6), "UTC")
    (line,) = summary.page_data(edition, counts, TEXTS)["notes"]
    return str(line.partition(": ")[2])


def test_decimals_are_those_of_the_language(edition: Edition) -> None:
    assert {"en": "2.8", "sv": "2,8"}[edition.code] in summary.rows(edition, counted(12))[0][1]


def test_notes_are_one_line_each_of_characters_that_can_be_shown(edition: Edition) -> None:
    for note in HOSTILE_NOTES:
        counts = summarize([replace(BAD, note=note)], 14, NIGHT + timedelta(hours=6), "UTC")
        (line,) = summary.page_data(edition, counts, TEXTS)["notes"]
        text = line.partition(": ")[2]
        assert len(text) <= summary.LONGEST_NOTE
        assert text.isprintable()
        assert "\u202e" not in text
