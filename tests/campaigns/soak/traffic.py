"""The updates: one action after another by each of many people, in Telegram's format."""

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
"""This reminder is due in the evening only."""
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
"""The probability that somebody who has blocked the bot unblocks it when it is their turn."""
Action: TypeAlias = tuple[str, Json, int]
"""The kind of the update, its content, and the number of messages that must answer it."""


@dataclass(frozen=True, slots=True)
class OneUpdate:
    """One update. The sender's private ``chat`` must receive this number of ``answers``.

    A copy of a call for ``relief`` may be answered again: it does not wait for a slow database.
    """

    chat: int
    raw: Json
    answers: int
    relief: bool


def at_night(now: datetime) -> list[str]:
    """Return three time zones where it is night at this moment: no reminder is due there for hours."""
    return [zone for zone in ZONES if now.astimezone(ZoneInfo(zone)).hour in NIGHT][:3]


class Traffic:
    """People who act in rounds: in each round everybody does one thing, in a random order.

    ``random`` alone decides what they do. Only the names of the time zones depend on the time of day.
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

    def round(self, most: int) -> Iterator[OneUpdate]:
        """Yield one update from each person, at most ``most``."""
        self._random.shuffle(self._people)
        for person in self._people[:most]:
            kind, content, answers = self._action(person)
            number = FIRST_NUMBER + self.count
            self.count += 1
            yield OneUpdate(person.id, {"update_id": number, kind: content}, answers, content.get("text") == RELIEF)

    def _action(self, person: Person) -> Action:
        known = self.known[person.id]
        if known.blocked:
            return self._membership(person, known) if self._random.random() < RETURN else self._ignored(person, known)
        (act,) = self._random.choices(ACTS, cum_weights=WEIGHTS)
        return act(self, person, known)

    # Updates that are answered

    def _ask(self, person: Person, known: Known) -> Action:
        return "message", self._message(person, self._random.choice((RELIEF, "/help", "/language", "/water"))), 1

    def _chat(self, person: Person, known: Known) -> Action:
        return "message", self._message(person, "What a nice day it is"), 1

    def _tip(self, person: Person, known: Known) -> Action:
        return "message", self._message(person, "/tip"), known.see_tip()

    def _stop(self, person: Person, known: Known) -> Action:
        return "message", self._message(person, "/stop"), known.turn_off()

    def _language(self, person: Person, known: Known) -> Action:
        code = self._random.choice(LANGUAGES)
        return self._press(person, f"language:{code or 'follow'}", known.speak(code))

    def _clock_face(self, person: Person, known: Known) -> Action:
        zone = self._random.choice(self._zones)
        return self._press(person, f"clock:zone:{zone}:", known.live_in(zone))

    def _reminder(self, person: Person, known: Known) -> Action:
        """Turn the reminder on, change its sound, or turn it off: whatever is possible now."""
        if known.zone is None:
            return self._clock_face(person, known)
        if known.reminder is None or not known.reminder.active:
            return self._press(person, f"remind:on:{KIND}", known.turn_on())
        if self._random.random() < 0.7:
            return self._press(person, f"kind:sound:{KIND}", known.flip_sound())
        return self._press(person, f"kind:off:{KIND}", known.turn_off())

    # Updates that are not answered but change something

    def _membership(self, person: Person, known: Known) -> Action:
        old, new = ("kicked", "member") if known.blocked else ("member", "kicked")
        answers = known.come_back() if known.blocked else known.block()
        return "my_chat_member", self._change(person, _private(person), old, new), answers

    # Updates that change nothing

    def _ignored(self, person: Person, known: Known) -> Action:
        """Send an update that is not meant for the bot, or is not from a person."""
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

    # Telegram's format

    def _message(self, person: Person, text: str) -> Json:
        message = {"message_id": self.count + 1, "from": person.user(), "chat": _private(person), "text": text}
        entities = [{"type": "bot_command", "offset": 0, "length": len(text)}] if text.startswith("/") else []
        return {**message, "date": unix_seconds(self._clock()), "entities": entities}

    def _press(self, person: Person, data: str, answers: int) -> Action:
        """Press a button on a message that no longer exists, so that the answer is a new message."""
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


SHARES: dict[Callable[[Traffic, Person, Known], Action], int] = {
    Traffic._ignored: 74,
    Traffic._membership: 8,
    Traffic._tip: 4,
    Traffic._ask: 3,
    Traffic._language: 3,
    Traffic._reminder: 4,
    Traffic._clock_face: 2,
    Traffic._chat: 1,
    Traffic._stop: 1,
}
"""Updates of each kind in a hundred. Most need no answer, so that more updates a second are possible."""
ACTS, WEIGHTS = list(SHARES), list(accumulate(SHARES.values()))
