"""A model of what the bot must store about a person, and of how many messages it must send them."""

from dataclasses import dataclass

Row = tuple[str | None, int, str | None, bool]
"""Language, tips seen, zone, and whether the person has blocked the bot."""
NOBODY: Row = (None, 0, None, False)


@dataclass(slots=True)
class Reminder:
    """The only kind of reminder that people turn on here. Every change increases ``version``."""

    active: bool = True
    silent: bool = False
    version: int = 2


@dataclass(slots=True)
class Known:
    """A person as the bot must have stored them. Each method returns how many messages must answer that action."""

    language: str | None = None
    tips: int = 0
    zone: str | None = None
    blocked: bool = False
    reminder: Reminder | None = None
    has_row: bool = False

    def row(self) -> Row:
        """Return the expected row of the table ``person``."""
        return (self.language, self.tips, self.zone, self.blocked) if self.has_row else NOBODY

    def reminder_row(self) -> tuple[bool, bool, int] | None:
        """Return the expected row of the table ``schedule``: active, silent, version."""
        reminder = self.reminder
        return (reminder.active, reminder.silent, reminder.version) if reminder else None

    def see_tip(self) -> int:
        self.tips, self.has_row = self.tips + 1, True
        return 1

    def speak(self, language: str | None) -> int:
        """Choose a language. None means Telegram's language, and does not create a row."""
        self.language, self.has_row = language, self.has_row or language is not None
        return 1

    def live_in(self, zone: str) -> int:
        """Choose a time zone. If a reminder is on in another zone, the bot asks and changes nothing."""
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
        """Unblock the bot. A reminder is off until the person says that they still want it."""
        self.blocked = False
        had_one = self.reminder is not None and self.reminder.active
        self.turn_off()
        return int(had_one)

    def _changed(self) -> None:
        if self.reminder:
            self.reminder.version += 1
