from typing import Any

import pytest

from simulator import Chat, Person, Simulator
from tests.support.bot_api_client import Client, RefusedError
from tests.support.pictures import png


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


async def test_a_group_is_found_by_its_username_and_a_person_is_not(
    bot: Client, simulator: Simulator, anna: Person
) -> None:
    simulator.add_person("Bo", username="bo_ek", started=True)
    channel = simulator.phone.new_group(anna, "News", kind="channel")
    channel.username = "Cramp_News"
    assert (await bot("sendMessage", chat_id="@cramp_news", text="a"))["chat"] == channel.as_json()
    assert (await bot("getChat", chat_id="@cramp_news"))["active_usernames"] == ["Cramp_News"]
    assert await bot.refusal("getChat", chat_id="@bo_ek") == "Bad Request: chat not found"


async def test_people_have_usernames_and_last_names(bot: Client, simulator: Simulator) -> None:
    bo = simulator.add_person("Bo", last_name="Ek", username="bo_ek", started=True)
    chat = await bot("getChat", chat_id=bo.id)
    assert (chat["first_name"], chat["last_name"], chat["username"]) == ("Bo", "Ek", "bo_ek")
    assert bo.user()["username"] == "bo_ek"


@pytest.fixture
def group(simulator: Simulator, anna: Person) -> Chat:
    """Make a supergroup in which the bot is an administrator."""
    chat = simulator.phone.new_group(anna, "Family", kind="supergroup")
    simulator.phone.set_bot_status(anna, chat, "administrator")
    simulator.updates.clear()
    return chat


async def test_a_new_title(bot: Client, simulator: Simulator, group: Chat) -> None:
    assert await bot("setChatTitle", chat_id=group.id, title=" Friends ") is True
    assert (await bot("getChat", chat_id=group.id))["title"] == "Friends"
    await bot("setChatTitle", chat_id=group.id, title="Friends")
    (update,) = await bot("getUpdates")
    assert update["message"]["new_chat_title"] == "Friends"
    assert update["message"]["from"]["is_bot"]


async def test_a_new_description(bot: Client, group: Chat) -> None:
    assert await bot("setChatDescription", chat_id=group.id, description="All of us")
    assert (await bot("getChat", chat_id=group.id))["description"] == "All of us"
    refusal = await bot.refusal("setChatDescription", chat_id=group.id, description="All of us")
    assert refusal == "Bad Request: chat description is not modified"


async def test_a_new_photo(bot: Client, group: Chat) -> None:
    assert await bot.with_files("setChatPhoto", {"photo": png(200, 200)}, chat_id=group.id)
    photo = (await bot("getChat", chat_id=group.id))["photo"]
    assert (await bot("getFile", file_id=photo["big_file_id"]))["file_path"]
    assert await bot("deleteChatPhoto", chat_id=group.id)
    assert "photo" not in await bot("getChat", chat_id=group.id)
    assert await bot.refusal("deleteChatPhoto", chat_id=group.id) == "Bad Request: CHAT_NOT_MODIFIED"
    kinds = [set(update["message"]) for update in await bot("getUpdates")]
    assert ["new_chat_photo" in kind for kind in kinds] == [True, False]


async def test_permissions(bot: Client, group: Chat) -> None:
    assert await bot("setChatPermissions", chat_id=group.id, permissions={"can_send_polls": True})
    permissions = (await bot("getChat", chat_id=group.id))["permissions"]
    assert [name for name, granted in permissions.items() if granted] == ["can_send_messages", "can_send_polls"]
    refusal = await bot.refusal("setChatPermissions", chat_id=group.id, permissions={"can_send_polls": True})
    assert refusal == "Bad Request: CHAT_NOT_MODIFIED"


CHANGES: list[tuple[str, dict[str, Any], str]] = [
    ("setChatTitle", {"title": "a"}, "not enough rights to change chat title"),
    ("setChatDescription", {"description": "a"}, "not enough rights to set chat description"),
    ("deleteChatPhoto", {}, "not enough rights to change chat photo"),
    ("setChatPermissions", {"permissions": {}}, "not enough rights to change chat permissions"),
]


@pytest.mark.parametrize(("method", "more", "description"), CHANGES)
async def test_only_administrators_change_a_group(
    bot: Client, simulator: Simulator, anna: Person, group: Chat, method: str, more: dict[str, Any], description: str
) -> None:
    simulator.phone.set_bot_status(anna, group, "member")
    assert await bot.refusal(method, chat_id=group.id, **more) == f"Bad Request: {description}"


@pytest.mark.parametrize(
    ("method", "more", "description"),
    [
        ("setChatTitle", {"title": "a"}, "can't change private chat title"),
        ("setChatTitle", {"title": " "}, "title must be non-empty"),
        ("setChatDescription", {"description": "a"}, "can't change private chat description"),
        ("setChatPhoto", {}, "there is no photo in the request"),
        ("setChatPhoto", {"photo": "AgAC"}, "photo must be uploaded as an InputFile"),
        ("deleteChatPhoto", {}, "can't change private chat photo"),
        ("setChatPermissions", {"permissions": {}}, "can't change private chat permissions"),
    ],
)
async def test_changes_that_are_refused(
    bot: Client, anna: Person, method: str, more: dict[str, Any], description: str
) -> None:
    assert await bot.refusal(method, chat_id=anna.id, **more) == f"Bad Request: {description}"


async def test_a_photo_that_is_none(bot: Client, group: Chat) -> None:
    with pytest.raises(RefusedError, match="IMAGE_PROCESS_FAILED"):
        await bot.with_files("setChatPhoto", {"photo": b"x"}, chat_id=group.id)
