"""What the chat page and the tests let people do."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from simulator.json_objects import Json
from simulator.phone import Phone
from simulator.state.people import Person
from simulator.state.world import World


class Doing:
    """Carries out what is asked in JSON. KeyError for what is not there, ValueError for what cannot be."""

    def __init__(self, world: World, phone: Phone) -> None:
        self._world = world
        self._phone = phone

    def add_person(self, body: Json) -> Json:
        """Somebody new."""
        if "time_zone" in body:
            ZoneInfo(body["time_zone"])
        fields = {name: body[name] for name in ("name", "language", "time_zone", "started") if name in body}
        return self._world.add_person(**fields).card()

    async def act(self, person: Person, action: str, body: Json) -> Json:
        """Write, press or react."""
        match action:
            case "messages":
                return self._write(person, body)
            case "presses":
                return await self._phone.press(person, int(body["message_id"]), str(body["data"]))
            case "reactions":
                self._phone.react(person, int(body["message_id"]), str(body["emoji"]))
                return {}
        raise KeyError(action)

    def _write(self, person: Person, body: Json) -> Json:
        if "location" in body:
            latitude, longitude = body["location"]
            return self._phone.share_location(person, (float(latitude), float(longitude))).on_phone()
        if "message" in body:
            return self._phone.send(person, body["message"]).on_phone()
        return self._phone.say(person, str(body["text"])).on_phone()

    def change(self, person: Person, body: Json) -> Json:
        """Change what a person is like."""
        if "time_zone" in body:
            person.time_zone = ZoneInfo(body["time_zone"]).key
        if "language" in body:
            person.language = str(body["language"])
        if "location" in body:
            latitude, longitude = body["location"]
            person.location = float(latitude), float(longitude)
        if "blocked" in body:
            (self._phone.block if body["blocked"] else self._phone.unblock)(person)
        else:
            self._world.events.tell("person", person.id, card=person.card())
        return person.card()

    def skip(self, body: Json) -> Json:
        """Move the clock forward."""
        span = timedelta(seconds=int(body["seconds"])) if "seconds" in body else self._until(body)
        return {"now": self._world.clock.skip(span).isoformat()}

    def _until(self, body: Json) -> timedelta:
        """From now to the next time a person's clock shows `until` (HH:MM)."""
        zone = ZoneInfo(self._world.people[int(body["person"])].time_zone)
        now = self._world.clock()
        local = now.astimezone(zone)
        wanted = datetime.strptime(body["until"], "%H:%M").time()  # noqa: DTZ007 (a time of day)
        moment = datetime.combine(local.date(), wanted, zone)
        if moment <= local:
            moment = datetime.combine(local.date() + timedelta(days=1), wanted, zone)
        return moment - now
