"""What the page and the tests can read: the people, a chat as it looks on a phone, and what was received."""

from collections.abc import Mapping

from simulator.json_objects import Json
from simulator.phone_web.actions import check_fields
from simulator.state.chats import Chat
from simulator.state.people import Person
from simulator.state.profile import in_language
from simulator.state.world import World


class PhoneViews:
    """Shows the state of one simulated Telegram as JSON."""

    def __init__(self, world: World) -> None:
        self._world = world

    def overview(self) -> Json:
        """Return the bot, the present moment, the people, and the groups that people are in."""
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
            "groups": [
                {"id": chat.id, "title": chat.title, "members": [person.id for person in self._people_in(chat)]}
                for chat in self._world.chats.values()
                if chat.type in ("group", "supergroup")
            ],
        }

    def chat_of(self, person: Person, query: Mapping[str, str]) -> Json:
        """Return a chat as it looks on a person's phone and in their language.

        It is the group with the id `chat`, or without one the private chat with the bot. KeyError if the person is not
        in that group.
        """
        check_fields(query, "chat")
        chat = self._world.chat_of(person, int(query["chat"]) if "chat" in query else None)
        profile, pinned = self._world.profile, chat.pinned_message
        is_private = chat.type == "private"
        group = 0 if is_private else chat.id
        administers = chat.membership(person.id).status in ("creator", "administrator")
        return {
            "name": in_language(profile.names, person.language) if is_private else chat.title,
            "members": [member.name for member in self._people_in(chat)],
            "messages": [message.as_json() for message in chat.messages.values()],
            "pinned": pinned.id if pinned else None,
            "commands": profile.commands_for(person.id, person.language, group, administers=administers),
            "description": in_language(profile.descriptions, person.language) if is_private else chat.description,
            "reply_keyboard": chat.reply_keyboard,
            "forced_reply": chat.forced_reply,
            "typing": chat.typing_until is not None and self._world.clock() < chat.typing_until,
        }

    def _people_in(self, chat: Chat) -> list[Person]:
        return [person for person in self._world.people.values() if chat.is_in(person.id)]

    def received(self, query: Mapping[str, str]) -> Json:
        """Return what people received. The parameters `person`, `after` and `edits` are those of `Judge.received`."""
        check_fields(query, "person", "after", "edits")
        chat = int(query["person"]) if "person" in query else None
        edits = query.get("edits", "") in ("1", "true")
        deliveries = self._world.judge.received(chat, after=int(query.get("after", 0)), edits=edits)
        return {"received": [delivery.as_json() for delivery in deliveries], "total": self._world.judge.total}
