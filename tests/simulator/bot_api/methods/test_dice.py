import pytest

from simulator import Person
from simulator.bot_api.methods.dice import LARGEST_VALUES
from tests.support.bot_api_client import Client


@pytest.mark.parametrize("emoji", LARGEST_VALUES)
async def test_every_value_of_a_dice(bot: Client, anna: Person, emoji: str) -> None:
    values = {(await bot("sendDice", chat_id=anna.id, emoji=emoji))["dice"]["value"] for _ in range(50)}
    assert values <= set(range(1, LARGEST_VALUES[emoji] + 1))
    assert len(values) > 3


async def test_a_die_is_the_default(bot: Client, anna: Person) -> None:
    assert (await bot("sendDice", chat_id=anna.id))["dice"]["emoji"] == "🎲"
    assert (await bot("sendDice", chat_id=anna.id, emoji="⚽\ufe0f"))["dice"]["emoji"] == "⚽"


async def test_another_emoji(bot: Client, anna: Person) -> None:
    assert await bot.refusal("sendDice", chat_id=anna.id, emoji="🦵") == "Bad Request: EMOTICON_INVALID"
