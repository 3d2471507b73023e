"""getChat, and what an administrator can change about a group or channel."""

from simulator.bot_api.chat_access import known_chat, writable_chat
from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import bad_request
from simulator.bot_api.rights import check_right, permissions_of
from simulator.json_objects import Json
from simulator.state.chats import Chat
from simulator.state.members import PERMISSIONS
from simulator.state.pictures import picture_size
from simulator.state.world import World

_MOST_REACTIONS = 11
_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
_LONGEST_TITLE = 128
_LONGEST_DESCRIPTION = 255


def get_chat(world: World, parameters: Parameters) -> Json:
    """Carry out `getChat`: return a ChatFullInfo object."""
    chat = known_chat(world, parameters.text("chat_id"))
    full = {**chat.as_json(), "accent_color_id": abs(chat.id) % 7, "max_reaction_count": _MOST_REACTIONS}
    full["accepted_gift_types"] = dict.fromkeys(_GIFTS, False)
    if chat.type in ("group", "supergroup"):
        full["permissions"] = {name: name in chat.permissions for name in PERMISSIONS}
    if chat.description:
        full["description"] = chat.description
    if chat.photo:
        full["photo"] = chat.photo
    if chat.username:
        full["active_usernames"] = [chat.username]
    link = chat.links.primary(world.profile.id)
    if link:
        full["invite_link"] = link.url
    if chat.pinned_message:
        full["pinned_message"] = chat.pinned_message.body
    return full


def set_chat_title(world: World, parameters: Parameters) -> bool:
    """Carry out `setChatTitle`."""
    title = parameters.text("title").strip()[:_LONGEST_TITLE]
    chat = writable_chat(world, parameters.text("chat_id"))
    if not title:
        raise bad_request("Title must be non-empty")
    _check_may_change(world, chat, "title")
    if title != chat.title:
        chat.title = title
        world.add_service_message(chat, {"new_chat_title": title}, world.profile.user())
    return True


def set_chat_description(world: World, parameters: Parameters) -> bool:
    """Carry out `setChatDescription`. Unlike a new title, it leaves no message in the chat."""
    chat = writable_chat(world, parameters.text("chat_id"))
    description = parameters.text("description").strip()[:_LONGEST_DESCRIPTION]
    if chat.type == "private":
        raise bad_request("Can't change private chat description")
    check_right(world, chat, "can_change_info", "Not enough rights to set chat description")
    if description == chat.description:
        raise bad_request("chat description is not modified")
    chat.description = description
    return True


def set_chat_photo(world: World, parameters: Parameters) -> bool:
    """Carry out `setChatPhoto` with an upload."""
    upload = parameters.upload("photo")
    if upload is None:
        sent = parameters.text("photo")
        raise bad_request("Photo must be uploaded as an InputFile" if sent else "There is no photo in the request")
    chat = writable_chat(world, parameters.text("chat_id"))
    _check_may_change(world, chat, "photo")
    sides = picture_size(upload.content)
    if sides is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    sizes = world.files.add_photo(upload, *sides)
    small, big = sizes[0], sizes[-1]
    chat.photo = {"small_file_id": small.id, "small_file_unique_id": small.unique_id}
    chat.photo |= {"big_file_id": big.id, "big_file_unique_id": big.unique_id}
    shown = {"new_chat_photo": [size.as_photo_size() for size in sizes]}
    world.add_service_message(chat, shown, world.profile.user())
    return True


def delete_chat_photo(world: World, parameters: Parameters) -> bool:
    """Carry out `deleteChatPhoto`."""
    chat = writable_chat(world, parameters.text("chat_id"))
    _check_may_change(world, chat, "photo")
    if not chat.photo:
        raise bad_request("CHAT_NOT_MODIFIED")
    chat.photo = None
    world.add_service_message(chat, {"delete_chat_photo": True}, world.profile.user())
    return True


def set_chat_permissions(world: World, parameters: Parameters) -> bool:
    """Carry out `setChatPermissions`: what every member may do."""
    permissions = permissions_of(parameters)
    chat = writable_chat(world, parameters.text("chat_id"))
    if chat.type not in ("group", "supergroup"):
        raise bad_request(f"Can't change {chat.type} chat permissions")
    check_right(world, chat, "can_restrict_members", "Not enough rights to change chat permissions")
    if permissions == chat.permissions:
        raise bad_request("CHAT_NOT_MODIFIED")
    chat.permissions = permissions
    return True


def _check_may_change(world: World, chat: Chat, what: str) -> None:
    if chat.type == "private":
        raise bad_request(f"Can't change private chat {what}")
    check_right(world, chat, "can_change_info", f"Not enough rights to change chat {what}")


METHODS = {
    "getchat": get_chat,
    "setchattitle": set_chat_title,
    "setchatdescription": set_chat_description,
    "setchatphoto": set_chat_photo,
    "deletechatphoto": delete_chat_photo,
    "setchatpermissions": set_chat_permissions,
}
