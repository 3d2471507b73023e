"""setMessageReaction: the bot reacts to a message with an emoji."""

from typing import Any

from simulator.bot_api.chat_access import present_message, writable_chat
from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import bad_request
from simulator.state.world import World

REACTIONS = frozenset(
    (
        "❤", "👍", "👎", "🔥", "🥰", "👏", "😁", "🤔", "🤯", "😱", "🤬", "😢",
        "🎉", "🤩", "🤮", "💩", "🙏", "👌", "🕊", "🤡", "🥱", "🥴", "😍", "🐳",
        "❤‍🔥", "🌚", "🌭", "💯", "🤣", "⚡", "🍌", "🏆", "💔", "🤨", "😐", "🍓",
        "🍾", "💋", "🖕", "😈", "😴", "😭", "🤓", "👻", "👨‍💻", "👀", "🎃", "🙈",
        "😇", "😨", "🤝", "✍", "🤗", "🫡", "🎅", "🎄", "☃", "💅", "🤪", "🗿",
        "🆒", "💘", "🙉", "🦄", "😘", "💊", "🙊", "😎", "👾", "🤷‍♂", "🤷", "🤷‍♀",
        "😡",
    )
)  # fmt: skip
"""Every emoji that the Bot API's ReactionTypeEmoji lists."""


def set_message_reaction(world: World, parameters: Parameters) -> bool:
    """Carry out `setMessageReaction`. A bot may set one reaction for each message, like any account without Premium."""
    kinds: Any = parameters.value("reaction", "Can't parse reaction types JSON object")
    if not isinstance(kinds, list | None):
        raise bad_request("Expected an Array of ReactionType")
    emoji: list[str] = []
    for kind in kinds or []:
        if not isinstance(kind, dict):
            raise bad_request("Can't parse ReactionType: expected an Object")
        if kind.get("type") not in ("emoji", "custom_emoji"):
            raise bad_request("Can't parse ReactionType: invalid reaction type specified")
        emoji.append(str(kind.get("emoji", "")))
    chat = writable_chat(world, parameters.text("chat_id"))
    message = present_message(chat, parameters.integer("message_id"), "message to react")
    if len(emoji) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if not REACTIONS.issuperset(emoji):
        raise bad_request("REACTION_INVALID")
    message.reactions[world.profile.id] = emoji
    world.publish(chat, "reaction", message_id=message.id, user=world.profile.id, emoji=emoji)
    return True


METHODS = {"setmessagereaction": set_message_reaction}
