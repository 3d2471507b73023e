"""Invite links, and people who ask to join."""

from simulator.bot_api.chat_access import writable_chat
from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import bad_request
from simulator.bot_api.rights import check_right, user_id_of
from simulator.json_objects import Json
from simulator.state.chats import Chat
from simulator.state.invite_links import InviteLink
from simulator.state.members import MEMBER
from simulator.state.world import World

_LONGEST_NAME = 32
_MOST_MEMBERS = 99_999


def export_chat_invite_link(world: World, parameters: Parameters) -> str:
    """Carry out `exportChatInviteLink`: replace the primary link of the bot, and return the new one."""
    chat = _chat(world, parameters)
    old = chat.links.primary(world.profile.id)
    if old:
        old.is_revoked = True
    return chat.links.add(world.profile.user(), is_primary=True).url


def create_chat_invite_link(world: World, parameters: Parameters) -> Json:
    """Carry out `createChatInviteLink`."""
    chat = _chat(world, parameters)
    _check(parameters)
    return _with_settings(chat.links.add(world.profile.user()), parameters)


def edit_chat_invite_link(world: World, parameters: Parameters) -> Json:
    """Carry out `editChatInviteLink` for a link that the bot has made."""
    link = _link(world, parameters)
    if link.is_primary:
        raise bad_request("INVITE_HASH_INVALID")
    if link.is_revoked:
        raise bad_request("INVITE_HASH_EXPIRED")
    _check(parameters)
    return _with_settings(link, parameters)


def revoke_chat_invite_link(world: World, parameters: Parameters) -> Json:
    """Carry out `revokeChatInviteLink`. A primary link is replaced by a new one."""
    link = _link(world, parameters)
    link.is_revoked = True
    if link.is_primary:
        _chat(world, parameters).links.add(world.profile.user(), is_primary=True)
    return link.as_json()


def approve_chat_join_request(world: World, parameters: Parameters) -> bool:
    """Carry out `approveChatJoinRequest`: let somebody in who has asked."""
    chat, user_id, link = _request(world, parameters)
    link.asking.discard(user_id)
    link.joined.add(user_id)
    world.set_member(chat, user_id, MEMBER, world.profile.user(), invite_link=link.as_json(), via_join_request=True)
    return True


def decline_chat_join_request(world: World, parameters: Parameters) -> bool:
    """Carry out `declineChatJoinRequest`."""
    _, user_id, link = _request(world, parameters)
    link.asking.discard(user_id)
    return True


def _chat(world: World, parameters: Parameters) -> Chat:
    chat = writable_chat(world, parameters.text("chat_id"))
    if chat.type == "private":
        raise bad_request("Can't invite members to a private chat")
    check_right(world, chat, "can_invite_users", "Not enough rights to manage chat invite link")
    return chat


def _link(world: World, parameters: Parameters) -> InviteLink:
    link = _chat(world, parameters).links.get(parameters.text("invite_link"))
    if link is None or link.creator["id"] != world.profile.id:
        raise bad_request("INVITE_HASH_EXPIRED")
    return link


def _check(parameters: Parameters) -> None:
    if len(parameters.text("name")) > _LONGEST_NAME:
        raise bad_request("INVITE_TITLE_TOO_LONG")
    if parameters.integer("member_limit") and parameters.flag("creates_join_request"):
        raise bad_request("Member limit can't be specified for links requiring administrator approval")


def _with_settings(link: InviteLink, parameters: Parameters) -> Json:
    link.name = parameters.text("name")
    link.expires = max(parameters.integer("expire_date"), 0) or None
    link.most_members = min(max(parameters.integer("member_limit"), 0), _MOST_MEMBERS) or None
    link.asks = parameters.flag("creates_join_request")
    return link.as_json()


def _request(world: World, parameters: Parameters) -> tuple[Chat, int, InviteLink]:
    user_id = user_id_of(world, parameters)
    chat = writable_chat(world, parameters.text("chat_id"))
    if chat.type == "private":
        raise bad_request("The chat can't have join requests")
    check_right(world, chat, "can_invite_users", "Not enough rights to manage chat join requests")
    if chat.is_in(user_id):
        raise bad_request("USER_ALREADY_PARTICIPANT")
    link = chat.links.asked_by(user_id)
    if link is None:
        raise bad_request("HIDE_REQUESTER_MISSING")
    return chat, user_id, link


METHODS = {
    "exportchatinvitelink": export_chat_invite_link,
    "createchatinvitelink": create_chat_invite_link,
    "editchatinvitelink": edit_chat_invite_link,
    "revokechatinvitelink": revoke_chat_invite_link,
    "approvechatjoinrequest": approve_chat_join_request,
    "declinechatjoinrequest": decline_chat_join_request,
}
