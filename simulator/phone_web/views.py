"""What the page and the tests can read: the people, a chat as it looks on a phone, and what was received."""

from collections.abc import Mapping

from simulator.json_objects import Json
from simulator.phone_web.actions import check_fields
from simulator.state.people import Person
from simulator.state.profile import in_language
from simulator.state.world import World


class PhoneViews:
    """Shows the state of one simulated Telegram as JSON."""

    def __init__(self, world: World) -> None:
        self._world = world

    def overview(self) -> Json:
        """Return the bot, the present moment and the people."""
        profile = self._world.profile
        return {
            "bot": {
                "name": profile.names[""],
                "username": profile.username,
                "description": in_language(profile.descriptions, ""),
                "about": in_language(profile.short_descriptions, ""),
            },
            "now": self._world.clock().isoformat(),
            "people": [person.as_json() for person in self._world.people.values()],
        }

    def chat_of(self, person: Person) -> Json:
        """Return a person's private chat with the bot, as it looks on their phone and in their language."""
        chat, profile = self._world.chats[person.id], self._world.profile
        pinned = chat.pinned_message
        return {
            "name": in_language(profile.names, person.language),
            "messages": [message.as_json() for message in chat.messages.values()],
            "pinned": pinned.id if pinned else None,
            "commands": profile.commands_for(person.id, person.language),
            "description": in_language(profile.descriptions, person.language),
            "reply_keyboard": chat.reply_keyboard,
            "forced_reply": chat.forced_reply,
            "typing": chat.typing_until is not None and self._world.clock() < chat.typing_until,
        }

    def received(self, query: Mapping[str, str]) -> Json:
        """Return what people received. The parameters `person`, `after` and `edits` are those of `Judge.received`."""
        check_fields(query, "person", "after", "edits")
        chat = int(query["person"]) if "person" in query else None
        edits = query.get("edits", "") in ("1", "true")
        deliveries = self._world.judge.received(chat, after=int(query.get("after", 0)), edits=edits)
        return {"received": [delivery.as_json() for delivery in deliveries], "total": self._world.judge.total}
