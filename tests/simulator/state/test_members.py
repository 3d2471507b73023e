import pytest

from simulator.state.members import KICKED, LEFT, MEMBER, OWNER, Membership, administrator, rights_in
from tests.support.bot_api_types import problems

ANNA = {"id": 5, "is_bot": False, "first_name": "Anna"}
EDITOR = administrator("supergroup", appointed_by=9)
TITLED = Membership("administrator", title="Chief")


@pytest.mark.parametrize(
    "membership",
    [MEMBER, OWNER, KICKED, LEFT, EDITOR, TITLED, Membership("restricted"), Membership("member", title="tag")],
    ids=lambda membership: membership.status,
)
def test_every_chat_member_is_one_of_the_bot_api(membership: Membership) -> None:
    member = membership.as_json(ANNA, "supergroup", viewer=9)
    kind = {"creator": "Owner", "kicked": "Banned"}.get(membership.status, membership.status.title())
    assert list(problems(member, f"ChatMember{kind}")) == []


def test_only_who_appointed_an_administrator_may_edit_them() -> None:
    assert EDITOR.as_json(ANNA, "supergroup", viewer=9)["can_be_edited"] is True
    assert EDITOR.as_json(ANNA, "supergroup", viewer=8)["can_be_edited"] is False


@pytest.mark.parametrize(
    ("chat_type", "right", "exists"),
    [
        ("channel", "can_post_messages", True),
        ("group", "can_post_messages", False),
        ("group", "can_pin_messages", True),
        ("channel", "can_pin_messages", False),
        ("supergroup", "can_manage_topics", True),
        ("group", "can_manage_topics", False),
        ("group", "can_delete_messages", True),
    ],
)
def test_some_rights_exist_in_some_chats_only(chat_type: str, right: str, exists: bool) -> None:
    assert (right in rights_in(chat_type)) is exists


def test_rights() -> None:
    assert OWNER.allows("can_pin_messages")
    assert EDITOR.allows("can_pin_messages")
    assert not EDITOR.allows("is_anonymous")
    assert not TITLED.allows("can_pin_messages")
    assert not Membership("restricted", frozenset({"can_pin_messages"})).allows("can_pin_messages")


def test_somebody_restricted_may_have_left() -> None:
    assert Membership("restricted").is_member
    assert not Membership("restricted", is_present=False).is_member
    assert not KICKED.is_member
