"""The facts of the article and our safety notes are complete, in order, marked, and fit for a person in pain.

A1-A46 are the facts of the article, and S1-S17 our notes. ``content.yaml`` tags each paragraph with those it tells.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from bot.content import Edition, Model, Page, Paragraph, Screen, join_lines, paragraph
from bot.content.telegram_html import visible
from tests.support.running_bot import content

CONTENT = content()
EDITIONS = [pytest.param(edition, id=code) for code, edition in CONTENT.items()]
each_language = pytest.mark.parametrize("edition", EDITIONS)

STEPS = ("relief", "foot", "thigh", "hamstring")
FACTS = frozenset(
    {"article", "note", "source", "next", "picture", "file", "url", "code", "also", "emergency_by_country"}
)
HEARD = frozenset({"intents"})
ALLOWED_KRAMP = re.compile(
    r"/kramp|(vad|muskel|ben|natt)kramp\w*|nattlig kramp|kramp i (ben|vad|fot|lår)(en|et)\b", re.IGNORECASE
)
"""The only ways to write the Swedish word, because alone it can mean a seizure."""
REQUIRED_WORDS = {
    "A9": (("fluid", "magnesium", "calcium", "potassium"), ("vätskebrist", "magnesium", "kalcium", "kalium")),
    "A10": (("blood", "pad"), ("blod", "pad")),
    "A13": (("second and third",), ("andra och tredje",)),
    "A16": (("diabetes", "liver", "thyroid"), ("diabetes", "lever", "sköldkörtel")),
    "A17": (("calcium", "magnesium", "potassium", "sodium"), ("kalcium", "magnesium", "kalium", "natrium")),
    "A21": (("at least 2 litres",), ("minst 2 liter",)),
    "A26": (("bananas", "nuts", "spinach", "dairy"), ("bananer", "nötter", "spenat", "mejeri")),
    "A34": (("toes", "towards you"), ("tårna", "mot dig")),
    "A40": (("swollen", "red", "warm"), ("svullet", "rött", "varmt")),
    "A46": (("too little or too much",), ("brist eller överskott",)),
    "S1": (("rub", "clot", "same day", "black skin"), ("massera", "propp", "samma dag", "svart hud")),
    "S2": (("emergency number", "breathe", "bluish", "groin"), ("112", "andas", "blåaktigt", "underlivet")),
    "S3": (("1177", "10 minutes", "urine", "poison"), ("1177", "10 minuter", "urinen", "gift")),
    "S5": (("heart failure", "kidney", "dialysis"), ("hjärtsvikt", "njur", "dialys")),
    "S6": (("pharmacist", "kidney", "diarrhoea", "apart"), ("apotek", "njur", "diarré", "mellanrum")),
    "S8": (("potassium salt", "spironolactone"), ("kaliumsalt", "spironolakton")),
    "S9": (("not hot", "10 to 15", "asleep", "numb"), ("inte het", "10 till 15", "somna", "känsel")),
    "S11": (("statin", "today", "do not stop"), ("statin", "i dag", "sluta inte")),
    "S13": (
        ("tonic water", "rare", "prescription", "not recommended", "children"),
        ("tonic", "sällsynta", "skriva ut", "inte rekommenderas", "barn"),
    ),
    "S17": (("one trial", "warfarin", "water tablets", "dialysis"), ("en studie", "waran", "vätskedrivande", "dialys")),
}
"""The words that the paragraphs with a tag must have, in English and in Swedish."""


def walk(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every paragraph, screen, block and string below ``value``, with the path to it."""
    yield place, value
    if isinstance(value, Model | dict):
        for name, item in value if isinstance(value, Model) else value.items():
            if name not in FACTS | HEARD:
                yield from walk(item, f"{place}.{name}")


def block(edition: Edition, name: str) -> Any:
    """Return the words of a topic."""
    return getattr(edition, name)


def strings(edition: Edition) -> Iterator[tuple[str, str]]:
    return ((place, visible(value)) for place, value in walk(edition) if isinstance(value, str))


def screens(edition: Edition) -> Iterator[tuple[str, Screen]]:
    return ((place, value) for place, value in walk(edition) if isinstance(value, Screen))


def paragraphs(value: Any) -> Iterator[tuple[str, Paragraph]]:
    return ((place, part) for place, part in walk(value) if isinstance(part, Paragraph))


def tags(screen: Screen) -> list[str]:
    """Return the facts and notes of a screen in the order of its paragraphs, ``-`` for one without."""
    return [tag for part in screen.body.values() for tag in part.article or [part.note or "-"]]


def numbered(screen: Screen) -> list[tuple[str, ...]]:
    """Return the facts of the paragraphs that start with 1., 2., 3. ...; fail if the numbers have a gap."""
    starts = [(re.match(r"(\d)\.", visible(part.text)), part.article) for part in screen.body.values()]
    steps = [(int(match[1]), article) for match, article in starts if match]
    assert [number for number, _ in steps] == list(range(1, len(steps) + 1))
    return [article for _, article in steps]


