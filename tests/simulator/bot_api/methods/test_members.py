from datetime import timedelta
from typing import Any

import orjson
import pytest

from simulator import Chat, Person, Simulator
from simulator.json_objects import unix_seconds
from tests.support.bot_api_client import Client


@pytest.fixture
def bo(simulator: Simulator) -> Person:
    return simulator.add_person("Bo")


@pytest.fixture
def group(simulator: Simulator, anna: Person, bo: Person) -> Chat:
    """Make a supergroup with Bo, in which the bot is an administrator who is told about members."""
    chat = simulator.phone.new_group(anna, "Family", [bo], kind="supergroup")
    simulator.phone.set_bot_status(anna, chat, "administrator")
    simulator.updates.allow(["chat_member", "my_chat_member", "message"])
    simulator.updates.clear()
    return chat


def updates(simulator: Simulator) -> list[dict[str, Any]]:
    return [orjson.loads(update.encoded) for update in simulator.updates]


def changes(simulator: Simulator) -> list[tuple[str, str]]:
    """Return the old and the new status of everybody whose place in a chat has changed."""
    changed = [update["chat_member"] for update in updates(simulator) if "chat_member" in update]
    return [(change["old_chat_member"]["status"], change["new_chat_member"]["status"]) for change in changed]


async def test_who_is_in_a_group(bot: Client, simulator: Simulator, anna: Person, bo: Person, group: Chat) -> None:
    stranger, me = simulator.add_person("Stranger"), simulator.world.profile.id
    users = anna.id, bo.id, me, stranger.id
    statuses = [(await bot("getChatMember", chat_id=group.id, user_id=user))["status"] for user in users]
    assert statuses == ["creator", "member", "administrator", "left"]
    assert (await bot("getChatMember", chat_id=anna.id, user_id=anna.id))["user"] == anna.user()
    chiefs = await bot("getChatAdministrators", chat_id=group.id)
    assert {member["user"]["id"] for member in chiefs} == {anna.id, me}
    assert await bot("getChatMemberCount", chat_id=group.id) == 3
    assert await bot("getChatMemberCount", chat_id=anna.id) == 2


@pytest.mark.parametrize(("user", "description"), [(0, "invalid user_id specified"), (5, "user not found")])
async def test_unknown_members(bot: Client, anna: Person, user: int, description: str) -> None:
    refusal = await bot.refusal("getChatMember", chat_id=anna.id, user_id=user)
    assert refusal == f"Bad Request: {description}"


async def test_banning_and_unbanning(bot: Client, simulator: Simulator, bo: Person, group: Chat) -> None:
    place = {"chat_id": group.id, "user_id": bo.id}
    assert await bot("banChatMember", **place) is True
    assert (await bot("getChatMember", **place))["status"] == "kicked"
    with pytest.raises(ValueError, match="Bo is banned from Family"):
        simulator.phone.join(bo, group)
    assert await bot("unbanChatMember", **place) is True
    simulator.phone.join(bo, group)
    assert changes(simulator) == [("member", "kicked"), ("kicked", "left"), ("left", "member")]
    services = [update["message"] for update in updates(simulator) if "message" in update]
    assert services[0]["left_chat_member"] == services[1]["new_chat_members"][0] == bo.user()


async def test_unbanning_a_member_removes_them_unless_asked_not_to(bot: Client, bo: Person, group: Chat) -> None:
    place = {"chat_id": group.id, "user_id": bo.id}
    await bot("unbanChatMember", **place, only_if_banned=True)
    assert (await bot("getChatMember", **place))["status"] == "member"
    await bot("unbanChatMember", **place)
    assert (await bot("getChatMember", **place))["status"] == "left"


@pytest.mark.parametrize(("seconds", "is_for_ever"), [(60, False), (29, True), (367 * 86400, True)])
async def test_a_ban_may_end(
    bot: Client, simulator: Simulator, bo: Person, group: Chat, seconds: int, is_for_ever: bool
) -> None:
    until, place = unix_seconds(simulator.clock()) + seconds, {"chat_id": group.id, "user_id": bo.id}
    await bot("banChatMember", **place, until_date=until)
    assert (await bot("getChatMember", **place))["until_date"] == (0 if is_for_ever else until)
    simulator.clock.skip(timedelta(seconds=seconds))
    assert (await bot("getChatMember", **place))["status"] == ("kicked" if is_for_ever else "left")


async def test_restricting(bot: Client, simulator: Simulator, bo: Person, group: Chat) -> None:
    place = {"chat_id": group.id, "user_id": bo.id}
    until = unix_seconds(simulator.clock()) + 60
    await bot("restrictChatMember", **place, permissions={"can_send_messages": True}, until_date=until)
    member = await bot("getChatMember", **place)
    assert (member["status"], member["is_member"], member["until_date"]) == ("restricted", True, until)
    assert (member["can_send_messages"], member["can_send_photos"]) == (True, False)
    simulator.clock.skip(timedelta(seconds=60))
    assert (await bot("getChatMember", **place))["status"] == "member"
    await bot("restrictChatMember", **place, permissions={})
    await bot("restrictChatMember", **place, permissions=dict.fromkeys(group.permissions, True))
    assert (await bot("getChatMember", **place))["status"] == "member"


