"""What people write is understood, danger first: the cases of three files, each also in other forms."""

from collections.abc import Callable, Iterable, Sequence

import pytest
from hypothesis import given, settings, strategies

from bot.parsing.intent import DANGERS, Intent, Rule, Rules, understand
from tests.support import phrases
from tests.support.phrases import Case, meaning
from tests.support.running_bot import content

FILES = {file.name: phrases.cases(file) for file in phrases.FILES}
CASES = [case for cases in FILES.values() for case in cases]
NAMES = {"", *phrases.MUSCLES, *content()["en"].reminders, *(rule.about for rule in content()["en"].intents.rules)}
"""All that an understanding may name. Nothing of the person's own words is among it."""
JUDGE = FILES["fresh_phrases.txt"]
"""The phrases that no rule was written for. Two in a hundred more of them may be misunderstood."""
in_each_file = pytest.mark.parametrize("cases", FILES.values(), ids=FILES)


def misses(cases: Iterable[Case], understood: Callable[[Case], bool] = phrases.is_understood) -> list[str]:
    """Return the cases that are not understood, each with what it was taken for."""
    return [f"{case.text[:80]} -> {meaning(phrases.understanding(case))}" for case in cases if not understood(case)]


def check_share(
    least: float,
    cases: Iterable[Case],
    wanted: Callable[[Case], bool],
    understood: Callable[[Case], bool] = phrases.is_understood,
) -> None:
    """Fail if less than this share of the wanted cases of a file is understood."""
    group = [case for case in cases if wanted(case)]
    missed = misses(group, understood)
    assert 1 - len(missed) / len(group) >= least - (0.02 if cases is JUDGE else 0), missed


def is_danger(case: Case) -> bool:
    return case.intent in DANGERS


@in_each_file
def test_the_files_have_cases_of_every_kind(cases: Sequence[Case]) -> None:
    assert len(cases) > 200
    assert {case.intent for case in cases} >= {"emergency", "same_day", "relief", "eased", "still", "stop", "other"}


@in_each_file
def test_every_danger_is_understood(cases: Sequence[Case]) -> None:
    check_share(1, cases, is_danger)


@in_each_file
@pytest.mark.parametrize("form", phrases.FORMS)
def test_dangers_are_understood_in_every_form(cases: Sequence[Case], form: str) -> None:
    understood, total = phrases.share_of_dangers(cases, form)
    assert understood / total >= (0.99 if cases is FILES["phrases.txt"] else 0.97)


@settings(max_examples=5)
@given(strategies.integers())
def test_dangers_are_understood_whichever_letters_slip(seed: int) -> None:
    understood, total = phrases.share_of_dangers(FILES["phrases.txt"], "with one slip", seed, slips=1)
    assert understood / total >= 0.96


@in_each_file
def test_relief_is_understood_with_its_muscle(cases: Sequence[Case]) -> None:
    check_share(
        0.97,
        cases,
        lambda case: case.intent == "relief",
        lambda case: phrases.is_understood(case) and phrases.has_muscle(case),
    )


def test_nothing_else_turns_reminders_off() -> None:
    stopping = [case.text for case in CASES if phrases.understanding(case).intent is Intent.STOP]
    assert not {case.text for case in CASES if "stop" not in case.accepted}.intersection(stopping)


@in_each_file
def test_what_is_nothing_of_ours_is_not_understood(cases: Sequence[Case]) -> None:
    check_share(0.92, cases, lambda case: case.intent == "other")


@in_each_file
def test_innocent_texts_seldom_get_a_screen_of_danger(cases: Sequence[Case]) -> None:
    check_share(
        0.96,
        cases,
        lambda case: not case.is_danger,
        lambda case: phrases.understanding(case).intent not in DANGERS,
    )


@in_each_file
def test_the_other_intents_are_mostly_understood(cases: Sequence[Case]) -> None:
    check_share(0.95, cases, lambda case: case.intent not in {*DANGERS, "relief", "other"})


def test_words_of_suicide_are_a_crisis() -> None:
    assert misses(case for case in CASES if "crisis" in case.notes) == []


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
