from typing import Any

import pytest

from simulator import Person, Simulator
from tests.support.bot_api_client import Client


async def test_reacting(bot: Client, simulator: Simulator, anna: Person) -> None:
    message = simulator.phone.say(anna, "thanks")
    place = {"chat_id": anna.id, "message_id": message.id}
    assert await bot("setMessageReaction", **place, reaction=[{"type": "emoji", "emoji": "👍"}]) is True
    assert message.as_json()["local"]["reactions"] == {str(simulator.world.profile.id): ["👍"]}
    await bot("setMessageReaction", **place)
    assert message.as_json()["local"]["reactions"] == {}


@pytest.mark.parametrize(
    ("reaction", "description"),
    [
        ("{", "can't parse reaction types JSON object"),
        ({}, "expected an Array of ReactionType"),
        (["👍"], "can't parse ReactionType: expected an Object"),
        ([{"type": "paid"}], "can't parse ReactionType: invalid reaction type specified"),
        ([{"type": "emoji", "emoji": "🦵"}], "REACTION_INVALID"),
        ([{"type": "custom_emoji", "custom_emoji_id": "5"}], "REACTION_INVALID"),
        ([{"type": "emoji", "emoji": "👍"}, {"type": "emoji", "emoji": "👎"}], "REACTIONS_TOO_MANY"),
    ],
)
async def test_reactions_that_are_refused(
    bot: Client, simulator: Simulator, anna: Person, reaction: Any, description: str
) -> None:
    message = simulator.phone.say(anna, "hej")
    refusal = await bot.refusal("setMessageReaction", chat_id=anna.id, message_id=message.id, reaction=reaction)
    assert refusal == f"Bad Request: {description}"


async def test_reacting_to_a_missing_message(bot: Client, anna: Person) -> None:
    refusal = await bot.refusal("setMessageReaction", chat_id=anna.id, message_id=99)
    assert refusal == "Bad Request: message to react not found"
