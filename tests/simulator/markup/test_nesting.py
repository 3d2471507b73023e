from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.markup import Entity
from simulator.markup.entities import QUOTES, STYLES, in_order
from simulator.markup.nesting import nested, with_detected, without_overlaps

Short = tuple[str, int, int]
"""The type, where it begins, and where it ends."""


def entities(*parts: Short) -> list[Entity]:
    return [Entity(kind, start, end - start) for kind, start, end in parts]


def short(nested_entities: tuple[Entity, ...]) -> list[Short]:
    return [(entity.type, entity.offset, entity.end) for entity in nested_entities]


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ([("bold", 0, 2), ("bold", 2, 3)], [("bold", 0, 3)]),
        ([("bold", 0, 4), ("italic", 1, 2)], [("bold", 0, 1), ("bold", 1, 4), ("italic", 1, 2)]),
        ([("bold", 0, 2), ("italic", 1, 3)], [("bold", 0, 1), ("italic", 1, 3), ("bold", 1, 2)]),
        ([("bold", 0, 3), ("url", 1, 2)], [("bold", 0, 1), ("url", 1, 2), ("bold", 1, 2), ("bold", 2, 3)]),
        ([("bold", 0, 3), ("code", 1, 2)], [("bold", 0, 1), ("code", 1, 2), ("bold", 2, 3)]),
        ([("code", 0, 3), ("text_link", 1, 2)], [("code", 0, 3)]),
        ([("text_link", 0, 2), ("code", 1, 3)], [("text_link", 0, 2)]),
        ([("blockquote", 0, 3), ("blockquote", 1, 2)], [("blockquote", 0, 3)]),
        ([("blockquote", 0, 3), ("code", 1, 2)], [("blockquote", 0, 3), ("code", 1, 2)]),
        ([("blockquote", 0, 3), ("code", 2, 4)], [("blockquote", 0, 3)]),
        ([("code", 0, 3), ("blockquote", 1, 2)], [("blockquote", 1, 2)]),
    ],
)
def test_which_entities_may_stand_together(raw: list[Short], kept: list[Short]) -> None:
    assert short(nested(entities(*raw))) == kept


def test_what_is_detected_gives_way_to_what_the_bot_marked() -> None:
    marked = entities(("code", 0, 2), ("blockquote", 4, 8), ("bold", 9, 14))
    detected = entities(("url", 1, 4), ("mention", 3, 5), ("hashtag", 5, 7), ("bot_command", 10, 12))
    assert short(with_detected(marked, detected)) == [
        ("code", 0, 2), ("blockquote", 4, 8), ("hashtag", 5, 7),
        ("bold", 9, 10), ("bot_command", 10, 12), ("bold", 10, 12), ("bold", 12, 14),
    ]  # fmt: skip


def test_of_two_that_overlap_the_first_stays() -> None:
    assert without_overlaps(entities(("url", 3, 4), ("mention", 1, 3), ("url", 0, 2))) == entities(
        ("url", 0, 2), ("url", 3, 4)
    )


kinds = st.sampled_from([*STYLES, *QUOTES, "code", "pre", "text_link"])
raw_entities = st.builds(Entity, kinds, st.integers(0, 20), st.integers(1, 20))


@given(st.lists(raw_entities, max_size=8))
def test_nested_entities_are_in_order_and_never_cross(raw: list[Entity]) -> None:
    result = nested(raw)
    assert list(result) == in_order(result)
    for one, two in pairwise(result):
        assert two.offset >= one.end or two.end <= one.end
    for kind in STYLES:
        assert all(one.end <= two.offset for one, two in pairwise(entity for entity in result if entity.type == kind))


@given(st.lists(raw_entities, max_size=8))
def test_nesting_twice_changes_nothing_more(raw: list[Entity]) -> None:
    assert nested(nested(raw)) == nested(raw)
