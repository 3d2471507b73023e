"""What people write is understood, danger first: the cases of phrases.txt, each also in other forms."""

from collections.abc import Callable

import pytest
from hypothesis import given, strategies

from bot.parsing.intent import DANGERS, Intent, Rule, Rules, understand
from tests.support import phrases
from tests.support.phrases import Case, meaning
from tests.support.running_bot import content

CASES = phrases.cases()
NAMES = {"", *phrases.MUSCLES, *content()["en"].reminders, *(rule.about for rule in content()["en"].intents.rules)}
"""All that an understanding may name. Nothing of the person's own words is among it."""


def misses(wanted: Callable[[Case], bool], understood: Callable[[Case], bool] = phrases.is_understood) -> list[str]:
    """Return the cases that are wanted and not understood."""
    return [
        f"{case.text[:80]} -> {meaning(phrases.understanding(case))}"
        for case in CASES
        if wanted(case) and not understood(case)
    ]


def share(missed: list[str], wanted: Callable[[Case], bool]) -> float:
    return 1 - len(missed) / sum(map(wanted, CASES))


def is_relief(case: Case) -> bool:
    return case.intent == "relief"


def is_other(case: Case) -> bool:
    return case.intent == "other"


def is_innocent(case: Case) -> bool:
    return not case.is_danger


def test_the_file_has_cases_of_every_kind() -> None:
    assert len(CASES) > 600
    assert {case.intent for case in CASES} >= {"emergency", "same_day", "relief", "eased", "still", "stop", "other"}


def test_every_emergency_is_understood() -> None:
    assert misses(lambda case: case.intent == "emergency") == []


def test_every_same_day_sign_is_understood() -> None:
    assert misses(lambda case: case.intent == "same_day") == []


@pytest.mark.parametrize("form", phrases.FORMS)
def test_dangers_are_understood_in_every_form(form: str) -> None:
    understood, total = phrases.share_of_dangers(form)
    assert understood / total >= 0.99


def test_relief_is_understood_with_its_muscle() -> None:
    missed = misses(is_relief, lambda case: phrases.is_understood(case) and phrases.has_muscle(case))
    assert share(missed, is_relief) >= 0.97, missed


def test_nothing_else_turns_reminders_off() -> None:
    stopping = [case.text for case in CASES if phrases.understanding(case).intent is Intent.STOP]
    assert not {case.text for case in CASES if "stop" not in case.accepted}.intersection(stopping)


def test_what_is_nothing_of_ours_is_not_understood() -> None:
    missed = misses(is_other)
    assert share(missed, is_other) >= 0.92, missed


def test_innocent_texts_seldom_get_a_screen_of_danger() -> None:
    alarmed = misses(is_innocent, lambda case: phrases.understanding(case).intent not in DANGERS)
    assert share(alarmed, is_innocent) >= 0.96, alarmed


OLD_CASES = phrases.cases(phrases.FILE.with_name("whole_texts.txt"))


def test_texts_that_were_understood_before_still_are() -> None:
    missed = [case.text for case in OLD_CASES if meaning(phrases.understanding(case)) not in case.accepted]
    assert missed == ["cancel", "avbryt"], "these also end what is being awaited"


def test_words_of_suicide_are_a_crisis() -> None:
    assert misses(lambda case: "crisis" in case.notes) == []


@given(strategies.text(max_size=200))
def test_any_text_means_something_that_exists(text: str) -> None:
    understanding = understand(text, phrases.rules())
    assert understanding.intent is not Intent.ASK or understanding.about in content()["en"].pages
    assert {understanding.about, understanding.kind, understanding.muscle} <= NAMES


WORDS_OF_CASES = sorted({word for case in CASES for word in case.text[:200].split()})


@given(strategies.lists(strategies.sampled_from(WORDS_OF_CASES), max_size=12).map(" ".join))
def test_any_mixture_of_words_means_something_that_exists(text: str) -> None:
    test_any_text_means_something_that_exists.hypothesis.inner_test(text)  # type: ignore[attr-defined]


LANGUAGES = [
    {"calf": ["calf"], "swollen": ["swollen", "swell*"], "not": ["not", "no"], "past": ["last year"], "it": ["it"]},
    {"calf": ["vad"], "swollen": ["svullen"], "not": ["inte"]},
]
RULES = Rules(
    LANGUAGES,
    [
        Rule(makes="bad_calf", order="calf swollen"),
        Rule(hides="it", near="it calf"),
        Rule(Intent.SAME_DAY, about="leg", all="bad_calf"),
        Rule(Intent.RELIEF, all="calf"),
        Rule(Intent.STILL, all="it"),
    ],
    ["swollen"],
)


@pytest.mark.parametrize(("text", "intent"), [
    ("my calf is swollen", Intent.SAME_DAY),
    ("CALF SWELLING!", Intent.SAME_DAY),
    ("min vad är svullen", Intent.SAME_DAY),
    ("calf, not swollen", Intent.RELIEF),
    ("last year my calf was swollen", Intent.RELIEF),
    ("is it here", Intent.STILL),
    ("it is my calf", Intent.RELIEF),
    ("hello", Intent.OTHER),
    ("", Intent.OTHER),
])  # fmt: skip
def test_the_first_rule_that_applies_decides(text: str, intent: Intent) -> None:
    assert understand(text, RULES).intent is intent


def test_an_understanding_says_why() -> None:
    understood = understand("hello, my calf is not swollen", RULES)
    assert understood.rule == RULES.compiled[3].rule
    assert understood.words == "calf"
    assert [(denied.intent, denied.about, denied.words) for denied in understood.denied] == [
        (Intent.SAME_DAY, "leg", "calf is not swollen")
    ]


def test_the_same_text_means_the_same() -> None:
    assert understand("my calf is swollen", RULES) == understand("my calf is swollen", RULES)


def test_a_reminder_has_a_kind_and_times() -> None:
    understood = understand("remind me to stretch at 21:15", phrases.rules())
    assert (understood.intent, understood.kind) == (Intent.REMIND, "stretch")
    assert [[f"{at:%H:%M}" for at in meant] for meant in understood.times] == [["21:15"]]


def test_a_pause_has_a_length_or_an_end() -> None:
    assert understand("pause for 2 weeks", phrases.rules()).days == 14
    assert understand("pausa till måndag", phrases.rules()).until == "måndag"
