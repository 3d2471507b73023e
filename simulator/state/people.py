"""People and the chats they are in."""

from dataclasses import dataclass, field
from datetime import datetime

from simulator.json_objects import Json, without_none

DEFAULT_ZONE = "Europe/Stockholm"
DEFAULT_LOCATION = (59.3293, 18.0686)


@dataclass(slots=True)
class Person:
    """Somebody with a phone. `time_zone` is an IANA name; `location` is latitude and longitude."""

    id: int
    name: str
    language: str = "en"
    time_zone: str = DEFAULT_ZONE
    location: tuple[float, float] = DEFAULT_LOCATION
    blocked: bool = False
    started: bool = False
    deactivated: bool = False

    def user(self) -> Json:
        """The User object a bot sees."""
        return {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": self.language}

    def card(self) -> Json:
        """The person as the chat page sees them."""
        return {
            "id": self.id,
            "name": self.name,
            "language": self.language,
            "time_zone": self.time_zone,
            "blocked": self.blocked,
            "started": self.started,
            "location": list(self.location),
        }


@dataclass(slots=True)
class Message:
    """A message in a chat: the Bot API object, and what only the phone knows."""

    body: Json
    mine: bool
    """Written by a person, not by the bot."""

    silent: bool = False
    edited: bool = False
    deleted: bool = False
    reactions: dict[int, list[str]] = field(default_factory=dict)
    """Emoji by the id of who reacted."""

    @property
    def id(self) -> int:
        """The message_id."""
        number: int = self.body["message_id"]
        return number

    def on_phone(self) -> Json:
        """The message as the chat page sees it."""
        emoji = [emoji for chosen in self.reactions.values() for emoji in chosen]
        local = {"silent": self.silent, "edited": self.edited, "reactions": emoji, "mine": self.mine}
        return {**self.body, "local": {**local, "deleted": self.deleted}}


@dataclass(slots=True)
class Chat:
    """A chat of the bot: private, group, supergroup or channel.

    `bot_status` is the bot's ChatMember status there; `keep` bounds the messages kept (None: all of them).
    """

    id: int
    type: str
    title: str
    keep: int | None
    members: set[int] = field(default_factory=set)
    administrators: set[int] = field(default_factory=set)
    bot_status: str = "member"
    deleted: bool = False
    migrated_to: int | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    reply_keyboard: Json | None = None
    typing_until: datetime | None = None
    last_message_id: int = 0

    def card(self) -> Json:
        """The Chat object."""
        name = "first_name" if self.type == "private" else "title"
        return {"id": self.id, "type": self.type, name: self.title}

    def add(self, message: Message) -> None:
        """Put a message at the end; the oldest goes if there are too many."""
        self.messages[message.id] = message
        if self.keep is not None and len(self.messages) > self.keep:
            del self.messages[next(iter(self.messages))]

    def present(self, message_id: int) -> Message | None:
        """The message, unless it is deleted or was never here."""
        message = self.messages.get(message_id)
        return None if message is None or message.deleted else message

    @property
    def pinned_message(self) -> Message | None:
        """The message pinned last."""
        return self.present(self.pinned[-1]) if self.pinned else None


def member(user: Json, status: str) -> Json:
    """A ChatMember object."""
    rights = _RIGHTS if status == "administrator" else {}
    until = 0 if status == "kicked" else None
    return without_none(user=user, status=status, until_date=until, **rights)


_RIGHTS: Json = dict.fromkeys(
    (
        "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
        "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
        "can_edit_stories", "can_delete_stories", "can_pin_messages",
    ),
    True,
) | {"is_anonymous": False}  # fmt: skip
