"""What the page and the tests can do: act for a person, change a person, skip the clock."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from simulator.json_objects import Json
from simulator.phone import Phone
from simulator.state.chats import Chat
from simulator.state.files import Upload
from simulator.state.people import Person
from simulator.state.world import World

_GROUP_KINDS = ("group", "supergroup", "forum")


class PhoneActions:
    """Carries out actions that are described in JSON.

    Every method raises KeyError if a field or what it names is missing, and ValueError or TypeError if the action is
    not possible.
    """

    def __init__(self, world: World, phone: Phone) -> None:
        self._world = world
        self._phone = phone

    def add_person(self, body: Json) -> Json:
        """Add a person with the fields name, last_name, username, language, time_zone and started. All are optional."""
        check_fields(body, "name", "last_name", "username", "language", "time_zone", "started")
        if "time_zone" in body:
            ZoneInfo(body["time_zone"])  # raises if there is no such zone
        return self._world.add_person(**body).as_json()

    def add_group(self, body: Json) -> Json:
        """Make a group with the bot in it. `title` names it, `members` are the ids of people; the first one owns it.

        `kind` is "group", "supergroup" or "forum".
        """
        check_fields(body, "title", "members", "kind")
        kind = body.get("kind", "group")
        if kind not in _GROUP_KINDS:
            raise ValueError(f"unknown kind of group: {kind}; known: {', '.join(_GROUP_KINDS)}")
        if not body["members"]:
            raise ValueError("a group needs at least one member")
        owner, *others = (self._world.people[int(person_id)] for person_id in body["members"])
        return self._phone.new_group(owner, str(body["title"]), others, kind).as_json()

    async def act(self, person: Person, action: str, body: Json) -> Json:
        """Send a message ("messages"), press a button ("presses") or react to a message ("reactions").

        Or use the bot's inline mode: write a query ("inline_queries"), and send one of its results ("inline_results").
        The action happens in the group with the id `chat`, or without one in the private chat with the bot.
        """
        chat = self._chat_of(person, body)
        match action, body:
            case "messages", {"location": location}:
                check_fields(body, "location", "chat")
                latitude, longitude = location
                return self._phone.share_location(person, (float(latitude), float(longitude)), chat).as_json()
            case "messages", {"own_contact": True}:
                check_fields(body, "own_contact", "chat")
                return self._phone.share_contact(person, chat).as_json()
            case "messages", {"message": fields}:
                check_fields(body, "message", "chat")
                return self._phone.send(person, fields, chat).as_json()
            case "messages", _:
                check_fields(body, "text", "reply_to", "chat")
                return self._phone.say(person, str(body["text"]), chat, reply_to=body.get("reply_to")).as_json()
            case "presses", _:
                check_fields(body, "message_id", "data", "chat")
                return await self._phone.press(person, int(body["message_id"]), str(body["data"]), chat)
            case "reactions", _:
                check_fields(body, "message_id", "emoji", "chat")
                self._phone.react(person, int(body["message_id"]), str(body["emoji"]), chat)
                return {}
            case "inline_queries", _:
                check_fields(body, "query", "chat")
                return await self._phone.ask_inline(person, str(body["query"]), chat)
            case "inline_results", _:
                check_fields(body, "query_id", "result_id", "chat")
                return self._phone.choose(person, str(body["query_id"]), str(body["result_id"]), chat).as_json()
        raise KeyError(action)

    def send_file(self, person: Person, query: Mapping[str, str], content: bytes) -> Json:
        """Send a file. `query` has its `kind` ("photo", "voice" or "document"), its `name` and its MIME `type`.

        `chat` is the id of a group; without one, the file goes to the private chat with the bot.
        """
        check_fields(query, "kind", "name", "type", "chat")
        upload = Upload(query["name"], query.get("type", ""), content)
        return self._phone.send_file(person, query["kind"], upload, self._chat_of(person, query)).as_json()

    def _chat_of(self, person: Person, fields: Mapping[str, object]) -> Chat:
        return self._world.chat_of(person, int(str(fields["chat"])) if "chat" in fields else None)

    def change_person(self, person: Person, body: Json) -> Json:
        """Change a person's time_zone, language, location or `blocked` (the bot is blocked). Missing fields stay."""
        check_fields(body, "time_zone", "language", "location", "blocked")
        if "time_zone" in body:
            person.time_zone = ZoneInfo(body["time_zone"]).key
        if "language" in body:
            person.language = str(body["language"])
        if "location" in body:
            latitude, longitude = body["location"]
            person.location = float(latitude), float(longitude)
        if "blocked" in body:  # these publish the person themselves
            (self._phone.block if body["blocked"] else self._phone.unblock)(person)
        else:
            self._world.publish_person(person)
        return person.as_json()

    def skip(self, body: Json) -> Json:
        """Move the clock forward: by `seconds`, or until it next shows `until` (HH:MM) where `person` (id) is."""
        check_fields(body, "seconds", "until", "person")
        if "seconds" in body:
            span = timedelta(seconds=int(body["seconds"]))
        else:
            zone = ZoneInfo(self._world.people[int(body["person"])].time_zone)
            now = self._world.clock()
            local = now.astimezone(zone)
            until = datetime.strptime(body["until"], "%H:%M").time()  # noqa: DTZ007 (a time of day)
            moment = datetime.combine(local.date(), until, zone)
            if moment <= local:
                moment = datetime.combine(local.date() + timedelta(days=1), until, zone)
            span = moment - now
        return {"now": self._world.clock.skip(span).isoformat()}


def check_fields(body: Mapping[str, object], *known: str) -> None:
    """Raise ValueError if nothing reads a field. Otherwise a misspelt field would silently have no effect."""
    if unknown := body.keys() - set(known):
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(known)}")
