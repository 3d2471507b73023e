"""Looking at chats, and reacting to messages in them."""

from typing import Any

from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import bad_request
from simulator.json_objects import Json
from simulator.state.people import Chat, member
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
"""The emoji that may be used as reactions."""

_MOST_REACTIONS = 11
_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


def get_chat(world: World, parameters: Parameters) -> Json:
    """`getChat`."""
    chat = world.chat(parameters.text("chat_id"))
    full = {**chat.card(), "accent_color_id": abs(chat.id) % 7, "max_reaction_count": _MOST_REACTIONS}
    full["accepted_gift_types"] = dict.fromkeys(_GIFTS, False)
    if chat.pinned_message:
        full["pinned_message"] = chat.pinned_message.body
    return full


def get_chat_member(world: World, parameters: Parameters) -> Json:
    """`getChatMember`."""
    user_id = parameters.integer("user_id")
    if user_id <= 0:
        raise bad_request("Invalid user_id specified")
    chat = world.chat(parameters.text("chat_id"))
    if user_id == world.profile.id:
        return member(world.profile.user(), chat.bot_status)
    person = world.people.get(user_id)
    if person is None:
        raise bad_request("user not found")
    return member(person.user(), _status(chat, user_id))


def _status(chat: Chat, user_id: int) -> str:
    if user_id in chat.administrators:
        return "administrator"
    return "member" if user_id in chat.members else "left"


def set_message_reaction(world: World, parameters: Parameters) -> bool:
    """`setMessageReaction`: one emoji at most, as for any account without premium."""
    emoji = [_emoji(kind) for kind in _reactions(parameters)]
    chat = world.writable_chat(parameters.text("chat_id"))
    message = world.message(chat, parameters.integer("message_id"), "message to react")
    if len(emoji) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if not REACTIONS.issuperset(emoji):
        raise bad_request("REACTION_INVALID")
    message.reactions[world.profile.id] = emoji
    world.tell(chat, "reaction", message_id=message.id, emoji=emoji, mine=False)
    return True


def _reactions(parameters: Parameters) -> list[Any]:
    kinds: Any = parameters.value("reaction", "Can't parse reaction types JSON object")
    if not isinstance(kinds, list | None):
        raise bad_request("Expected an Array of ReactionType")
    return kinds or []


def _emoji(kind: Any) -> str:
    if not isinstance(kind, dict):
        raise bad_request("Can't parse ReactionType: expected an Object")
    if kind.get("type") not in ("emoji", "custom_emoji"):
        raise bad_request("Can't parse ReactionType: invalid reaction type specified")
    return str(kind.get("emoji", ""))


METHODS = {
    "getchat": get_chat,
    "getchatmember": get_chat_member,
    "setmessagereaction": set_message_reaction,
}
