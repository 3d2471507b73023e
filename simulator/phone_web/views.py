"""What the chat page and the tests look at."""

from collections.abc import Mapping

from simulator.json_objects import Json
from simulator.state.people import Person
from simulator.state.profile import in_language
from simulator.state.world import World


class Looking:
    """Shows one world as JSON."""

    def __init__(self, world: World) -> None:
        self._world = world

    def overview(self) -> Json:
        """The bot, the time and the people."""
        profile = self._world.profile
        return {
            "bot": {
                "name": profile.names[""],
                "username": profile.username,
                "description": in_language(profile.descriptions, ""),
                "about": in_language(profile.short_descriptions, ""),
            },
            "now": self._world.clock().isoformat(),
            "people": [person.card() for person in self._world.people.values()],
        }

    def chat_of(self, person: Person) -> Json:
        """A person's private chat with the bot, as it looks on their phone."""
        chat, profile = self._world.chats[person.id], self._world.profile
        pinned = chat.pinned_message
        return {
            "name": in_language(profile.names, person.language),
            "messages": [message.on_phone() for message in chat.messages.values()],
            "pinned": pinned.id if pinned else None,
            "commands": profile.commands_for(person.id, person.language),
            "description": in_language(profile.descriptions, person.language),
            "reply_keyboard": chat.reply_keyboard,
            "typing": chat.typing_until is not None and self._world.clock() < chat.typing_until,
        }

    def received(self, query: Mapping[str, str]) -> Json:
        """What people received; `person`, `after` and `edits` as in `Judge.received`."""
        chat = int(query["person"]) if "person" in query else None
        edits = query.get("edits", "") in ("1", "true")
        deliveries = self._world.judge.received(chat, after=int(query.get("after", 0)), edits=edits)
        return {"received": [delivery.card() for delivery in deliveries], "total": self._world.judge.total}
