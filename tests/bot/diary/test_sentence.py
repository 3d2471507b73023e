"""Sentences about a past cramp: an entry if all of it is understood, and otherwise not for the diary."""

from datetime import datetime
from typing import Any

import pytest

from bot.diary.sentence import Vocabulary, may_be_report, read_report
from bot.store.cramps import Lasted, Muscle, Side
from tests.support.running_bot import content

NOW = datetime.fromisoformat("2026-11-25 09:00")
WORDS = Vocabulary.of(content())
LEFT_CALF = {"side": Side.LEFT, "muscle": Muscle.CALF}


@pytest.mark.parametrize(("text", "moments", "fields"), [
    ("cramp last night about 3, left calf", ["25 03:00"], LEFT_CALF),
    ("I had a really bad cramp in my left calf last night at 3, lasted 5 minutes, woke me up, pain 7", ["25 03:00"],
     {**LEFT_CALF, "lasted": Lasted.TO_5, "woke": True, "pain": 7}),
    ("cramp yesterday 22:40", ["24 22:40"], {}),
    ("cramp 2 hours ago right foot 8/10", ["25 07:00"], {"side": Side.RIGHT, "muscle": Muscle.FOOT, "pain": 8}),
    ("cramp in both legs yesterday at 3", ["24 15:00", "24 03:00"], {"side": Side.BOTH}),
    ("cramp for 20 minutes last night at 2", ["25 02:00"], {"lasted": Lasted.OVER_10}),
    ("cramp last night at 3 in the back of my thigh", ["25 03:00"], {"muscle": Muscle.HAMSTRING}),
    ("sendrag i natt kl 3", ["25 03:00"], {}),
    ("vadkramp i natt kl 3, vänster ben", ["25 03:00"], {"side": Side.LEFT}),
    ("jag hade kramp i vaden i natt halv fyra, smärta 8", ["25 03:30"], {"muscle": Muscle.CALF, "pain": 8}),
    ("sendrag i går kväll kl 10 i höger fot, varade 7 minuter, det väckte mig", ["24 22:00"],
     {"side": Side.RIGHT, "muscle": Muscle.FOOT, "lasted": Lasted.TO_10, "woke": True}),
])  # fmt: skip
def test_a_report_of_a_past_cramp_is_read(text: str, moments: list[str], fields: dict[str, Any]) -> None:
    report = read_report(text, NOW, WORDS)
    assert report
    assert [f"{moment:%d %H:%M}" for moment in report.moments] == moments
    assert report.fields == fields
    assert may_be_report(text, WORDS)


@pytest.mark.parametrize("text", [
    "cramp", "cramp now", "cramp at 3", "cramp in my left calf", "cramp again", "kramp", "sendrag nu",
    "I have a cramp like last night at 3", "still cramping since last night", "it cramps as bad as yesterday at 3",
    "cramp started last night at 3 and still hurts", "cramp since 3 last night, cannot walk",
    "last night about 3", "my leg is swollen since last night at 3", "chest pain last night at 3", "cramp tomorrow at 3",
    "sendrag sedan i natt kl 3", "det gör ont som i natt kl 3", "cramp last night at 3 " * 9,
])  # fmt: skip
def test_whatever_else_may_be_meant_is_not_for_the_diary(text: str) -> None:
    assert read_report(text, NOW, WORDS) is None
    assert not may_be_report(text, WORDS)


def test_a_cramp_of_this_half_hour_may_still_last() -> None:
    assert read_report("cramp 20 minutes ago", NOW, WORDS) is None
    assert read_report("cramp 40 minutes ago", NOW, WORDS)


def test_whoever_is_asked_may_write_less() -> None:
    report = read_report("3 am, left calf", NOW, WORDS, is_asked=True)
    assert report
    assert report.fields == LEFT_CALF
    assert read_report("3 am, left calf", NOW, WORDS) is None
    assert read_report("in the morning maybe", NOW, WORDS, is_asked=True) is None
