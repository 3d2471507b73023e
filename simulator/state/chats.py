"""Chats and the messages in them."""

from dataclasses import dataclass, field
from datetime import datetime

from simulator.json_objects import Json
from simulator.state.invite_links import InviteLinks
from simulator.state.members import LEFT, USUAL_PERMISSIONS, Membership
from simulator.state.topics import GENERAL, Topic


@dataclass(slots=True)
class Message:
    """A message in a chat: `body` is the Bot API's Message object, the rest is known to phones only."""

    body: Json
    mine: bool
    """Whether a person wrote the message, and not the bot."""

    inline_id: str = ""
    """The inline_message_id by which the bot may edit a message that a person sent with its help."""

    silent: bool = False
    edited: bool = False
    deleted: bool = False
    reactions: dict[int, list[str]] = field(default_factory=dict)
    """The emoji by the id of the person or bot who reacted."""

    @property
    def id(self) -> int:
        """The message_id, which is unique within the chat."""
        number: int = self.body["message_id"]
        return number

    def as_json(self) -> Json:
        """Return the message as the chat page sees it."""
        reactions = {str(user): emoji for user, emoji in self.reactions.items() if emoji}
        local = {"silent": self.silent, "edited": self.edited, "reactions": reactions, "mine": self.mine}
        return {**self.body, "local": {**local, "deleted": self.deleted}}


@dataclass(slots=True)
class Chat:
    """A chat that the bot is in: private, group, supergroup or channel.

    - `keep`: how many messages are kept; None keeps all.
    - `memberships`: people and bots by their ids. Who is missing has left or was never there.
    - `permissions`: what members may do in a group.
    - `photo`: the ChatPhoto object.
    - `pinned`: message ids, the one pinned last at the end.
    - `forced_reply`: the message that the bot wants a reply to (`message_id`), with its ForceReply object.
    - `topics`: those of a forum by their ids. A chat without any is no forum.
    """

    id: int
    type: str
    title: str
    keep: int | None
    memberships: dict[int, Membership] = field(default_factory=dict)
    username: str = ""
    last_name: str = ""
    description: str = ""
    photo: Json | None = None
    permissions: frozenset[str] = USUAL_PERMISSIONS
    deleted: bool = False
    migrated_to: int | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    reply_keyboard: Json | None = None
    forced_reply: Json | None = None
    typing_until: datetime | None = None
    last_message_id: int = 0
    topics: dict[int, Topic] = field(default_factory=dict)
    links: InviteLinks = field(init=False)

    def __post_init__(self) -> None:
        self.links = InviteLinks(self.id)

    @property
    def is_forum(self) -> bool:
        """Whether the messages are in topics."""
        return bool(self.topics)

    def make_forum(self) -> None:
        """Put the messages of a supergroup into topics. Earlier messages are then in the general topic."""
        self.topics[GENERAL] = Topic(GENERAL, "General")
        self.last_message_id = max(self.last_message_id, GENERAL)  # no message has the general topic's id

    def as_json(self) -> Json:
        """Return the Bot API's Chat object."""
        name = "first_name" if self.type == "private" else "title"
        chat: Json = {"id": self.id, "type": self.type, name: self.title}
        if self.last_name:
            chat["last_name"] = self.last_name
        if self.username:
            chat["username"] = self.username
        if self.is_forum:
            chat["is_forum"] = True
        return chat

    def membership(self, user_id: int) -> Membership:
        """Return a user's place in the chat, whether they are in it or not."""
        return self.memberships.get(user_id, LEFT)

    def is_in(self, user_id: int) -> bool:
        """Return whether a user is in the chat."""
        return user_id in self.memberships and self.memberships[user_id].is_member

    def add(self, message: Message) -> None:
        """Put a message at the end. The oldest is dropped if more than `keep` messages are there."""
        self.messages[message.id] = message
        if self.keep is not None and len(self.messages) > self.keep:
            del self.messages[next(iter(self.messages))]

    def present(self, message_id: int) -> Message | None:
        """Return the message, or None if it is deleted or was never here."""
        message = self.messages.get(message_id)
        return None if message is None or message.deleted else message

    @property
    def pinned_message(self) -> Message | None:
        """The message that was pinned last."""
        return self.present(self.pinned[-1]) if self.pinned else None
