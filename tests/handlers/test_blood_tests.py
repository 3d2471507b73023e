"""The four tests: a link for each that has one, and where to ask until all have one."""

import pytest

from bot.content import Edition
from handlers import blood_tests, learn
from handlers.blood_tests import Words


def with_links(edition: Edition, *known: int) -> Edition:
    """Return the edition with links for the tests at these positions only."""
    tests = {
        name: test.model_copy(update={"url": f"https://lab.example/{place}" if place in known else None})
        for place, (name, test) in enumerate(edition.tests.items())
    }
    return edition.model_copy(update={"tests": tests})


def links(edition: Edition) -> list[tuple[str, str | None]]:
    rows = blood_tests.tests(edition).buttons
    return [(button.text, str(button.url)) for row in rows for button in row if button.url]


@pytest.mark.parametrize("known", [(), (0,), (3,), (1, 2), (0, 1, 2, 3)])
def test_a_button_leads_to_each_link_that_is_known(edition: Edition, known: tuple[int, ...]) -> None:
    labels = [test.button for test in edition.tests.values()]
    assert links(with_links(edition, *known)) == [(labels[place], f"https://lab.example/{place}") for place in known]


@pytest.mark.parametrize(("known", "asks"), [((), True), ((0, 1, 2), True), ((0, 1, 2, 3), False)])
def test_the_screen_says_where_to_ask_until_every_link_is_known(
    edition: Edition, known: tuple[int, ...], asks: bool
) -> None:
    text = blood_tests.tests(with_links(edition, *known)).text
    assert (edition.words(Words).ask in text) is asks


def test_each_link_has_a_row_and_the_back_button_is_last(edition: Edition) -> None:
    rows = blood_tests.tests(with_links(edition, 0, 1, 2, 3)).buttons
    assert [len(row) for row in rows] == [1] * 5
    assert rows[-1] == [learn.back_button(edition)]


def test_the_tests_stand_between_the_introduction_and_the_caution(edition: Edition) -> None:
    text, words = blood_tests.tests(edition).text, edition.words(Words)
    parts = [words.title, words.intro, *(test.text for test in edition.tests.values())]
    parts += [words.minerals.text, words.shortage.text, words.caution.text]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_our_notes_are_marked_and_the_articles_facts_are_not(edition: Edition) -> None:
    text, words, mark = blood_tests.tests(edition).text, edition.words(Words), edition.marks.long
    assert f"<blockquote>{mark} {words.caution.text}</blockquote>" in text
    assert text.count("<blockquote>") == 1


@pytest.mark.parametrize("price", [0, 49, 1_234_567])
def test_the_price_is_the_one_that_is_written_down(edition: Edition, price: int) -> None:
    tests = {name: test.model_copy(update={"price": price}) for name, test in edition.tests.items()}
    text = blood_tests.tests(edition.model_copy(update={"tests": tests})).text
    assert text.count(edition.words(Words).price_line.format(price=price)) == 4


def test_a_name_may_hold_any_character(edition: Edition) -> None:
    tests = {name: test.model_copy(update={"name": "<K & Mg>"}) for name, test in edition.tests.items()}
    text = blood_tests.tests(edition.model_copy(update={"tests": tests})).text
    assert text.count("<b>&lt;K &amp; Mg&gt;</b>") == 4
