"""What else a sentence names."""

from datetime import date

import pytest

from bot.parsing.intent import read_until, slots, understand
from tests.support import phrases

RULES = phrases.rules()
MONDAY = date(2026, 11, 2)


@pytest.mark.parametrize(("text", "muscle"), [
    ("cramp in my calf", "calf"), ("kramp i tårna", "foot"), ("back of my thigh cramps", "hamstring"),
    ("framsidan av låret krampar", "thigh"), ("cramp", ""), ("cramp in my foot not my calf", "foot"),
    ("the muscle above my heel cramps", "calf"),
])  # fmt: skip
def test_muscle(text: str, muscle: str) -> None:
    assert understand(text, RULES).muscle == muscle


@pytest.mark.parametrize(("text", "kind"), [("more water", "water"), ("stretcha mer", "stretch"), ("hello", "")])
def test_kind(text: str, kind: str) -> None:
    assert slots.kind(RULES.read(text), RULES.lexicon) == kind


@pytest.mark.parametrize(("text", "times"), [
    ("at 21:15", [["21:15"]]),
    ("move it to half past nine", [["09:30", "21:30"]]),
    ("halv nio", [["08:30", "20:30"]]),
    ("ändra vattnet till 10 och 14", [["10:00", "22:00"], ["14:00"]]),
    ("remove the 6pm one", [["18:00"]]),
    ("8.30 på morgonen", [["08:30"]]),
    ("water at 1115", [["11:15", "23:15"]]),
    ("drink at noon", [["12:00"]]),
    ("twice a day, 3 glasses", []),
    ("one", []),
])  # fmt: skip
def test_times(text: str, times: list[list[str]]) -> None:
    meant = slots.times(RULES.read(text), RULES.lexicon)
    assert [[f"{at:%H:%M}" for at in one] for one in meant] == times


@pytest.mark.parametrize(("text", "days"), [
    ("pause for a week", 7), ("pausa i tre dagar", 3), ("2 weeks", 14), ("en vecka", 7), ("some days", None), ("days", None),
])  # fmt: skip
def test_days(text: str, days: int | None) -> None:
    assert slots.days(RULES.read(text), RULES.lexicon) == days


@pytest.mark.parametrize(("text", "wanted", "unwanted"), [
    ("remind me to stretch on mondays and thursdays at 9", "14", ""),
    ("stretch monday to friday", "12345", ""),
    ("stretcha fredag till måndag", "1567", ""),
    ("only on weekdays", "12345", ""),
    ("bara på helgen", "67", ""),
    ("not on sundays", "", "7"),
    ("inte på lördagar och söndagar", "", "67"),
    ("every day except sunday", "123456", "7"),
    ("varje dag utom fredag", "123467", "5"),
    ("not on mondays but on tuesdays", "2", "1"),
    ("på tisdagar istället för måndagar", "2", "1"),
    ("stop stretching on sundays", "", "7"),
    ("remind me to stretch", "", ""),
])  # fmt: skip
def test_weekdays(text: str, wanted: str, unwanted: str) -> None:
    days = slots.weekdays(RULES.read(text), RULES.lexicon)
    assert days == (frozenset(map(int, wanted)), frozenset(map(int, unwanted)))


@pytest.mark.parametrize(("text", "day"), [
    ("until friday please", date(2026, 11, 6)), ("till i morgon", date(2026, 11, 3)), ("till 24 december tack", date(2026, 12, 24)),
    ("until later", None), ("pause", None),
])  # fmt: skip
def test_until(text: str, day: date | None) -> None:
    assert read_until(slots.until(RULES.read(text), RULES.lexicon), MONDAY) == day
