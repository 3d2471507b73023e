"""What the bot may do in a group or channel. A request for anything else is refused in Telegram's words."""

from collections.abc import Mapping

from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import bad_request
from simulator.state.chats import Chat
from simulator.state.members import PERMISSIONS
from simulator.state.world import World


def check_right(world: World, chat: Chat, right: str, complaint: str) -> None:
    """Refuse with `complaint` unless the bot is an administrator with this right."""
    if not world.place_in(chat).allows(right):
        raise bad_request(complaint)


def user_id_of(world: World, parameters: Parameters) -> int:
    """Return the user that a request is about: a person, or the bot itself. Refused if there is no such user."""
    user_id = parameters.integer("user_id")
    if user_id <= 0:
        raise bad_request("Invalid user_id specified")
    if user_id != world.profile.id and user_id not in world.people:
        raise bad_request("user not found")
    return user_id


def permissions_of(parameters: Parameters) -> frozenset[str]:
    """Return the names of the permissions that a request grants, with those that they imply."""
    value = parameters.value("permissions", "Can't parse permissions JSON object")
    if not isinstance(value, dict):
        raise bad_request("Object expected as permissions")
    if value.get("can_send_media_messages") and not _SEND_FILES & value.keys():  # how it was sent before Bot API 6.5
        value |= dict.fromkeys(_SEND_FILES, True)
    granted = {name for name in PERMISSIONS if value.get(name, value.get(_UNLESS_SENT.get(name, "")))}
    if not parameters.flag("use_independent_chat_permissions"):
        if granted & {"can_send_other_messages", "can_add_web_page_previews"}:
            granted |= _SEND_FILES
        if granted & {"can_send_polls", *_SEND_FILES}:
            granted.add("can_send_messages")
    return frozenset(granted)


_SEND_FILES = frozenset(
    (
        "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos", "can_send_video_notes",
        "can_send_voice_notes",
    )
)  # fmt: skip
_UNLESS_SENT: Mapping[str, str] = {
    "can_manage_topics": "can_pin_messages",
    "can_edit_tag": "can_pin_messages",
    "can_react_to_messages": "can_send_messages",
}
"""By permission: the permission that decides in its place if the request leaves it out."""
