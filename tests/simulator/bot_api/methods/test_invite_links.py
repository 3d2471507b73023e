from typing import Any

import pytest

from simulator import Chat, Person, Simulator
from simulator.json_objects import unix_seconds
from tests.support.bot_api_client import Client


@pytest.fixture
def group(simulator: Simulator, anna: Person) -> Chat:
    """Make a supergroup in which the bot is an administrator who is told about members."""
    chat = simulator.phone.new_group(anna, "Family", kind="supergroup")
    simulator.phone.set_bot_status(anna, chat, "administrator")
    simulator.updates.allow(["chat_member", "chat_join_request"])
    simulator.updates.clear()
    return chat


async def test_a_link_is_made_edited_and_revoked(bot: Client, simulator: Simulator, group: Chat) -> None:
    expires = unix_seconds(simulator.clock()) + 60
    link = await bot("createChatInviteLink", chat_id=group.id, name="Run", expire_date=expires, member_limit=2)
    assert (link["name"], link["expire_date"], link["member_limit"]) == ("Run", expires, 2)
    assert (link["creates_join_request"], link["is_primary"], link["is_revoked"]) == (False, False, False)
    assert link["creator"]["is_bot"]
    target = {"chat_id": group.id, "invite_link": link["invite_link"]}
    edited = await bot("editChatInviteLink", **target, creates_join_request=True)
    assert edited["creates_join_request"] is True
    assert "name" not in edited
    assert (await bot("revokeChatInviteLink", **target))["is_revoked"] is True
    assert await bot.refusal("editChatInviteLink", **target) == "Bad Request: INVITE_HASH_EXPIRED"


async def test_the_primary_link_is_replaced(bot: Client, group: Chat) -> None:
    one, two = [await bot("exportChatInviteLink", chat_id=group.id) for _ in range(2)]
    assert (await bot("getChat", chat_id=group.id))["invite_link"] == two != one
    assert await bot.refusal("editChatInviteLink", chat_id=group.id, invite_link=two) == (
        "Bad Request: INVITE_HASH_INVALID"
    )
    await bot("revokeChatInviteLink", chat_id=group.id, invite_link=two)
    assert (await bot("getChat", chat_id=group.id))["invite_link"] != two


async def test_joining_with_a_link(bot: Client, simulator: Simulator, group: Chat) -> None:
    bo, cilla = simulator.add_person("Bo"), simulator.add_person("Cilla")
    link = await bot("createChatInviteLink", chat_id=group.id, member_limit=1)
    simulator.phone.join(bo, group, link["invite_link"])
    change = (await bot("getUpdates"))[0]["chat_member"]
    assert (change["from"], change["invite_link"]["invite_link"]) == (bo.user(), link["invite_link"])
    with pytest.raises(ValueError, match="does not work"):
        simulator.phone.join(cilla, group, link["invite_link"])
    with pytest.raises(ValueError, match="does not work"):
        simulator.phone.join(cilla, group, "https://t.me/+nothing")


async def test_asking_to_join(bot: Client, simulator: Simulator, group: Chat) -> None:
    bo, cilla = simulator.add_person("Bo"), simulator.add_person("Cilla")
    link = await bot("createChatInviteLink", chat_id=group.id, creates_join_request=True)
    for person in (bo, cilla):
        simulator.phone.join(person, group, link["invite_link"])
    one, two = [update["chat_join_request"] for update in await bot("getUpdates")]
    assert (one["from"], one["chat"], one["user_chat_id"]) == (bo.user(), group.as_json(), bo.id)
    assert two["invite_link"]["pending_join_request_count"] == 2
    assert await bot("approveChatJoinRequest", chat_id=group.id, user_id=bo.id) is True
    assert await bot("declineChatJoinRequest", chat_id=group.id, user_id=cilla.id) is True
    assert [group.is_in(person.id) for person in (bo, cilla)] == [True, False]
    change = (await bot("getUpdates"))[-1]["chat_member"]
    assert (change["via_join_request"], change["new_chat_member"]["user"]) == (True, bo.user())


@pytest.mark.parametrize(
    ("method", "more", "description"),
    [
        ("createChatInviteLink", {"name": "a" * 33}, "INVITE_TITLE_TOO_LONG"),
        (
            "createChatInviteLink",
            {"member_limit": 1, "creates_join_request": True},
            "member limit can't be specified for links requiring administrator approval",
        ),
        ("editChatInviteLink", {"invite_link": "x"}, "INVITE_HASH_EXPIRED"),
        ("approveChatJoinRequest", {"user_id": "anna"}, "USER_ALREADY_PARTICIPANT"),
        ("approveChatJoinRequest", {"user_id": "bo"}, "HIDE_REQUESTER_MISSING"),
    ],
)
async def test_refusals(
    bot: Client, simulator: Simulator, anna: Person, group: Chat, method: str, more: dict[str, Any], description: str
) -> None:
    if "user_id" in more:
        more = {"user_id": {"anna": anna.id, "bo": simulator.add_person("Bo").id}[more["user_id"]]}
    assert await bot.refusal(method, chat_id=group.id, **more) == f"Bad Request: {description}"


@pytest.mark.parametrize(
    ("method", "private", "member"),
    [
        (
            "exportChatInviteLink",
            "can't invite members to a private chat",
            "not enough rights to manage chat invite link",
        ),
        (
            "approveChatJoinRequest",
            "the chat can't have join requests",
            "not enough rights to manage chat join requests",
        ),
    ],
)
async def test_only_administrators_of_groups_have_links(
    bot: Client, simulator: Simulator, anna: Person, group: Chat, method: str, private: str, member: str
) -> None:
    assert await bot.refusal(method, chat_id=anna.id, user_id=anna.id) == f"Bad Request: {private}"
    simulator.phone.set_bot_status(anna, group, "member")
    assert await bot.refusal(method, chat_id=group.id, user_id=anna.id) == f"Bad Request: {member}"
