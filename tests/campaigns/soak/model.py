"""What must be known of a person after each thing they do, and how many messages they must get for it."""

from dataclasses import dataclass

Row = tuple[str | None, int, str | None, bool]
"""Language, tips seen, zone, and whether the person has blocked the bot."""
NOBODY: Row = (None, 0, None, False)


@dataclass(slots=True)
class Reminder:
    """The one kind that people turn on here. ``version`` rises with every change."""

    active: bool = True
    silent: bool = False
    version: int = 2


@dataclass(slots=True)
class Known:
    """A person, as the bot should know them. Each method gives how many messages are owed for what it says."""

    language: str | None = None
    tips: int = 0
    zone: str | None = None
    blocked: bool = False
    reminder: Reminder | None = None
    has_row: bool = False

    def row(self) -> Row:
        """As it should stand in the table."""
        return (self.language, self.tips, self.zone, self.blocked) if self.has_row else NOBODY

    def reminder_row(self) -> tuple[bool, bool, int] | None:
        """As it should stand in the other table: whether it is on, whether it is silent, its version."""
        return (each.active, each.silent, each.version) if (each := self.reminder) else None

    def see_tip(self) -> int:
        self.tips, self.has_row = self.tips + 1, True
        return 1

    def speak(self, language: str | None) -> int:
        """None follows Telegram, and makes nobody known."""
        self.language, self.has_row = language, self.has_row or language is not None
        return 1

    def live_in(self, zone: str) -> int:
        """With a reminder on another clock there is a question, and no change."""
        if self.reminder and self.reminder.active and self.zone != zone:
            return 1
        self.zone, self.has_row = zone, True
        self._changed()
        return 1

    def turn_on(self) -> int:
        if self.reminder is None:
            self.reminder = Reminder()
        else:
            self.reminder.active = True
            self._changed()
        return 1

    def flip_sound(self) -> int:
        assert self.reminder
        self.reminder.silent = not self.reminder.silent
        self._changed()
        return 1

    def turn_off(self) -> int:
        if self.reminder:
            self.reminder.active = False
            self._changed()
        return 1

    def block(self) -> int:
        self.blocked = self.has_row
        self._changed()
        return 0

    def come_back(self) -> int:
        """Whoever had a reminder is asked whether it is still wanted; until then it is off."""
        self.blocked = False
        had_one = self.reminder is not None and self.reminder.active
        self.turn_off()
        return int(had_one)

    def _changed(self) -> None:
        if self.reminder:
            self.reminder.version += 1
