"""The words for a cramp: its fields, the answers that each can have, and what sentences say of it."""

from typing import Annotated

from bot.content import Label, Model, Placeholders, Text
from bot.content.fields import Entries


class Sides(Model):
    """The answers to which leg cramped."""

    left: Label
    right: Label
    both: Label


class Muscles(Model):
    """The answers to which muscle cramped."""

    calf: Label
    foot: Label
    hamstring: Label
    thigh: Label
    other: Label


class Lengths(Model):
    """How long a cramp lasted."""

    under_1: Label
    to_5: Label
    to_10: Label
    over_10: Label


class Situations(Model):
    """What the person was doing."""

    asleep: Label
    resting: Label
    exercising: Label
    after_exercise: Label
    walking: Label


class Helps(Model):
    """The answers to what has helped."""

    stretch: Label
    rub: Label
    warm: Label
    walk: Label
    nothing: Label


class Fields(Model):
    """The names of what the diary knows of a cramp."""

    pain: Label
    side: Label
    muscle: Label
    lasted: Label
    situation: Label
    helped: Label
    woke: Label
    remark: Label


class Reads(Model):
    """The words of a sentence about a past cramp, by what they mean."""

    left: Entries
    right: Entries
    both: Entries
    calf: Entries
    foot: Entries
    hamstring: Entries
    thigh: Entries
    other: Entries
    under_1: Entries
    to_5: Entries
    over_10: Entries
    awake: Entries
    woke: Entries
    cramp: Entries
    filler: Entries


class Counts(Model):
    """What the entries of some days add up to: a label and a value for each count."""

    cramps: Label
    cramps_value: Annotated[Text, Placeholders("count", "days", "all")]
    cramps_of_one_day: Annotated[Text, Placeholders("count")]
    per_week: Annotated[Text, Placeholders("week")]
    logged_from: Label
    woke: Label
    woke_value: Annotated[Text, Placeholders("number", "known")]
    pain: Label
    pain_value: Annotated[Text, Placeholders("median", "worst")]
    hours: Label
    hours_value: Annotated[Text, Placeholders("number", "all", "start", "end")]
    longest: Label
    outside: Label
    period: Annotated[Text, Placeholders("first", "last", "days")]
    none: Annotated[Text, Placeholders("days")]
    calendar: Label
    hours_title: Label
    short: Annotated[Text, Placeholders("first", "last")]
    short_rest: Text
    unprintable: Text


class Words(Model):
    """The block `diary` of content.yaml: the fields of a cramp, and the answers that each can have."""

    names: Fields
    pain: Annotated[Label, Placeholders("pain")]
    side: Sides
    muscle: Muscles
    place: Annotated[Text, Placeholders("side", "muscle")]
    lasted: Lengths
    situation: Situations
    helped: Helps
    yes: Label
    no: Label
    reads: Reads
    counts: Counts

    def answers(self, field: str) -> dict[str, str]:
        """Return the answers to the question for a field, in the order in which they are offered."""
        if field == "pain":
            return {str(pain): str(pain) for pain in range(11)}
        if field == "woke":
            return {"yes": self.yes, "no": self.no}
        return dict(getattr(self, field))