async def test_promoting(bot: Client, simulator: Simulator, bo: Person, group: Chat) -> None:
    place = {"chat_id": group.id, "user_id": bo.id}
    await bot("promoteChatMember", **place, can_pin_messages=True)
    await bot("setChatAdministratorCustomTitle", **place, custom_title="Pinner")
    member = await bot("getChatMember", **place)
    assert (member["status"], member["can_be_edited"], member["custom_title"]) == ("administrator", True, "Pinner")
    assert (member["can_pin_messages"], member["can_manage_chat"], member["can_restrict_members"]) == (
        True,
        True,
        False,
    )
    await bot("promoteChatMember", **place)
    assert changes(simulator) == [("member", "administrator"), ("administrator", "member")]


async def test_tags(bot: Client, bo: Person, group: Chat) -> None:
    await bot("setChatMemberTag", chat_id=group.id, user_id=bo.id, tag="runner")
    assert (await bot("getChatMember", chat_id=group.id, user_id=bo.id))["tag"] == "runner"


async def test_leaving(bot: Client, simulator: Simulator, anna: Person, group: Chat) -> None:
    assert await bot("leaveChat", chat_id=group.id) is True
    assert [set(update) - {"update_id"} for update in updates(simulator)] == [{"my_chat_member"}]
    refused = await bot.refused("sendMessage", chat_id=group.id, text="a")
    assert refused.description == "Forbidden: bot is not a member of the supergroup chat"
    assert await bot.refusal("leaveChat", chat_id=anna.id) == (
        "Bad Request: chat member status can't be changed in private chats"
    )


@pytest.mark.parametrize(
    ("method", "user", "description"),
    [
        ("banChatMember", "anna", "can't remove chat owner"),
        ("banChatMember", "bot", "can't restrict self"),
        ("banChatMember", "chief", "user is an administrator of the chat"),
        ("promoteChatMember", "bot", "can't promote self"),
        ("promoteChatMember", "chief", "CHAT_ADMIN_REQUIRED"),
        ("setChatAdministratorCustomTitle", "anna", "only the owner can edit their custom title"),
        ("setChatAdministratorCustomTitle", "bo", "user is not an administrator"),
        ("setChatAdministratorCustomTitle", "chief", "not enough rights to change custom title of the user"),
    ],
)
async def test_whom_an_administrator_may_not_touch(
    bot: Client, simulator: Simulator, anna: Person, bo: Person, group: Chat, method: str, user: str, description: str
) -> None:
    chief = simulator.add_person("Chief")
    simulator.phone.set_member(anna, group, chief, "administrator")
    ids = {"anna": anna.id, "bo": bo.id, "chief": chief.id, "bot": simulator.world.profile.id}
    refusal = await bot.refusal(method, chat_id=group.id, user_id=ids[user], can_pin_messages=True)
    assert refusal == f"Bad Request: {description}"


@pytest.mark.parametrize(
    ("method", "more", "description"),
    [
        ("banChatMember", {}, "not enough rights to restrict/unrestrict chat member"),
        ("unbanChatMember", {}, "not enough rights to restrict/unrestrict chat member"),
        ("restrictChatMember", {"permissions": {}}, "not enough rights to restrict/unrestrict chat member"),
        ("promoteChatMember", {"can_pin_messages": True}, "not enough rights"),
        ("setChatMemberTag", {"tag": "a"}, "not enough rights"),
    ],
)
async def test_only_administrators_change_members(
    bot: Client,
    simulator: Simulator,
    anna: Person,
    bo: Person,
    group: Chat,
    method: str,
    more: dict[str, Any],
    description: str,
) -> None:
    simulator.phone.set_bot_status(anna, group, "member")
    assert await bot.refusal(method, chat_id=group.id, user_id=bo.id, **more) == f"Bad Request: {description}"


@pytest.mark.parametrize(
    ("method", "kind", "description"),
    [
        ("banChatMember", "private", "chat member status can't be changed in private chats"),
        ("unbanChatMember", "group", "method is available for supergroup and channel chats only"),
        ("promoteChatMember", "group", "method is available for supergroup and channel chats only"),
        ("restrictChatMember", "group", "method is available only for supergroups"),
        ("setChatAdministratorCustomTitle", "channel", "method is available only for groups and supergroups"),
        ("getChatAdministrators", "private", "there are no administrators in the private chat"),
    ],
)
async def test_chats_without_such_members(
    bot: Client, simulator: Simulator, anna: Person, bo: Person, method: str, kind: str, description: str
) -> None:
    chat = anna.id if kind == "private" else simulator.phone.new_group(anna, "Family", [bo], kind=kind).id
    refusal = await bot.refusal(method, chat_id=chat, user_id=bo.id, permissions={})
    assert refusal == f"Bad Request: {description}"


async def test_a_title_may_be_too_long(bot: Client, bo: Person, group: Chat) -> None:
    place = {"chat_id": group.id, "user_id": bo.id}
    await bot("promoteChatMember", **place, can_pin_messages=True)
    refusal = await bot.refusal("setChatAdministratorCustomTitle", **place, custom_title="a" * 17)
    assert refusal == "Bad Request: ADMIN_RANK_INVALID"


async def test_rights_are_checked_before_the_user(bot: Client, simulator: Simulator, anna: Person, group: Chat) -> None:
    simulator.phone.set_bot_status(anna, group, "member")
    refusal = await bot.refusal("banChatMember", chat_id=group.id, user_id=1)
    assert refusal == "Bad Request: not enough rights to restrict/unrestrict chat member"
