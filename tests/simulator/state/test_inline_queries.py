from datetime import timedelta

from simulator import SkippableClock
from simulator.state.inline_queries import ANSWERABLE_FOR, InlineQueries


def test_a_query_can_be_answered_for_half_a_minute(clock: SkippableClock) -> None:
    queries = InlineQueries(clock)
    query = queries.add(5, "calf")
    assert queries.open(query.id) is query
    clock.skip(ANSWERABLE_FOR - timedelta(seconds=1))
    assert queries.open(query.id) is query
    clock.skip(timedelta(seconds=1))
    assert queries.open(query.id) is None
    assert queries[query.id] is query
    assert queries.open("5") is None
