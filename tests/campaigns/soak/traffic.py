"""What comes in: one thing after another from each of many people, as Telegram words it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from random import Random
from typing import TypeAlias
from zoneinfo import ZoneInfo

from simulator import Person, Simulator
from simulator.json_objects import Json, unix_seconds
from tests.campaigns.soak.model import Known

KIND = "stretch"
"""It is due in the evening only."""
NIGHT = {22, 23, 0, 1, 2}
ZONES = (
    "Pacific/Honolulu", "America/Anchorage", "America/Los_Angeles", "America/Denver", "America/Chicago",
    "America/New_York", "America/Halifax", "America/Sao_Paulo", "Atlantic/South_Georgia", "Atlantic/Azores",
    "Atlantic/Reykjavik", "Europe/Stockholm", "Europe/Helsinki", "Europe/Istanbul", "Asia/Dubai", "Asia/Karachi",
    "Asia/Dhaka", "Asia/Bangkok", "Asia/Singapore", "Asia/Tokyo", "Australia/Brisbane", "Pacific/Noumea",
    "Pacific/Auckland", "Pacific/Apia",
)  # fmt: skip
LANGUAGES = ("en", "sv", None)
RELIEF = "/cramp"
FIRST_NUMBER = 700_000_001
IN_GROUP = 50
RETURN = 0.7
"""How probably somebody who has blocked the bot comes back, when it is their turn."""
Deed: TypeAlias = tuple[str, Json, int]
"""The kind of the update, what is in it, and how many messages are owed for it."""


@dataclass(frozen=True, slots=True)
class Coming:
    """One update as it is sent; the private ``chat`` of who it is from is owed so many ``answers``.

    A call for ``relief`` does not wait for a slow database to say that it has been answered already.
    """

    chat: int
    raw: Json
    answers: int
    relief: bool


def at_night(now: datetime) -> list[str]:
    """Three zones where it is night at this time (UTC): nothing is due there for hours."""
    return [zone for zone in ZONES if now.astimezone(ZoneInfo(zone)).hour in NIGHT][:3]


class Traffic:
    """So many people, in rounds: in each, all do something once, in an order of its own.

    ``random`` alone says what they do; only the names of the zones depend on when this is made.
    """

    def __init__(self, simulator: Simulator, random: Random, people: int) -> None:
        self._clock = simulator.clock
        self._random = random
        self._zones = at_night(simulator.clock())
        self._people = [simulator.add_person(started=True) for _ in range(people)]
        self._groups = [
            simulator.phone.new_group(person, "Night shift").as_json() for person in self._people[::IN_GROUP]
        ]
        simulator.updates.clear()
        self.known = {person.id: Known() for person in self._people}
        self.count = 0

    def round(self, most: int) -> Iterator[Coming]:
        """One update from each, ``most`` at the most."""
        self._random.shuffle(self._people)
        for person in self._people[:most]:
            kind, content, answers = self._deed(person)
            number = FIRST_NUMBER + self.count
            self.count += 1
            yield Coming(person.id, {"update_id": number, kind: content}, answers, content.get("text") == RELIEF)

    def _deed(self, person: Person) -> Deed:
        known = self.known[person.id]
        if known.blocked:
            return self._membership(person, known) if self._random.random() < RETURN else self._aside(person, known)
        (act,) = self._random.choices(ACTS, cum_weights=WEIGHTS)
        return act(self, person, known)

    # What is answered

    def _ask(self, person: Person, known: Known) -> Deed:
        return "message", self._message(person, self._random.choice((RELIEF, "/help", "/language", "/water"))), 1

    def _chat(self, person: Person, known: Known) -> Deed:
        return "message", self._message(person, "What a nice day it is"), 1

    def _tip(self, person: Person, known: Known) -> Deed:
        return "message", self._message(person, "/tip"), known.see_tip()

    def _stop(self, person: Person, known: Known) -> Deed:
        return "message", self._message(person, "/stop"), known.turn_off()

    def _language(self, person: Person, known: Known) -> Deed:
        code = self._random.choice(LANGUAGES)
        return self._press(person, f"language:{code or 'follow'}", known.speak(code))

    def _clock_face(self, person: Person, known: Known) -> Deed:
        zone = self._random.choice(self._zones)
        return self._press(person, f"clock:zone:{zone}:", known.live_in(zone))

    def _reminder(self, person: Person, known: Known) -> Deed:
        """On, with a sound or without, off: whatever can be done next."""
        if known.zone is None:
            return self._clock_face(person, known)
        if known.reminder is None or not known.reminder.active:
            return self._press(person, f"remind:on:{KIND}", known.turn_on())
        if self._random.random() < 0.7:
            return self._press(person, f"kind:sound:{KIND}", known.flip_sound())
        return self._press(person, f"kind:off:{KIND}", known.turn_off())

    # What changes something and is not answered

    def _membership(self, person: Person, known: Known) -> Deed:
        old, new = ("kicked", "member") if known.blocked else ("member", "kicked")
        answers = known.come_back() if known.blocked else known.block()
        return "my_chat_member", self._change(person, _private(person), old, new), answers

    # What changes nothing

    def _aside(self, person: Person, known: Known) -> Deed:
        """What the bot never asked for, what is not said to it, and what is said by no person."""
        message, group = self._message(person, "/tip"), self._random.choice(self._groups)
        kind, content = self._random.choice(
            (
                ("edited_message", {**message, "edit_date": message["date"]}),
                ("channel_post", {**message, "from": None, "chat": group, "sender_chat": group}),
                ("message", {**message, "from": {**person.user(), "is_bot": True}}),
                ("message", {**message, "chat": group, "text": "Is anybody awake?", "entities": []}),
                ("message", {**message, "via_bot": {"id": 7, "is_bot": True, "first_name": "Other"}}),
                ("my_chat_member", self._change(person, group, "left", "member")),
                ("message_of_2031", message),
                (
                    "poll_answer",
                    {"poll_id": "1", "user": person.user(), "option_ids": [0], "option_persistent_ids": []},
                ),
            )
        )
        return kind, {name: value for name, value in content.items() if value is not None}, 0

    # As Telegram words it

    def _message(self, person: Person, text: str) -> Json:
        said = {"message_id": self.count + 1, "from": person.user(), "chat": _private(person), "text": text}
        entities = [{"type": "bot_command", "offset": 0, "length": len(text)}] if text.startswith("/") else []
        return {**said, "date": unix_seconds(self._clock()), "entities": entities}

    def _press(self, person: Person, data: str, answers: int) -> Deed:
        """On a message that Telegram no longer shows, so that the answer is one of its own."""
        message = {"chat": _private(person), "message_id": 1, "date": 0}
        query = {"id": str(self.count), "from": person.user(), "chat_instance": "1", "data": data, "message": message}
        return "callback_query", query, answers

    def _change(self, person: Person, chat: Json, old: str, new: str) -> Json:
        bot = {"id": 1234567890, "is_bot": True, "first_name": "Charley"}
        states: dict[str, Json] = {
            "old_chat_member": {"user": bot, "status": old},
            "new_chat_member": {"user": bot, "status": new},
        }
        for state in states.values():
            if state["status"] == "kicked":
                state["until_date"] = 0
        return {"chat": chat, "from": person.user(), "date": unix_seconds(self._clock()), **states}


def _private(person: Person) -> Json:
    return {"id": person.id, "type": "private", "first_name": person.name}


SHARES: dict[Callable[[Traffic, Person, Known], Deed], int] = {
    Traffic._aside: 74,
    Traffic._membership: 8,
    Traffic._tip: 4,
    Traffic._ask: 3,
    Traffic._language: 3,
    Traffic._reminder: 4,
    Traffic._clock_face: 2,
    Traffic._chat: 1,
    Traffic._stop: 1,
}
"""Of a hundred updates so many are of each kind; most need no answer, so that many come in a second."""
ACTS, WEIGHTS = list(SHARES), list(accumulate(SHARES.values()))
