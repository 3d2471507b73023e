from datetime import timedelta

import pytest

from simulator import Limits, SkippableClock
from simulator.bot_api.flood_control import FloodControl
from simulator.bot_api.refusals import Refusal

PERSON, GROUP = 5, -5


@pytest.fixture
def flood(clock: SkippableClock) -> FloodControl:
    return FloodControl(Limits(), clock)


def wait(flood: FloodControl, chat: int, method: str = "sendmessage", *, paid: bool = False) -> int:
    """Return the seconds that the bot must wait; 0 if the message is accepted."""
    try:
        flood.check(method, chat, paid=paid)
    except Refusal as refusal:
        seconds: int = refusal.parameters["retry_after"]
        return seconds
    return 0


def test_a_chat_takes_a_short_burst_and_then_one_a_second(flood: FloodControl, clock: SkippableClock) -> None:
    assert [wait(flood, PERSON) for _ in range(4)] == [0, 0, 0, 1]
    clock.skip(timedelta(seconds=1))
    assert [wait(flood, PERSON) for _ in range(2)] == [0, 1]


def test_all_chats_together_take_thirty_a_second(flood: FloodControl, clock: SkippableClock) -> None:
    assert [wait(flood, chat) for chat in range(1, 32)] == [0] * 30 + [1]
    clock.skip(timedelta(seconds=1))
    assert [wait(flood, chat) for chat in range(40, 71)] == [0] * 30 + [1]


def test_a_group_takes_twenty_in_any_minute(flood: FloodControl, clock: SkippableClock) -> None:
    assert wait(flood, GROUP) == 0
    clock.skip(timedelta(seconds=30))
    assert [wait(flood, GROUP) for _ in range(20)] == [0] * 19 + [30]
    clock.skip(timedelta(seconds=30))
    assert [wait(flood, GROUP) for _ in range(2)] == [0, 30]


@pytest.mark.parametrize("chat", [PERSON, GROUP])
def test_the_twenty_first_edit_of_a_chat_in_a_minute_is_refused(
    flood: FloodControl, clock: SkippableClock, chat: int
) -> None:
    for _ in range(20):
        assert wait(flood, chat, "editmessagetext") == 0
        clock.skip(timedelta(seconds=2))
    assert [wait(flood, chat, "editmessagecaption") for _ in range(2)] == [20, 20]
    assert wait(flood, chat, "editmessagetext") == 20
    assert wait(flood, chat + 1, "editmessagetext") == 0
    clock.skip(timedelta(seconds=20))
    assert [wait(flood, chat, "editmessagetext") for _ in range(2)] == [0, 2]


def test_edits_and_messages_of_a_chat_are_counted_apart(flood: FloodControl) -> None:
    assert [wait(flood, PERSON, "editmessagetext") for _ in range(21)] == [0] * 20 + [60]
    assert [wait(flood, PERSON) for _ in range(4)] == [0, 0, 0, 1]


def test_a_refused_message_is_not_counted(flood: FloodControl, clock: SkippableClock) -> None:
    for _ in range(100):
        wait(flood, PERSON)
    clock.skip(timedelta(seconds=1))
    assert wait(flood, PERSON) == 0


def test_paid_broadcasts_have_their_own_rate(flood: FloodControl) -> None:
    assert [wait(flood, chat, paid=True) for chat in range(1, 1002)] == [0] * 1000 + [1]
    assert wait(flood, 2000) == 0


@pytest.mark.parametrize("method", ["sendphoto", "copymessage", "forwardmessage"])
def test_methods_that_are_counted(flood: FloodControl, method: str) -> None:
    assert [wait(flood, PERSON, method) for _ in range(4)] == [0, 0, 0, 1]


@pytest.mark.parametrize("method", ["sendchataction", "getchat", "answercallbackquery", "deletemessage"])
def test_methods_that_are_not_counted(flood: FloodControl, method: str) -> None:
    assert {wait(flood, PERSON, method) for _ in range(50)} == {0}
