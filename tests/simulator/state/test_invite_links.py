import pytest

from simulator.state.invite_links import InviteLink, InviteLinks
from tests.support.bot_api_types import problems

BOT = {"id": 9, "is_bot": True, "first_name": "B"}
NOW = 1000


@pytest.mark.parametrize(
    ("link", "is_usable"),
    [
        (InviteLink("x", BOT), True),
        (InviteLink("x", BOT, expires=NOW + 1), True),
        (InviteLink("x", BOT, expires=NOW), False),
        (InviteLink("x", BOT, most_members=2, joined={1}), True),
        (InviteLink("x", BOT, most_members=1, joined={1}), False),
        (InviteLink("x", BOT, is_revoked=True), False),
    ],
)
def test_a_link_stops_working(link: InviteLink, is_usable: bool) -> None:
    assert link.is_usable(NOW) is is_usable
    assert list(problems(link.as_json(), "ChatInviteLink")) == []


def test_links_of_a_chat() -> None:
    links = InviteLinks(-5)
    one, two = links.add(BOT, is_primary=True), links.add(BOT)
    two.asking.add(1)
    assert one.url != two.url
    assert links.get(two.url) is two
    assert links.primary(9) is one
    assert links.primary(8) is None
    assert links.asked_by(1) is two
    assert links.asked_by(2) is None
