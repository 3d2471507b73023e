"""What the bot can ask about the members of a chat, and what an administrator can do with them."""

from dataclasses import replace

from simulator.bot_api.chat_access import known_chat, writable_chat
from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import bad_request
from simulator.bot_api.rights import check_right, permissions_of, user_id_of
from simulator.json_objects import Json, unix_seconds
from simulator.state.chats import Chat
from simulator.state.members import LEFT, MEMBER, Membership, rights_in
from simulator.state.world import World

_SHORTEST_SECONDS, _LONGEST_SECONDS = 30, 366 * 24 * 60 * 60
"""A ban or restriction that is shorter or longer than this is for ever. From the Bot API's banChatMember."""

_LONGEST_TITLE = 16


def get_chat_member(world: World, parameters: Parameters) -> Json:
    """Carry out `getChatMember`: return the ChatMember object of the bot or of a person, member or not."""
    user_id = user_id_of(world, parameters)
    return world.member(known_chat(world, parameters.text("chat_id")), user_id)


def get_chat_administrators(world: World, parameters: Parameters) -> list[Json]:
    """Carry out `getChatAdministrators`: return the owner and the administrators, without other bots."""
    chat = writable_chat(world, parameters.text("chat_id"))
    if chat.type == "private":
        raise bad_request("there are no administrators in the private chat")
    users = [user_id for user_id in chat.memberships if user_id in world.people or user_id == world.profile.id]
    chiefs = ("creator", "administrator")
    return [world.member(chat, user_id) for user_id in users if chat.membership(user_id).status in chiefs]


def get_chat_member_count(world: World, parameters: Parameters) -> int:
    """Carry out `getChatMemberCount`."""
    chat = writable_chat(world, parameters.text("chat_id"))
    return sum(membership.is_member for membership in chat.memberships.values())


def ban_chat_member(world: World, parameters: Parameters) -> bool:
    """Carry out `banChatMember`: remove somebody, who cannot come back until the ban ends."""
    chat, user_id = _target(world, parameters, "can_restrict_members")
    world.set_member(chat, user_id, Membership("kicked", until=_until(world, parameters)), world.profile.user())
    return True


def unban_chat_member(world: World, parameters: Parameters) -> bool:
    """Carry out `unbanChatMember`. Without `only_if_banned`, a member is removed and can come back."""
    chat, user_id = _target(world, parameters, "can_restrict_members", kinds=("supergroup", "channel"))
    is_banned = chat.membership(user_id).status == "kicked"
    if is_banned or (chat.is_in(user_id) and not parameters.flag("only_if_banned")):
        world.set_member(chat, user_id, LEFT, world.profile.user())
    return True


def restrict_chat_member(world: World, parameters: Parameters) -> bool:
    """Carry out `restrictChatMember`: say what a member may still do. Granting everything lifts the restriction."""
    chat, user_id = _target(world, parameters, "can_restrict_members", kinds=("supergroup",))
    permissions, is_present = permissions_of(parameters), chat.is_in(user_id)
    restricted = Membership("restricted", permissions, _until(world, parameters), is_present=is_present)
    everything = MEMBER if is_present else LEFT
    is_lifted = permissions >= chat.permissions
    world.set_member(chat, user_id, everything if is_lifted else restricted, world.profile.user())
    return True


def promote_chat_member(world: World, parameters: Parameters) -> bool:
    """Carry out `promoteChatMember`: make somebody an administrator with these rights, or without any, a member."""
    chat, user_id = _target(world, parameters, "can_promote_members", kinds=("supergroup", "channel"))
    rights = frozenset(right for right in rights_in(chat.type) if parameters.flag(right))
    title = chat.membership(user_id).title
    promoted = Membership("administrator", rights | {"can_manage_chat"}, title=title, appointed_by=world.profile.id)
    world.set_member(chat, user_id, promoted if rights else MEMBER, world.profile.user())
    return True