def words(text: str) -> int:
    return sum(any(letter.isalnum() for letter in word) for word in text.split())


def reachable(edition: Edition) -> dict[str, Page]:
    """Return the pages to which commands and then the ``next`` buttons lead."""
    pages: dict[str, Page] = {}
    waiting = [name for name in edition.commands if name in edition.pages]
    while waiting:
        if (name := waiting.pop()) not in pages:
            pages[name] = edition.pages[name]
            waiting += edition.pages[name].next
    return pages


@each_language
def test_every_page_is_reachable_from_learn_and_the_commands(edition: Edition) -> None:
    assert reachable(edition).keys() == edition.pages.keys()


@each_language
def test_every_fact_and_note_can_be_read(edition: Edition) -> None:
    cramp, blood_tests = block(edition, "cramp"), block(edition, "blood_tests")
    blocks = (reachable(edition), edition.tips, cramp, blood_tests)
    parts = [part for block in blocks for _, part in paragraphs(block)]
    facts = [*(part.article for part in parts), *(test.article for test in edition.tests.values())]
    heading = {"A42"} if "Relaterade tester" in blood_tests.intro else set()
    assert {*sum(facts, ())} | heading == {f"A{number}" for number in range(1, 47)}
    assert {part.note for part in parts if part.note} == {f"S{number}" for number in range(1, 18)}


@each_language
def test_the_lists_of_the_article_are_whole_and_in_order(edition: Edition) -> None:
    causes, prevent, cramp = edition.pages["causes"], edition.pages["prevent"], block(edition, "cramp")
    assert numbered(causes) == [("A9",), ("A10",), ("A11",), ("A12",), ("A13",), ("A14",), ("A15", "A16")]
    assert numbered(prevent) == [(f"A{number}",) for number in range(21, 28)]
    assert numbered(edition.pages["ease"]) == numbered(cramp.relief) == [("A34",), ("A35",), ("A36",)]
    assert numbered(cramp.foot) == [("A34",), ("A35",), ("A36",)]
    assert numbered(cramp.thigh) == numbered(cramp.hamstring) == [(), ("A35",), ("A36",)]


@each_language
def test_the_four_tests_have_the_printed_prices_and_no_kidney_in_their_name(edition: Edition) -> None:
    printed = {"magnesium": 79, "calcium": 79, "potassium": 49, "mineral_balance": 429}
    assert {name: test.price for name, test in edition.tests.items()} == printed
    names = " ".join(test.name + test.button for test in edition.tests.values())
    assert not re.search("kidney|njur", names, re.IGNORECASE)
    assert "\N{NO-BREAK SPACE}kr" in block(edition, "blood_tests").price_line


@each_language
@pytest.mark.parametrize(("fact", "note"), [("A21", "S5"), ("A26", "S8"), ("A27", "S7"), ("A10", "S10"), ("A35", "S9")])
def test_the_note_stands_right_behind_the_fact_it_tempers(edition: Edition, fact: str, note: str) -> None:
    with_fact = [tags(screen) for _, screen in screens(edition) if fact in tags(screen)]
    assert with_fact
    assert all(on_screen[on_screen.index(fact) + 1] == note for on_screen in with_fact)


@each_language
@pytest.mark.parametrize(("fact", "note"), [("A28", "S6"), ("A22", "S6"), ("A15", "S11"), ("A40", "S1")])
def test_the_note_stands_on_the_page_of_the_fact(edition: Edition, fact: str, note: str) -> None:
    assert all({fact, note} <= {*tags(screen)} for _, screen in screens(edition) if fact in tags(screen))


@each_language
def test_a_tip_never_tells_a_fact_that_needs_a_note_next_to_it(edition: Edition) -> None:
    tempered = {"A10", "A21", "A22", "A27", "A28", "A35"}
    assert not [name for name, tip in edition.tips.items() if tempered & {*tip.article}]
    assert 10 <= len(edition.tips) <= 14
    assert all(tip.article or tip.note for tip in edition.tips.values())


@each_language
def test_the_clot_check_stands_before_rubbing_and_warming(edition: Edition) -> None:
    rubbing = [tags(screen) for _, screen in screens(edition) if "A35" in tags(screen)]
    assert len(rubbing) >= len(STEPS)
    assert all("S1" in on_screen[: on_screen.index("A35")] for on_screen in rubbing)


@each_language
@pytest.mark.parametrize("name", STEPS)
def test_the_steps_are_short_and_end_with_the_ten_minutes(edition: Edition, name: str) -> None:
    screen: Screen = getattr(block(edition, "cramp"), name)
    assert words(visible(join_lines(screen.body.values()))) <= 60
    assert tags(screen)[-1] == "S3"
    assert "10" in [*screen.body.values()][-1].text
    assert max(words(visible(part.text)) for part in screen.body.values()) <= 15


