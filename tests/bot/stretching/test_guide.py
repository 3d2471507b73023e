"""What topics say about their runs."""

import pytest

import handlers
from bot.content import Edition
from bot.stretching.guide import Guide, nothing_follows
from handlers import cramp, stretch
from tests.support.running_bot import content


def test_nothing_follows_unless_a_topic_says_so() -> None:
    guide = Guide(lambda *_: None, cramp.GUIDES[cramp.HOLD].draw)
    assert guide.finish is nothing_follows
    assert guide.timeline(content()["en"], "any") is None


@pytest.mark.parametrize("edition", content().values(), ids=list(content()))
def test_every_guide_knows_its_own_names_and_no_others(edition: Edition) -> None:
    names = {stretch.KIND: edition.routines, cramp.HOLD: cramp.MUSCLES}
    assert names.keys() == handlers.guides().keys()
    for kind, guide in handlers.guides().items():
        assert all(guide.timeline(edition, name) for name in names[kind])
        assert guide.timeline(edition, "yoga") is None
