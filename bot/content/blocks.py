"""The blocks of ``content.yaml``: what each is made of."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from bot.content.fields import ArticleFact, CommandName, Label, LocalTime, Model, Placeholders, SafetyNote, Text, plain


class Paragraph(Model):
    """One thought: a fact of the article, or something of ours with its sources; never both at once.

    ``article`` and ``note`` name the facts it tells (A1-A46) and the safety note it is (S1-S16), so that a test can
    count them. A paragraph with neither, and without a source, states no fact.
    """

    text: Text
    article: tuple[ArticleFact, ...] = ()
    note: SafetyNote | None = None
    source: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _kept_apart(self) -> Self:
        if self.article and (self.note or self.source):
            raise ValueError("mixes a fact of the article with a note of ours: make it two paragraphs")
        if self.note and not self.source:
            raise ValueError(f"note {self.note} names no source")
        return self


class Screen(Model):
    """What is seen at once: a title, paragraphs in the order of the file, and perhaps a picture above them."""

    title: Label | None = None
    body: dict[str, Paragraph]
    picture: str | None = None


class Page(Screen):
    """A screen to read. Its neighbours lead to it by ``button``, and a command that has its name."""

    button: Label
    next: tuple[str, ...] = ()


class Command(Model):
    """A command in one language. ``also``: further names that do the same."""

    name: CommandName
    menu: Annotated[str, plain(256), Field(min_length=3)]
    also: tuple[CommandName, ...] = ()


class BloodTest(Model):
    """One of the article's four tests. ``price`` in kronor as printed; ``url`` is unset until someone knows it."""

    name: Label
    button: Label
    text: Text
    article: tuple[ArticleFact, ...]
    price: int
    url: str | None = None


class Reminder(Model):
    """A kind of reminder: this block is all that it takes.

    ``text`` is one cue and one small action; without it, it is the person's next tip. ``question`` is asked before it
    is turned on; who says yes gets ``refused`` instead. ``times`` (local, at most ``most`` a day), ISO weekdays
    ``days`` and ``silent`` are what it starts with. It is not sent in the last ``hours_before_bed``; one with
    ``minutes_before_bed`` follows the bedtime when that is moved. ``page`` shows more about it. One that
    ``must_arrive`` is rather sent twice than perhaps not at all.
    """

    name: Label
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
    must_arrive: bool = False

    @model_validator(mode="after")
    def _refusable(self) -> Self:
        if (self.question is None) != (self.refused is None):
            raise ValueError("question and refused go together: one is asked, the other told to who says yes")
        return self


class Answers(Model):
    """The buttons below every reminder."""

    done_button: Label
    quarter_button: Label
    hour_button: Label
    skip_button: Label
    stop_button: Label
    more_button: Label


class Moments(Model):
    """When something is, in words."""

    today: Annotated[Label, Placeholders("time")]
    tomorrow: Annotated[Label, Placeholders("time")]
    weekday: Annotated[Label, Placeholders("weekday", "time")]
    date: Annotated[Label, Placeholders("day", "time")]
    day: Annotated[Label, Placeholders("day")]
    every_day: Label


class Picture(Model):
    """A picture in ``assets/``. The words below it say all that it shows: Telegram keeps no text for who sees none."""

    file: str


class Profile(Model):
    """What Telegram shows of the bot before the first message."""

    name: Annotated[str, plain(64)]
    description: Annotated[str, plain(512)]
    short_description: Annotated[str, plain(120)]


class Marks(Model):
    """How a note of ours is told apart: ``short`` under a picture, where words are few, ``long`` elsewhere."""

    short: Label
    long: Label
