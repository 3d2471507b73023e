from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from simulator.state.polls import Poll, Polls
from tests.support.bot_api_types import problems

NOW = datetime(2026, 11, 1, tzinfo=UTC)
REGULAR = {
    "question": "Does it hurt?",
    "type": "regular",
    "is_anonymous": True,
    "allows_multiple_answers": False,
    "allows_revoting": True,
    "members_only": False,
}


def poll(closes_at: datetime | None = None, **settings: Any) -> Poll:
    return Polls().add(REGULAR | settings, [{"text": "Yes"}, {"text": "No"}], closes_at)


def test_votes_are_counted() -> None:
    asked = poll()
    chosen = asked.vote(1, [0])
    asked.vote(2, [1])
    asked.vote(2, [0])
    asked.vote(3, [1])
    asked.vote(3, [])
    now = asked.as_json()
    assert list(problems(now, "Poll")) == []
    assert ([option["voter_count"] for option in now["options"]], now["total_voter_count"]) == ([2, 0], 2)
    assert chosen == [now["options"][0]["persistent_id"]]


def test_several_answers_count_one_voter() -> None:
    asked = poll(allows_multiple_answers=True)
    asked.vote(1, [0, 1])
    assert [option["voter_count"] for option in asked.as_json()["options"]] == [1, 1]
    assert asked.as_json()["total_voter_count"] == 1


@pytest.mark.parametrize(
    ("settings", "numbers", "reason"),
    [
        ({}, [2], "Invalid option identifier"),
        ({}, [-1], "Invalid option identifier"),
        ({}, [0, 1], "Can't choose more than 1 option"),
        ({"allows_revoting": False}, [1], "Can't revote"),
    ],
)
def test_votes_that_are_refused(settings: dict[str, Any], numbers: list[int], reason: str) -> None:
    asked = poll(**settings)
    asked.votes[1] = [0]
    with pytest.raises(ValueError, match=reason):
        asked.vote(1, numbers)
    assert asked.votes == {1: [0]}


def test_a_copy_has_no_votes() -> None:
    polls = Polls()
    asked = polls.add(REGULAR, [{"text": "Yes"}], NOW + timedelta(hours=1))
    asked.vote(1, [0])
    copy = polls.copy(asked.id)
    assert copy.id != asked.id
    assert copy.as_json()["total_voter_count"] == 0
    assert copy.closes_at == asked.closes_at
    assert [poll.id in polls for poll in (asked, copy)] == [True, True]


def test_polls_close_at_their_moment() -> None:
    polls = Polls()
    minutes = [polls.add(REGULAR, [{"text": "Yes"}], NOW + timedelta(minutes=number)) for number in (1, 2, 2)]
    minutes[2].is_closed = True
    assert polls.close_due(NOW) == []
    assert polls.close_due(NOW + timedelta(minutes=1)) == [minutes[0]]
    assert polls.close_due(NOW + timedelta(minutes=9)) == [minutes[1]]
    assert polls.closing == []
    with pytest.raises(ValueError, match="Can't answer closed poll"):
        minutes[0].vote(1, [0])