def set_chat_administrator_custom_title(world: World, parameters: Parameters) -> bool:
    """Carry out `setChatAdministratorCustomTitle` for an administrator whom the bot has promoted."""
    chat, user_id = _in_group(world, parameters), user_id_of(world, parameters)
    membership = chat.membership(user_id)
    if membership.status == "creator":
        raise bad_request("only the owner can edit their custom title")
    if membership.status != "administrator":
        raise bad_request("user is not an administrator")
    if membership.appointed_by != world.profile.id:
        raise bad_request("not enough rights to change custom title of the user")
    return _set_title(chat, user_id, parameters.text("custom_title"))


def set_chat_member_tag(world: World, parameters: Parameters) -> bool:
    """Carry out `setChatMemberTag` for a member of a group."""
    chat, user_id = _in_group(world, parameters), user_id_of(world, parameters)
    check_right(world, chat, "can_manage_tags", "Not enough rights")
    return _set_title(chat, user_id, parameters.text("tag"))


def leave_chat(world: World, parameters: Parameters) -> bool:
    """Carry out `leaveChat`."""
    chat = writable_chat(world, parameters.text("chat_id"))
    if chat.type == "private":
        raise bad_request("chat member status can't be changed in private chats")
    world.set_member(chat, world.profile.id, LEFT, world.profile.user())
    return True


def _target(
    world: World, parameters: Parameters, right: str, kinds: tuple[str, ...] = ("group", "supergroup", "channel")
) -> tuple[Chat, int]:
    """Return the chat and the user of a request. Refused if the bot lacks the right, or may not touch this user."""
    chat = writable_chat(world, parameters.text("chat_id"))
    if chat.type == "private":
        raise bad_request("Chat member status can't be changed in private chats")
    if chat.type not in kinds:
        named = "only for supergroups" if kinds == ("supergroup",) else "for supergroup and channel chats only"
        raise bad_request(f"method is available {named}")
    is_promotion = right == "can_promote_members"
    complaint = "Not enough rights" if is_promotion else "Not enough rights to restrict/unrestrict chat member"
    check_right(world, chat, right, complaint)
    user_id = user_id_of(world, parameters)
    if user_id == world.profile.id:
        raise bad_request("Can't promote self" if is_promotion else "Can't restrict self")
    membership = chat.membership(user_id)
    if membership.status == "creator":
        raise bad_request("can't remove chat owner")
    if membership.status == "administrator" and membership.appointed_by != world.profile.id:
        raise bad_request("CHAT_ADMIN_REQUIRED" if is_promotion else "user is an administrator of the chat")
    return chat, user_id


def _in_group(world: World, parameters: Parameters) -> Chat:
    chat = writable_chat(world, parameters.text("chat_id"))
    if chat.type not in ("group", "supergroup"):
        raise bad_request("method is available only for groups and supergroups")
    return chat


def _until(world: World, parameters: Parameters) -> int:
    until = parameters.integer("until_date")
    seconds = until - unix_seconds(world.clock())
    return until if _SHORTEST_SECONDS <= seconds <= _LONGEST_SECONDS else 0


def _set_title(chat: Chat, user_id: int, title: str) -> bool:
    if len(title) > _LONGEST_TITLE:
        raise bad_request("ADMIN_RANK_INVALID")
    chat.memberships[user_id] = replace(chat.membership(user_id), title=title)
    return True


METHODS = {
    "getchatmember": get_chat_member,
    "getchatadministrators": get_chat_administrators,
    "getchatmembercount": get_chat_member_count,
    "banchatmember": ban_chat_member,
    "unbanchatmember": unban_chat_member,
    "restrictchatmember": restrict_chat_member,
    "promotechatmember": promote_chat_member,
    "setchatadministratorcustomtitle": set_chat_administrator_custom_title,
    "setchatmembertag": set_chat_member_tag,
    "leavechat": leave_chat,
}
