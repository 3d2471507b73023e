"""sendDice: an emoji that shows a random value."""

from simulator.bot_api.methods.sending import send
from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import bad_request
from simulator.json_objects import Json
from simulator.state.world import World

LARGEST_VALUES = {"🎲": 6, "🎯": 6, "🎳": 6, "🏀": 5, "⚽": 5, "🎰": 64}
"""By emoji, from the Bot API's Dice."""


def send_dice(world: World, parameters: Parameters) -> Json:
    """Carry out `sendDice`: post a random value. The values are the same in every run."""
    emoji = parameters.text("emoji").removesuffix("\ufe0f") or "🎲"
    if emoji not in LARGEST_VALUES:
        raise bad_request("EMOTICON_INVALID")
    value = world.random.randint(1, LARGEST_VALUES[emoji])
    return send(world, parameters, "sendDice", {"dice": {"emoji": emoji, "value": value}})


METHODS = {"senddice": send_dice}
