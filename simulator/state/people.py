"""People: who has a phone, and how their phone is set."""

from dataclasses import dataclass

from simulator.json_objects import Json
from simulator.state.locations import Location, location_of

DEFAULT_ZONE = "Europe/Stockholm"


@dataclass(slots=True)
class Person:
    """A person with a phone.

    - `username`: without the @; "" if they have none.
    - `language`: the IETF language code of their Telegram app.
    - `time_zone`: an IANA name.
    - `location`: latitude and longitude in degrees; None: they are at home, in the city of their time zone.
    - `started`: they have written to the bot, so that it may write to them.
    - `blocked`: they have blocked the bot.
    - `deactivated`: their account is deleted.
    """

    id: int
    name: str
    language: str = "en"
    time_zone: str = DEFAULT_ZONE
    location: Location | None = None
    blocked: bool = False
    started: bool = False
    deactivated: bool = False
    last_name: str = ""
    username: str = ""

    @property
    def whereabouts(self) -> Location:
        """Where they are: the location that they share."""
        return self.location or location_of(self.time_zone)

    @property
    def phone_number(self) -> str:
        """Their number: one that Sweden keeps for fiction, without the plus, as Telegram writes numbers."""
        return f"467017406{5 + self.id % 90:02}"

    def user(self) -> Json:
        """Return the User object that the bot sees."""
        user: Json = {"id": self.id, "is_bot": False, "first_name": self.name}
        if self.last_name:
            user["last_name"] = self.last_name
        if self.username:
            user["username"] = self.username
        return {**user, "language_code": self.language}

    def as_json(self) -> Json:
        """Return the person as the chat page sees them."""
        return {
            "id": self.id,
            "name": self.name,
            "username": self.username,
            "language": self.language,
            "time_zone": self.time_zone,
            "blocked": self.blocked,
            "started": self.started,
            "location": list(self.whereabouts),
        }