@each_language
def test_the_words_say_which_muscle_the_picture_marks(edition: Edition) -> None:
    named = {"relief": ("calf", "vaden"), "foot": ("foot", "foten"), "thigh": ("thigh", "låret")}
    for name, muscle in {**named, "hamstring": named["thigh"]}.items():
        screen = getattr(block(edition, "cramp"), name)
        assert muscle[["en", "sv"].index(edition.code)] in visible(join_lines(screen.body.values())).lower()


@each_language
def test_every_reason_to_call_is_a_tap_away_and_the_most_urgent_comes_first(edition: Edition) -> None:
    cramp = block(edition, "cramp")
    assert tags(cramp.danger) == ["S2", "S1"]
    assert tags(cramp.signs) == ["S2", "S3", "S1", "S2"], "the numbers come again at the end"
    assert {"S1", "S2", "S3"} < {*tags(cramp.still)}
    assert "112" in visible(join_lines(cramp.danger.body.values())).splitlines()[0]
    signs = visible(join_lines(cramp.signs.body.values())).lower()
    for note in ("S1", "S2", "S3"):
        required = {*REQUIRED_WORDS[note][["en", "sv"].index(edition.code)]} - {
            "same day",
            "samma dag",
            "emergency number",
        }
        assert not [word for word in required if word not in signs]


@each_language
def test_pages_fit_a_phone(edition: Edition) -> None:
    assert max(len(visible(edition.html(page))) for page in edition.pages.values()) <= 1300
    assert max(len(page.next) for name, page in edition.pages.items() if name != "learn") <= 6


@each_language
def test_no_sentence_is_long(edition: Edition) -> None:
    sentences = [sentence for _, text in strings(edition) for sentence in re.split(r"(?<=[.?!])\s|\n", text)]
    assert not [sentence for sentence in sentences if words(sentence) >= 20]


@each_language
def test_the_words_are_calm_and_sell_nothing_and_dose_nothing(edition: Edition) -> None:
    forbidden = re.compile(r"!|\d\s?(mg|ml|µg|mcg|gram)\b|\bbuy|\bköp|beställ|you must|\bmåste\b", re.IGNORECASE)
    assert not [(place, text) for place, text in strings(edition) if forbidden.search(text)]


@each_language
def test_words_of_ours_that_are_no_numbered_note_have_a_mark(edition: Edition) -> None:
    ours = [part for _, part in paragraphs(edition) if part.source and not part.note]
    assert ours
    assert all(paragraph(part, "+").startswith("<blockquote>+ ") for part in ours)


@each_language
def test_the_empty_quick_version_is_named_and_not_invented(edition: Edition) -> None:
    naming = [part for _, part in paragraphs(edition) if "quick version" in part.text.lower()]
    assert [part.article for part in naming] == [("A6",)]
    assert not [name for name in edition.pages if "quick" in name]


@each_language
@pytest.mark.parametrize("tag", REQUIRED_WORDS)
def test_the_paragraphs_with_a_tag_have_its_words(edition: Edition, tag: str) -> None:
    texts = [(part.text, (*part.article, part.note)) for _, part in paragraphs(edition)]
    texts += [(test.text, test.article) for test in edition.tests.values()]
    text = " ".join(visible(text) for text, its_tags in texts if tag in its_tags).lower()
    assert not [word for word in REQUIRED_WORDS[tag][["en", "sv"].index(edition.code)] if word not in text]


def test_both_languages_name_the_same_numbers() -> None:
    english, swedish = (dict(paragraphs(CONTENT[code])) for code in ("en", "sv"))
    assert numbers(english) == numbers(swedish)


def numbers(parts: dict[str, Paragraph]) -> dict[str, list[str]]:
    """Return the numbers in each paragraph, without telephone numbers, which differ by country."""
    texts = {place: re.sub(r"\b(112|1177)\b", "", visible(part.text)) for place, part in parts.items()}
    return {place: re.findall(r"\d+(?:\.\d+)?", text.replace(",", ".")) for place, text in texts.items()}


def test_swedish_never_speaks_of_a_seizure() -> None:
    texts = [text for place, text in strings(CONTENT["sv"]) if not re.match(r"\.commands\..*\.name", place)]
    assert any(ALLOWED_KRAMP.search(text) for text in texts)
    assert not [text for text in texts if "kramp" in ALLOWED_KRAMP.sub("", text).lower()]


def test_commands_have_names_of_their_own() -> None:
    owners: dict[str, str] = {}
    for key in CONTENT["en"].commands:
        for name in CONTENT.names(key):
            assert owners.setdefault(name, key) == key
    assert CONTENT["en"].commands.keys() <= owners.keys()


@each_language
def test_a_text_names_the_commands_of_its_own_language(edition: Edition) -> None:
    own = {command.name for command in edition.commands.values()}
    named = [(place, name) for place, text in strings(edition) for name in re.findall(r"(?<![\w/.<])/(\w+)", text)]
    assert len(named) > 10
    assert [(place, name) for place, name in named if name not in own] == []
