import pytest

from simulator import Person, Simulator
from tests.support.bot_api_client import Client


async def test_a_chat(bot: Client, anna: Person) -> None:
    chat = await bot("getChat", chat_id=anna.id)
    assert (chat["id"], chat["type"], chat["first_name"]) == (anna.id, "private", "Anna")
    assert "pinned_message" not in chat


async def test_a_chat_shows_what_is_pinned(bot: Client, anna: Person) -> None:
    message = await bot("sendMessage", chat_id=anna.id, text="steps")
    await bot("pinChatMessage", chat_id=anna.id, message_id=message["message_id"])
    assert (await bot("getChat", chat_id=anna.id))["pinned_message"] == message


@pytest.mark.parametrize("chat", ["5", "@somebody", "x", "1000099"])
async def test_unknown_chats(bot: Client, chat: str) -> None:
    for method in ("getChat", "sendMessage"):
        refused = await bot.refused(method, chat_id=chat, text="a")
        assert (refused.status, refused.description) == (400, "Bad Request: chat not found")


async def test_a_request_without_a_chat(bot: Client) -> None:
    assert await bot.refusal("sendMessage", text="a") == "Bad Request: chat_id is empty"


async def test_members(bot: Client, simulator: Simulator, anna: Person) -> None:
    bo = simulator.add_person("Bo")
    group = simulator.phone.new_group(anna, "Family")
    statuses = {
        user: (await bot("getChatMember", chat_id=group.id, user_id=user))["status"]
        for user in (anna.id, bo.id, simulator.world.profile.id)
    }
    assert list(statuses.values()) == ["creator", "left", "member"]
    assert (await bot("getChatMember", chat_id=anna.id, user_id=anna.id))["user"] == anna.user()


@pytest.mark.parametrize(("user", "description"), [(0, "invalid user_id specified"), (5, "user not found")])
async def test_unknown_members(bot: Client, anna: Person, user: int, description: str) -> None:
    refusal = await bot.refusal("getChatMember", chat_id=anna.id, user_id=user)
    assert refusal == f"Bad Request: {description}"
