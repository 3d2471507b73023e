"""Sentences about a past cramp: an entry if all of it is understood, and otherwise not for the diary."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diary.sentence import Vocabulary, may_be_past_cramp, read_past_cramp
from bot.store.cramps import Lasted, Muscle, Side
from bot.timetable import latest_shown
from tests.support.running_bot import content

NOW = datetime.fromisoformat("2026-11-25 09:00")
WORDS = Vocabulary.of(*content().values())
SENTENCES = Path(__file__).with_name("sentences.txt")
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
    ("vadkramp i natt kl 3, vänster ben", ["25 03:00"], LEFT_CALF),
    ("jag hade kramp i vaden i natt halv fyra, smärta 8", ["25 03:30"], {"muscle": Muscle.CALF, "pain": 8}),
    ("sendrag i går kväll kl 10 i höger fot, varade 7 minuter, det väckte mig", ["24 22:00"],
     {"side": Side.RIGHT, "muscle": Muscle.FOOT, "lasted": Lasted.TO_10, "woke": True}),
])  # fmt: skip
def test_a_sentence_about_a_past_cramp_is_read(text: str, moments: list[str], fields: dict[str, Any]) -> None:
    past_cramp = read_past_cramp(text, NOW, WORDS)
    assert past_cramp
    assert [f"{moment:%d %H:%M}" for moment in past_cramp.moments] == moments
    assert past_cramp.fields == fields
    assert may_be_past_cramp(text, WORDS)


@pytest.mark.parametrize("text", [
    "cramp", "cramp now", "cramp at 3", "cramp in my left calf", "cramp again", "kramp", "sendrag nu",
    "I have a cramp like last night at 3", "still cramping since last night", "it cramps as bad as yesterday at 3",
    "cramp started last night at 3 and still hurts", "cramp since 3 last night, cannot walk",
    "last night about 3", "my leg is swollen since last night at 3", "chest pain last night at 3", "cramp tomorrow at 3",
    "sendrag sedan i natt kl 3", "det gör ont som i natt kl 3", "cramp last night at 3 " * 9,
])  # fmt: skip
def test_whatever_else_may_be_meant_is_not_for_the_diary(text: str) -> None:
    assert read_past_cramp(text, NOW, WORDS) is None
    assert not may_be_past_cramp(text, WORDS)


@pytest.mark.parametrize("night", ["last night", "i natt", "last night,", "i natt,"])
@pytest.mark.parametrize("noun", ["cramps", "leg cramps", "bad cramps", "sendrag", "st sendrag", "kramp"])
def test_a_number_of_cramps_is_no_time(night: str, noun: str) -> None:
    hours = read_past_cramp(f"cramp {night}", NOW, WORDS)
    assert hours
    assert len(hours.moments) > 1
    for count in ("1", "2", "3", "12", "one", "two", "three", "ett", "två", "tre"):
        for text in (f"{count} {noun} {night}", f"{night} {count} {noun}", f"had {count} {noun} {night}"):
            assert read_past_cramp(text, NOW, WORDS) == hours, text


@pytest.mark.parametrize("text", [
    "cramp last night, two toes", "sendrag i natt i två tår", "cramp in two legs last night", "sendrag i två ben i natt",
])  # fmt: skip
def test_a_number_of_toes_or_legs_is_no_time(text: str) -> None:
    past_cramp = read_past_cramp(text, NOW, WORDS)
    assert past_cramp is None or len(past_cramp.moments) > 1


@pytest.mark.parametrize("text", [
    "last night at 3 cramp in my calf", "i natt kl 3 sendrag i vaden", "i natt halv tre sendrag i vaden",
    "last night about 3, calf cramp", "3 am calf cramp last night", "last night half past three calf cramp",
])  # fmt: skip
def test_a_time_before_a_cramp_stays_one(text: str) -> None:
    past_cramp = read_past_cramp(text, NOW, WORDS)
    assert past_cramp
    assert len(past_cramp.moments) == 1
    assert past_cramp.fields == {"muscle": Muscle.CALF}


@pytest.mark.parametrize(("where", "fields"), [
    ("left and right calf", {"side": Side.BOTH, "muscle": Muscle.CALF}),
    ("vänster och höger vad", {"side": Side.BOTH, "muscle": Muscle.CALF}),
    ("left calf and right foot", {"side": Side.BOTH}),
    ("höger vad och vänster fot", {"side": Side.BOTH}),
    ("calf and foot", {}), ("fot och vad", {}), ("calf and hamstring", {}), ("toes and foot", {"muscle": Muscle.FOOT}),
])  # fmt: skip
def test_two_sides_are_both_and_two_muscles_are_a_question(where: str, fields: dict[str, Any]) -> None:
    for text in (f"cramp last night at 3, {where}", f"sendrag i natt kl 3 i {where}"):
        past_cramp = read_past_cramp(text, NOW, WORDS)
        assert past_cramp
        assert past_cramp.fields == fields


@pytest.mark.parametrize(("length", "lasted"), [
    ("over 5 minutes", None), ("över 5 minuter", None), ("over 1 minute", None), ("over 9 minutes", None),
    ("over 10 minutes", Lasted.OVER_10), ("över en kvart", "unread"), ("more than 5 minutes", None),
    ("under 10 minutes", None), ("under 5 minuter", None), ("under 2 minutes", None),
    ("under a minute", Lasted.UNDER_1), ("under 1 minut", Lasted.UNDER_1),
    ("1 minute", Lasted.TO_5), ("5 minutes", Lasted.TO_5), ("6 min", Lasted.TO_10), ("11 mins", Lasted.OVER_10),
    ("5-10 minutes", Lasted.TO_10), ("5 till 10 minuter", Lasted.TO_10), ("1 to 5 minutes", Lasted.TO_5),
    ("4 to 6 minutes", None), ("10 to 15 minutes", Lasted.OVER_10), ("2,5 minuter", "unread"),
    ("2.5 minutes", "unread"),
])  # fmt: skip
def test_a_length_is_one_answer_or_a_question(length: str, lasted: Lasted | str | None) -> None:
    past_cramp = read_past_cramp(f"cramp last night at 3 {length}", NOW, WORDS)
    assert (past_cramp.fields.get("lasted") if past_cramp else "unread") == lasted


def test_a_cramp_of_this_half_hour_may_still_last() -> None:
    assert read_past_cramp("cramp 20 minutes ago", NOW, WORDS) is None
    assert read_past_cramp("cramp 40 minutes ago", NOW, WORDS)


@pytest.mark.parametrize(("now", "text", "moments"), [
    # Stockholm sets its clock from 02:00 to 03:00 on 28 March 2027, and from 03:00 back to 02:00 on 31 October.
    ("2027-03-28 01:30", "40 minutes ago", ["28 00:50"]),
    ("2027-03-28 01:30", "3 hours ago", ["27 22:30"]),
    ("2027-03-28 08:00", "last night at 2:30", []),
    ("2027-03-28 08:00", "last night at 3:30", ["28 01:30"]),
    ("2027-10-31 01:20", "40 minutes ago", ["31 00:40"]),
    ("2027-10-31 08:00", "9 hours ago", ["30 23:00"]),
    ("2027-10-31 08:00", "last night at 2:40", ["31 01:40", "31 00:40"]),
    ("2027-10-31 01:20", "02:40", ["31 00:40"]),
    ("2027-10-31 01:20", "02:10", ["31 01:10", "31 00:10"]),
    ("2027-10-31 01:20", "03:10", ["30 01:10"]),
    ("2027-10-31 08:00", "last night at 4", ["31 03:00"]),
])  # fmt: skip
def test_a_clock_that_is_set_forward_or_back_moves_no_cramp(now: str, text: str, moments: list[str]) -> None:
    utc, zone = datetime.fromisoformat(f"{now}+00:00"), "Europe/Stockholm"
    past_cramp = read_past_cramp(text, latest_shown(utc, zone), WORDS, is_asked=True)
    assert past_cramp
    assert [f"{moment:%d %H:%M}" for moment in past_cramp.instants(utc, zone)] == moments


@given(st.integers(0, 365 * 24 * 60), st.sampled_from(["40 minutes ago", "last night", "02:40", "yesterday at 2:30"]))
def test_no_moment_is_in_the_future(minutes: int, text: str) -> None:
    now = datetime(2027, 1, 1, tzinfo=timezone.utc) + timedelta(minutes=minutes)
    for zone in ("Europe/Stockholm", "America/St_Johns", "Australia/Lord_Howe"):
        past_cramp = read_past_cramp(text, latest_shown(now, zone), WORDS, is_asked=True)
        assert past_cramp
        assert all(moment <= now for moment in past_cramp.instants(now, zone))


def test_whoever_is_asked_may_write_less() -> None:
    past_cramp = read_past_cramp("3 am, left calf", NOW, WORDS, is_asked=True)
    assert past_cramp
    assert past_cramp.fields == LEFT_CALF
    assert read_past_cramp("3 am, left calf", NOW, WORDS) is None
    assert read_past_cramp("in the morning maybe", NOW, WORDS, is_asked=True) is None


def written() -> Iterator[tuple[str, str, bool]]:
    """Yield each sentence of ``sentences.txt`` with its right answer, and whether the bot understands it."""
    for line in SENTENCES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            text, _, answer = line.removeprefix("? ").rpartition(" | ")
            yield text, answer, not line.startswith("? ")


def told(fields: Mapping[str, Any]) -> set[str]:
    """Return fields as ``sentences.txt`` writes them."""
    names = {True: "woke", False: "awake"}
    return {
        names[value] if name == "woke" else f"pain{value}" if name == "pain" else value
        for name, value in fields.items()
    }


@pytest.mark.parametrize(("text", "answer", "is_understood"), list(written()))
def test_no_written_sentence_is_silently_wrong(text: str, answer: str, is_understood: bool) -> None:
    past_cramp = read_past_cramp(text, NOW, WORDS)
    moments = [f"{moment:%d %H:%M}" for moment in past_cramp.moments] if past_cramp else []
    if answer == "asks" or not is_understood:
        assert len(moments) != 1
        return
    day, at, *fields = answer.split()
    assert moments == [f"{day} {at}"]
    assert past_cramp
    assert told(past_cramp.fields) == set(fields)


def test_hundreds_of_sentences_are_written_in_both_languages() -> None:
    languages = Counter("sv" if "kramp" in text or "sendrag" in text else "en" for text, _, _ in written())
    assert min(languages.values()) >= 150
    assert sum(not is_understood for _, _, is_understood in written()) < 20, "most are understood"
