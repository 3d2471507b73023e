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
    chosen = asked.vote(1, [0], NOW)
    asked.vote(2, [1], NOW)
    asked.vote(2, [0], NOW)
    asked.vote(3, [1], NOW)
    asked.vote(3, [], NOW)
    now = asked.as_json()
    assert list(problems(now, "Poll")) == []
    assert ([option["voter_count"] for option in now["options"]], now["total_voter_count"]) == ([2, 0], 2)
    assert chosen == [now["options"][0]["persistent_id"]]


def test_several_answers_count_one_voter() -> None:
    asked = poll(allows_multiple_answers=True)
    asked.vote(1, [0, 1], NOW)
    assert [option["voter_count"] for option in asked.as_json()["options"]] == [1, 1]
    assert asked.as_json()["total_voter_count"] == 1


@pytest.mark.parametrize(
    ("settings", "numbers", "reason"),
    [
        ({}, [2], "Invalid option identifier"),
        ({}, [-1], "Invalid option identifier"),
        ({}, [0, 1], "Can't choose more than 1 option"),
        ({"allows_revoting": False}, [1], "Can't revote"),
        ({"closes_at": NOW}, [0], "Can't answer closed poll"),
    ],
)
def test_votes_that_are_refused(settings: dict[str, Any], numbers: list[int], reason: str) -> None:
    asked = poll(**settings)
    asked.votes[1] = [0]
    with pytest.raises(ValueError, match=reason):
        asked.vote(1, numbers, NOW)
    assert asked.votes == {1: [0]}


def test_a_copy_has_no_votes() -> None:
    polls = Polls()
    asked = polls.add(REGULAR, [{"text": "Yes"}], NOW + timedelta(hours=1))
    asked.vote(1, [0], NOW)
    copy = polls.copy(asked.id)
    assert copy.id != asked.id
    assert copy.as_json()["total_voter_count"] == 0
    assert copy.closes_at == asked.closes_at
    assert [poll.id in polls for poll in (asked, copy)] == [True, True]
