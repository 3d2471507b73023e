import pytest

from simulator import Person, Simulator
from tests.support.bot_api_client import Client


async def sent(bot: Client, person: Person, text: str) -> int:
    number: int = (await bot("sendMessage", chat_id=person.id, text=text))["message_id"]
    return number


async def test_the_last_pin_is_the_one_shown(bot: Client, simulator: Simulator, anna: Person) -> None:
    chat = simulator.world.chats[anna.id]
    first, second = await sent(bot, anna, "a"), await sent(bot, anna, "b")
    for number in (first, second):
        await bot("pinChatMessage", chat_id=anna.id, message_id=number)
    assert chat.pinned == [first, second]
    await bot("pinChatMessage", chat_id=anna.id, message_id=first)
    assert chat.pinned == [second, first]


async def test_unpinning(bot: Client, simulator: Simulator, anna: Person) -> None:
    chat = simulator.world.chats[anna.id]
    numbers = [await sent(bot, anna, text) for text in "abc"]
    for number in numbers:
        await bot("pinChatMessage", chat_id=anna.id, message_id=number)
    await bot("unpinChatMessage", chat_id=anna.id)
    assert chat.pinned == numbers[:2]
    await bot("unpinChatMessage", chat_id=anna.id, message_id=numbers[0])
    assert chat.pinned == [numbers[1]]
    await bot("unpinAllChatMessages", chat_id=anna.id)
    assert chat.pinned_message is None


@pytest.mark.parametrize(
    ("method", "message", "description"),
    [
        ("pinChatMessage", 99, "message to pin not found"),
        ("unpinChatMessage", 99, "message to unpin not found"),
        ("unpinChatMessage", 0, "message to unpin not found"),
    ],
)
async def test_pinning_missing_messages(bot: Client, anna: Person, method: str, message: int, description: str) -> None:
    assert await bot.refusal(method, chat_id=anna.id, message_id=message) == f"Bad Request: {description}"


async def test_in_groups_only_administrators_pin(bot: Client, simulator: Simulator, anna: Person) -> None:
    group = simulator.phone.new_group(anna, "Family")
    message = await bot("sendMessage", chat_id=group.id, text="a")
    place = {"chat_id": group.id, "message_id": message["message_id"]}
    refusal = await bot.refusal("pinChatMessage", **place)
    assert refusal == "Bad Request: not enough rights to manage pinned messages in the chat"
    simulator.phone.set_bot_status(anna, group, "administrator")
    assert await bot("pinChatMessage", **place) is True
