"""The blocks of ``content.yaml`` that more than one topic uses."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from bot.content.fields import (
    ArticleFact,
    CommandName,
    ConceptName,
    Entries,
    HalfLabel,
    Key,
    Label,
    Line,
    LocalTime,
    Model,
    Placeholders,
    Problem,
    SafetyNote,
    Text,
    plain_text,
)
from bot.content.number_placeholders import NAMES
from bot.parsing.intent import Rule, reserved_concepts


class Paragraph(Model):
    """One thought: facts of the article, or words of ours with their sources, but never both.

    Words of ours are those that the article does not have. ``article`` lists the facts that the paragraph tells
    (A1-A46), and ``note`` is the number of a safety note (S1-S17). A test counts both. A paragraph without ``article``,
    ``note`` and ``source`` states no fact. Every paragraph may name the numbers to call.
    """

    text: Annotated[Text, Placeholders(*NAMES, optional=True)]
    article: tuple[ArticleFact, ...] = ()
    note: SafetyNote | None = None
    source: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _is_of_one_kind(self) -> Self:
        if self.article and (self.note or self.source):
            raise ValueError("mixes facts of the article with words of ours; make it two paragraphs")
        if self.note and not self.source:
            raise ValueError(f"note {self.note} needs a source")
        return self


class Screen(Model):
    """One message: a title, paragraphs in the order of the file, and perhaps a picture above them."""

    title: Line | None = None
    body: dict[str, Paragraph]
    picture: str | None = None


class Page(Screen):
    """A screen to read. A command of the same name shows it, and so does ``button`` on the pages before it."""

    button: Label
    next: tuple[str, ...] = ()


HelpTopic = Literal["relief", "reading", "reminders", "other"]
"""The lines of ``/help``."""


class Command(Model):
    """A command in one language.

    ``also`` has further names, which the menu does not show. ``topic`` is the line of ``/help`` that names the command.
    """

    name: CommandName
    menu: Annotated[str, plain_text(256), Field(min_length=3)]
    also: tuple[CommandName, ...] = ()
    topic: HelpTopic = "other"


class BloodTest(Model):
    """One of the article's four tests, with the printed ``price`` in kronor. ``url`` is None while nobody knows it."""

    name: Line
    button: Label
    text: Text
    article: tuple[ArticleFact, ...]
    price: int
    url: str | None = None


class Reminder(Model):
    """A kind of reminder. This block is all that a new kind takes.

    Attributes:
        text: one cue and one small action. Without it, the reminder is the person's next tip.
        question: asked before the kind is turned on. Whoever says yes gets ``refused``, and the kind stays off.
        times: the local times with which the kind starts.
        days: the ISO weekdays with which the kind starts, like ``"135"``.
        most: how many times a day a person can choose.
        silent: whether the kind starts without a sound.
        hours_before_bed: the kind is not sent in this many hours before the bedtime.
        minutes_before_bed: if set, the kind's time is this long before the bedtime, and moves with it.
        page: the page that shows more about the kind.
        guided: the routine that the reminder can start. Each day on which the routine was done is logged.
        must_arrive: after an unclear failure, send it again: risk a second copy rather than none.
    """

    name: Line
    button: Label
    text: Text | None = None
    question: Paragraph | None = None
    refused: Text | None = None
    times: tuple[LocalTime, ...] = Field(min_length=1)
    days: Annotated[str, StringConstraints(pattern=r"^[1-7]{1,7}$")] = "1234567"
    most: int = Field(ge=1, le=6)
    silent: bool = False
    hours_before_bed: int = Field(default=0, ge=0, le=12)
    minutes_before_bed: int | None = Field(default=None, ge=0, le=720)
    page: str | None = None
    guided: str | None = None
    must_arrive: bool = False

    @property
    def is_tip(self) -> bool:
        """Whether each reminder of this kind is the person's next tip."""
        return self.text is None

    @model_validator(mode="after")
    def _question_has_an_answer(self) -> Self:
        if (self.question is None) != (self.refused is None):
            raise ValueError("needs both question and refused, or neither; refused answers whoever says yes")
        return self


class Side(StrEnum):
    """The leg that is stretched."""

    LEFT = "left"
    RIGHT = "right"


class Stretch(Model):
    """How one muscle is stretched. Routines name it in their sequence.

    Attributes:
        how: how to get into the position. It says all that the pictures show.
        cue: what to do while the stretch is held.
        left_picture: the picture for the left leg.
        right_picture: the picture for the right leg.
    """

    name: Line
    how: Paragraph
    cue: Text
    left_picture: str
    right_picture: str

    def picture(self, side: Side) -> str:
        """Return the name of the picture for a side."""
        return self.left_picture if side is Side.LEFT else self.right_picture


class RoutineStep(Model):
    """One stretch of one leg: ``repetitions`` holds of ``hold`` seconds, and ``rest`` seconds after each."""

    stretch: str
    side: Side
    hold: int = Field(ge=5, le=120)
    rest: int = Field(ge=5, le=120)
    repetitions: int = Field(ge=1, le=10)


class Routine(Model):
    """Stretches in an order that a person is guided through. This block is all that a new routine takes."""

    name: Line
    button: HalfLabel
    about: Paragraph
    sequence: tuple[RoutineStep, ...] = Field(min_length=1, max_length=12)


class Answers(Model):
    """The buttons below reminders. ``start_button`` is there only if the reminder can start a routine."""

    start_button: Label
    done_button: Label
    later_button: Label
    quarter_button: Label
    hour_button: Label
    back_button: Label
    skip_button: Label
    stop_button: Label
    more_button: Label


class Moments(Model):
    """Dates and times in words."""

    today: Annotated[Line, Placeholders("time")]
    tomorrow: Annotated[Line, Placeholders("time")]
    weekday: Annotated[Line, Placeholders("weekday", "time")]
    date: Annotated[Line, Placeholders("day", "time")]
    day: Annotated[Line, Placeholders("day")]
    every_day: Line
    day_range: Annotated[Line, Placeholders("first", "last")]


class Picture(Model):
    """A picture in ``assets/``. The text below it says all that it shows, because Telegram has no alternative text."""

    file: str


class Profile(Model):
    """What Telegram shows about the bot before the first message."""

    name: Annotated[str, plain_text(64)]
    description: Annotated[str, plain_text(512)]
    short_description: Annotated[str, plain_text(120)]


class Marks(Model):
    """How a page marks words that are not from the article.

    ``long`` stands before each paragraph of ours. ``foot`` explains the mark in the last line of the page.
    """

    long: Line
    foot: Text


class Intents(Model):
    """What people write, and what it means. ``docs/understanding.md`` says how words and rules are read.

    ``words`` lists the words of each concept in the edition's language. ``rules`` and ``deniable`` are the same in all
    languages. ``deniable`` has the concepts that a "no" can deny.
    """

    words: dict[ConceptName, Entries]
    deniable: str
    rules: tuple[Rule, ...]

    def problems(self, key: Key = ()) -> Iterator[Problem]:
        """Yield the rules that look for a concept that does not exist."""
        yield from super().problems(key)
        concepts = {*self.words, *reserved_concepts(), *(rule.makes for rule in self.rules)}
        for number, rule in enumerate(self.rules):
            for concept in dict.fromkeys(rule.concepts()):
                if concept not in concepts:
                    yield (*key, "rules", number), f"looks for {concept!r}, which is not in intents.words"
        for concept in self.deniable.split():
            if concept not in concepts:
                yield (*key, "deniable"), f"has {concept!r}, which is not in intents.words"
