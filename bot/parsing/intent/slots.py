"""What else a sentence names: the muscle that cramps, a kind of reminder, times of day, and how long a pause lasts."""

from datetime import date, time

from bot.parsing.dates import read_date
from bot.parsing.intent.lexicon import NOT, Lexicon
from bot.parsing.intent.reading import BUT, FEW, TENS, Mention, Reading
from bot.parsing.times import NUMBERS, read_times

MUSCLES = ("calf", "foot", "thigh", "hamstring")
"""The concepts of the muscles. If the same words name two muscles, the later one in this list counts: "back of the
thigh" is no front."""
COMPLAINTS = ("cramp", "pain", "lock", "exclaim")
"""The concepts of complaints. A person means the muscle that stands nearest to one of these."""
KIND = "kind_"
"""The beginning of the concepts that name a kind of reminder: ``kind_water`` is the kind ``water``."""
O_CLOCK, UNTIL, DAYS, EXCEPT, STOP = "o_clock", "until", "day_unit", "except", "stop"
WEEKDAYS = {
    "monday": frozenset({1}),
    "tuesday": frozenset({2}),
    "wednesday": frozenset({3}),
    "thursday": frozenset({4}),
    "friday": frozenset({5}),
    "saturday": frozenset({6}),
    "sunday": frozenset({7}),
    "workday": frozenset(range(1, 6)),
    "weekend": frozenset({6, 7}),
    "every_day": frozenset(range(1, 8)),
}
"""The concepts that name ISO weekdays."""
WEEK, WEEKS = 7, ("week", "vecka", "veckor")
ONE, AND = ("a", "en"), ("and", "och", "o")
TIME_WORDS, DATE_WORDS = 5, 4
"""The most words that name a time of day, and a date."""
MOST_TIMES = 8
"""More times are not read, because a long text of nothing but times would delay everybody."""
SHORT_NUMBER = 2
"""The most figures of a number that may be an hour, but also anything else."""


def muscle(reading: Reading, lexicon: Lexicon) -> str:
    """Return the muscle that is mentioned closest to the complaint. Empty if none is mentioned.

    If two are equally close, it is the one with the longer name.
    """
    complaints = reading.mentions(lexicon.bits(COMPLAINTS)) or [Mention(0, 0, 0, 0)]
    distances = [
        (
            max(mention.start - complaint.end, complaint.start - mention.end, 0),
            mention.start - mention.end,
            -priority,
            mention.start,
            name,
        )
        for priority, name in enumerate(MUSCLES)
        for mention in reading.mentions(lexicon.bit(name))
        for complaint in complaints
        if not mention.denials
    ]
    return min(distances)[-1] if distances else ""


def kind(reading: Reading, lexicon: Lexicon) -> str:
    """Return the kind of reminder that is mentioned first. Empty if none is mentioned."""
    for bits in reading.at:
        for name in lexicon.names(bits):
            if name.startswith(KIND):
                return name.removeprefix(KIND)
    return ""


def times(reading: Reading, lexicon: Lexicon, *, is_any_number: bool = False) -> tuple[tuple[time, ...], ...]:
    """Return the times of day that are mentioned. Each is a tuple of what it may mean: two for ``half past nine``.

    With ``is_any_number``, a number alone is a time too.
    """
    cue = lexicon.bits((O_CLOCK, UNTIL))
    words = [token.written for token in reading.tokens]
    meanings: list[tuple[time, ...]] = []
    number, last = 0, -1
    while number < len(words) and len(meanings) < MOST_TIMES:
        # "10 and 14": after a time and an "and", a number is a time too.
        is_listed = 0 <= last == number - 2 and words[number - 1] in AND
        has_cue = is_listed or (number - 1 > last and (is_any_number or reading.at[number - 1] & cue))
        for length in range(min(TIME_WORDS, len(words) - number), 0, -1):
            text = " ".join(words[number : number + length])
            may_be_anything = text in NUMBERS or (text.isdecimal() and len(text) <= SHORT_NUMBER)
            if (has_cue or not may_be_anything) and (meant := read_times(text)):
                meanings.append(meant)
                number += length - 1
                last = number
                break
        number += 1
    return tuple(meanings)


def days(reading: Reading, lexicon: Lexicon) -> int | None:
    """Return for how many days a pause is to last, as in "2 weeks" or "en vecka". None if the text does not say it."""
    unit, number = lexicon.bit(DAYS), lexicon.bits((FEW, TENS))
    for position, token in enumerate(reading.tokens):
        if reading.at[position] & unit:
            before = reading.tokens[position - 1].written if position else ""
            if position and (reading.at[position - 1] & number or before in ONE):
                count = int(before) if before.isdecimal() else NUMBERS.get(before, 1)
                return count * WEEK if token.written.startswith(WEEKS) else count
    return None


def weekdays(reading: Reading, lexicon: Lexicon) -> tuple[frozenset[int], frozenset[int]]:
    """Return the ISO weekdays that are wanted ("monday to friday"), and those that are not ("not on sundays")."""
    wanted, unwanted, last, is_excluding = set[int](), set[int](), 0, False
    for position, bits in enumerate(reading.at):
        if bits & lexicon.bits((NOT, EXCEPT, STOP)):
            is_excluding = True
        elif bits & lexicon.bit(BUT):
            is_excluding = False
        if named := {day for name in lexicon.names(bits) for day in WEEKDAYS.get(name, ())}:
            is_range = last and reading.at[position - 1] & lexicon.bit(UNTIL)
            steps = range((min(named) - last) % WEEK + 1)  # "friday to monday" goes on after Sunday
            meant = {(last - 1 + step) % WEEK + 1 for step in steps} if is_range else named
            (unwanted if is_excluding else wanted).update(meant)
            last = max(named)
    return frozenset(wanted - unwanted), frozenset(unwanted)


def until(reading: Reading, lexicon: Lexicon) -> str:
    """Return the words after "until". Empty if there is no "until"."""
    for position, bits in enumerate(reading.at):
        if bits & lexicon.bit(UNTIL):
            return " ".join(token.written for token in reading.tokens[position + 1 : position + 1 + DATE_WORDS])
    return ""


def read_until(text: str, today: date) -> date | None:
    """Return the date that the words after "until" begin with. None if they name none."""
    words = text.split()
    dates = (read_date(" ".join(words[:end]), today) for end in range(len(words), 0, -1))
    return next((day for day in dates if day), None)
