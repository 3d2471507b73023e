"""Who belongs to a chat, as what, and with which rights."""

from dataclasses import dataclass
from functools import cache

from simulator.json_objects import Json
from simulator.specification import fields_of

PERMISSIONS = tuple(fields_of("ChatPermissions"))
"""What a member may do, unless the chat or their own restriction forbids it."""

USUAL_PERMISSIONS = frozenset(PERMISSIONS) - {"can_change_info", "can_pin_messages", "can_manage_topics"}
"""What the members of a new group may do."""

_IN_CHAT = frozenset({"creator", "administrator", "member"})
_IN_GROUPS = frozenset({"group", "supergroup"})
_RIGHTS_OF_SOME_CHATS = {
    "can_post_messages": frozenset({"channel"}),
    "can_edit_messages": frozenset({"channel"}),
    "can_manage_direct_messages": frozenset({"channel"}),
    "can_pin_messages": _IN_GROUPS,
    "can_manage_tags": _IN_GROUPS,
    "can_manage_topics": frozenset({"supergroup"}),
}
"""Rights that an administrator can have only in chats of these types."""


@cache
def rights_in(chat_type: str) -> tuple[str, ...]:
    """Return the names of all rights that an administrator can have in a chat of this type."""
    every = frozenset({chat_type})
    rights = fields_of("ChatAdministratorRights")
    return tuple(right for right in rights if chat_type in _RIGHTS_OF_SOME_CHATS.get(right, every))


@dataclass(frozen=True, slots=True)
class Membership:
    """One user's place in a chat.

    - `status`: the `status` of a ChatMember object.
    - `rights`: what an administrator may do, or what somebody restricted still may.
    - `until`: when a ban or restriction ends, in Unix time; 0 is never.
    - `title`: the custom title of an administrator, or the tag of another member.
    - `appointed_by`: the id of who made them an administrator.
    - `is_present`: whether somebody restricted is in the chat.
    """

    status: str
    rights: frozenset[str] = frozenset()
    until: int = 0
    title: str = ""
    appointed_by: int = 0
    is_present: bool = True

    @property
    def is_member(self) -> bool:
        """Whether the user is in the chat."""
        return self.status in _IN_CHAT or (self.status == "restricted" and self.is_present)

    def allows(self, right: str) -> bool:
        """Return whether an owner or administrator has this right."""
        return self.status == "creator" or (self.status == "administrator" and right in self.rights)

    def as_json(self, user: Json, chat_type: str, viewer: int) -> Json:
        """Return the ChatMember object. `viewer` is the id of the bot that gets it."""
        member: Json = {"user": user, "status": self.status}
        match self.status:
            case "creator":
                member |= {"is_anonymous": False} | self._title("custom_title")
            case "administrator":
                member |= {"can_be_edited": self.appointed_by == viewer} | self._title("custom_title")
                member |= {right: right in self.rights for right in rights_in(chat_type)}
            case "restricted":
                member |= {"is_member": self.is_present, "until_date": self.until} | self._title("tag")
                member |= {permission: permission in self.rights for permission in PERMISSIONS}
            case "member":
                member |= self._title("tag")
            case "kicked":
                member |= {"until_date": self.until}
        return member

    def _title(self, field: str) -> Json:
        return {field: self.title} if self.title else {}


LEFT = Membership("left")
MEMBER = Membership("member")
OWNER = Membership("creator")
KICKED = Membership("kicked")


def administrator(chat_type: str, appointed_by: int = 0) -> Membership:
    """Return an administrator with all rights except that of being anonymous."""
    rights = frozenset(rights_in(chat_type)) - {"is_anonymous"}
    return Membership("administrator", rights, appointed_by=appointed_by)
