"""getChat and getChatMember: what the bot can ask about a chat and its members."""

from simulator.bot_api.chat_access import known_chat
from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import bad_request
from simulator.json_objects import Json
from simulator.state.world import World

_MOST_REACTIONS = 11
_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


def get_chat(world: World, parameters: Parameters) -> Json:
    """Carry out `getChat`: return a ChatFullInfo object."""
    chat = known_chat(world, parameters.text("chat_id"))
    full = {**chat.as_json(), "accent_color_id": abs(chat.id) % 7, "max_reaction_count": _MOST_REACTIONS}
    full["accepted_gift_types"] = dict.fromkeys(_GIFTS, False)
    if chat.pinned_message:
        full["pinned_message"] = chat.pinned_message.body
    return full


def get_chat_member(world: World, parameters: Parameters) -> Json:
    """Carry out `getChatMember`: return the ChatMember object of the bot or of a person, member or not."""
    user_id = parameters.integer("user_id")
    if user_id <= 0:
        raise bad_request("Invalid user_id specified")
    chat = known_chat(world, parameters.text("chat_id"))
    if user_id != world.profile.id and user_id not in world.people:
        raise bad_request("user not found")
    return world.member(chat, user_id)


METHODS = {"getchat": get_chat, "getchatmember": get_chat_member}
