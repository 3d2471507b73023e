"""The simulator reads texts as TDLib does. ``make test-markup`` compares a hundred thousand."""

import os
import signal
import subprocess
import sys
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from simulator.markup import PARSERS, Entity, Formatted, parse_markdown, with_detected_entities
from tests.campaigns.markup import check, tdlib, texts
from tests.campaigns.markup.check import Report, compare

EXAMPLES = int(os.environ.get("CHARLEY_EXAMPLES", "200"))
SAMPLE = 4000
AT_ONCE = 250
CHOSEN = YAML(typ="safe").load(Path(__file__).with_name("chosen_texts.yaml"))
ALPHABETS = {
    "html": "<>/&;='\"#\x00 \n\t\fabehrfcodtg-sn\u00e5\U0001f9b5",
    "markdown": "*_`[]()\\ \n\r\x00a.tme/:\u00e5\U0001f9b5",
    "markdownv2": "*_~|`[]()>!\\. \n\r\x00atme/:\u00e5\U0001f9b5",
    "text": "@/#$.:,-_()? \n\r\x000142abAcomse\u00e5\u00b2\u200c\u202e\u2019\U0001f9b5",
}
NEW_LETTER = "\U00011db0"
"""Unicode has it since 17.0."""

often = settings(max_examples=EXAMPLES, derandomize=True, database=None, suppress_health_check=list(HealthCheck))


def shown(text: str, entities: Iterable[Entity]) -> list[tuple[str, str]]:
    units = text.encode("utf-16-le")
    return [(e.type, units[2 * e.offset : 2 * e.end].decode("utf-16-le")) for e in entities]


@pytest.mark.parametrize(("mode", "source"), [(mode, source) for mode in CHOSEN for source in CHOSEN[mode]])
def test_chosen_texts(mode: str, source: str) -> None:
    assert compare(mode, source).differences == ()


def test_at_least_two_hundred_texts_are_chosen() -> None:
    assert sum(map(len, CHOSEN.values())) >= 200
    assert CHOSEN.keys() == {*texts.MODES, texts.NO_MODE}


@pytest.mark.parametrize("first", range(0, SAMPLE, AT_ONCE))
def test_generated_texts(first: int) -> None:
    report = sum(map(check.check, range(first, first + AT_ONCE)), Report())
    assert report.differences == ()
    assert report.refused < AT_ONCE * 0.6
    assert report.entities.total() > AT_ONCE


@often
@given(st.sampled_from([*texts.MODES, texts.NO_MODE]), st.randoms(use_true_random=False))
def test_texts_that_the_grammar_and_hypothesis_write(mode: str, random: Random) -> None:
    source = texts.written(random, mode)
    assert compare(mode, source, texts.entities(random, source) if mode == texts.NO_MODE else ()).differences == ()


@often
@given(st.one_of([st.tuples(st.just(mode), st.text(alphabet, max_size=30)) for mode, alphabet in ALPHABETS.items()]))
def test_any_characters(example: tuple[str, str]) -> None:
    mode, source = example
    assert compare(mode, texts.without_danger(source, mode)).differences == ()


@pytest.mark.parametrize(
    ("text", "simulator", "theirs"),
    [
        pytest.param(
            "call +46 771 11 77 00", [("phone_number", "+46 771 11 77 00")], [],
            id="TDLib leaves phone numbers to Telegram's servers",
        ),
        pytest.param(
            "at 1:05", [], [("media_timestamp", "1:05")],
            id="The Bot API server has no entity for a moment of a video",
        ),
        pytest.param(
            f"#{NEW_LETTER}", [], [("hashtag", f"#{NEW_LETTER}")],
            id="Python does not know the newest letters",
            marks=pytest.mark.skipif(unicodedata.category(NEW_LETTER) != "Cn", reason="this Python knows the letter"),
        ),
    ],
)  # fmt: skip
def test_explained_differences(text: str, simulator: list[tuple[str, str]], theirs: list[tuple[str, str]]) -> None:
    assert shown(text, with_detected_entities(Formatted(text)).entities) == simulator
    assert shown(text, tdlib.detected(text)) == theirs


def test_the_simulator_survives_a_text_that_stops_tdlib() -> None:
    source = "[\u00e5.me]"
    program = f"from tests.campaigns.markup import tdlib; tdlib.parsed('markdown', {source!r})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert done.returncode == -signal.SIGABRT
    assert parse_markdown(source).text == "\u00e5.me"


def test_a_difference_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PARSERS, "html", parse_markdown)
    assert "Entity(type='bold', offset=0, size=1" in compare("html", "*a*").differences[0]
