"""What each chat may be sent, and that chats are forgotten."""

from typing import Any

import pytest

from bot.messages.chat_limits import ChatLimit, ChatLimits, Lane
from bot.messages.rates import MINUTE, SECOND, Rates

PERSON, GROUP = 7, -7


def chat(number: int = PERSON) -> ChatLimit:
    return ChatLimits(Rates()).get(number, 0.0)


def test_a_chat_gets_three_replies_at_once_and_then_one_a_second() -> None:
    one = chat()
    for _ in range(3):
        assert one.free_in(5.0, new=True) == 0
        one.add(5.0)
    assert one.free_in(5.0, new=True) == pytest.approx(SECOND)
    assert one.free_in(5.0, new=False) == 0, "a change makes no new message"
    assert one.free_in(5.0 + SECOND, new=True) == 0


def test_a_reminder_keeps_a_second_from_what_was_sent_before() -> None:
    one = chat()
    one.add(5.0)
    assert one.free_in(5.0, new=True, lane=Lane.REMINDER) == pytest.approx(SECOND)
    assert one.free_in(5.0 + SECOND, new=True, lane=Lane.REMINDER) == 0


def test_a_reply_leaves_a_token_for_each_call_for_relief_that_waits() -> None:
    one = chat()
    one.add(5.0)
    one.add(5.0)
    one.calls = 1
    assert one.free_in(5.0, new=True, lane=Lane.RELIEF) == 0
    assert one.free_in(5.0, new=True) == pytest.approx(SECOND)


def test_a_group_gets_twenty_a_minute_as_well() -> None:
    one, now = chat(GROUP), 0.0
    for _ in range(20):
        now += one.free_in(now, new=True)
        one.add(now)
    assert now == pytest.approx(17 * SECOND)
    assert one.free_in(now, new=True) == pytest.approx(MINUTE - now)
    alone = chat()
    for second in range(60):
        assert alone.free_in(second * 1.02, new=True) == 0
        alone.add(second * 1.02)


def test_a_chat_takes_sixteen_edits_a_minute_of_which_two_are_kept() -> None:
    one = chat()
    for second in range(14):
        assert one.free_in(second, new=False, lane=Lane.REMINDER) == 0
        one.add(second, new=False)
    assert one.free_in(14, new=False, lane=Lane.REMINDER) == pytest.approx(MINUTE - 14)
    for second in (14, 15):
        assert one.free_in(second, new=False) == 0
        one.add(second, new=False)
    assert one.free_in(16, new=False) == pytest.approx(MINUTE - 16)
    assert one.free_in(16, new=True) == 0, "an edit is no message"
    assert not one.is_forgettable(16)
    assert one.is_forgettable(16 + MINUTE)


def test_a_message_that_was_not_sent_is_not_counted() -> None:
    one = chat(GROUP)
    one.add(5.0)
    one.remove(5.0)
    assert one.free_in(5.0, new=True) == 0
    assert one.is_forgettable(5.0)


def test_a_pause_includes_edits() -> None:
    one = chat()
    one.paused_until = 9.0
    assert (one.free_in(5.0, new=True), one.free_in(5.0, new=False)) == (4.0, 4.0)


def test_a_chat_is_remembered_while_a_limit_applies() -> None:
    chats = ChatLimits(Rates())
    written = chats.get(1, 0.0)
    written.add(0.5)
    paused = chats.get(-2, 0.5)
    paused.paused_until = 9.0
    for number in range(10, 1000):
        chats.get(number, 1.0)
    assert chats.get(1, 1.0) is written
    assert chats.get(-2, 1.0) is paused


async def test_a_chat_with_a_message_under_way_is_not_forgotten() -> None:
    chats = ChatLimits(Rates())
    held = chats.get(1, 0.0)
    held.users += 1
    for number in range(10, 1000):
        chats.get(number, 1.0)
    assert chats.get(1, 1.0) is held


def test_memory_does_not_grow_with_the_number_of_people() -> None:
    chats = ChatLimits(Rates())
    most = 0
    for number in range(1, 50_000):
        chats.get(number, number / 1000).add(number / 1000)
        most = max(most, len(chats))
    assert most < 3000, "twice those of a second at the most, at 1,000 a second"
    for number in range(1, 3000):
        chats.get(-number, 1000.0)
    assert len(chats) == 1, "none of them has got anything"


def test_a_chat_whose_id_is_not_a_number_is_limited_like_others() -> None:
    words: Any = "words"
    one = ChatLimits(Rates()).get(words, 0.0)
    for _ in range(3):
        one.add(0.0)
    assert one.free_in(0.0, new=True) > 0
