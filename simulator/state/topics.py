"""The topics of a forum, which is a supergroup whose messages are in threads."""

from dataclasses import dataclass

from simulator.json_objects import Json

ICON_COLORS = (0x6FB9F0, 0xFFD67E, 0xCB86DB, 0x8EEE98, 0xFF93B2, 0xFB6F5F)
"""From the Bot API's createForumTopic."""

ICONS = {"📰": "5434144690511290129", "💡": "5312536423851630001", "⚡️": "5312016608254762256"}
"""The custom emoji that a topic may have as its icon: id by emoji."""


@dataclass(slots=True)
class Topic:
    """A topic. `id` is its `message_thread_id`, which is the id of the message that says it was made."""

    id: int
    name: str
    icon_color: int = ICON_COLORS[0]
    icon_emoji_id: str = ""
    is_closed: bool = False
    is_hidden: bool = False

    def as_json(self) -> Json:
        """Return the ForumTopic object."""
        topic = {"message_thread_id": self.id, "name": self.name, "icon_color": self.icon_color}
        return topic | ({"icon_custom_emoji_id": self.icon_emoji_id} if self.icon_emoji_id else {})


GENERAL = 1
"""The id of the topic that every forum has. Its messages carry no `message_thread_id`."""
