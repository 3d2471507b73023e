"""What ``content.yaml`` is made of: the blocks, their limits, and one whole edition in one language."""

import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from bot.html import escape, length, visible

MESSAGE_LIMIT, CAPTION_LIMIT, TOAST_LIMIT = 4096, 1024, 200
"""Telegram's limits, in UTF-16 code units after entities."""
LABEL_LIMIT = 40
"""Ours: a longer button is cut off on a small phone."""


def _text(text: str) -> str:
    if length(visible(text)) > MESSAGE_LIMIT:
        raise ValueError(f"is longer than Telegram's {MESSAGE_LIMIT} characters")
    return text.strip()


def _plain(limit: int) -> AfterValidator:
    def check(text: str) -> str:
        if length(text) > limit:
            raise ValueError(f"is longer than {limit} characters")
        return text.strip()

    return AfterValidator(check)


Text = Annotated[str, AfterValidator(_text), Field(min_length=1)]
"""Telegram HTML."""
Label = Annotated[str, _plain(LABEL_LIMIT), Field(min_length=1)]
"""The plain text of a button or a title."""
Toast = Annotated[str, _plain(TOAST_LIMIT), Field(min_length=1)]
"""The plain text of a short notice over the chat."""
CommandName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
ArticleFact = Annotated[str, StringConstraints(pattern=r"^A\d{1,2}$")]
SafetyNote = Annotated[str, StringConstraints(pattern=r"^S\d{1,2}$")]


@dataclass(frozen=True, init=False)
class Placeholders:
    """The names that the code fills into a text: ``Annotated[Text, Placeholders("zone")]``. Others have none."""

    names: frozenset[str]

    def __init__(self, *names: str) -> None:
        object.__setattr__(self, "names", frozenset(names))


class Model(BaseModel):
    """A block of content: every key is known, and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*")
    @classmethod
    def _placeholders(cls, value: Any, info: ValidationInfo) -> Any:
        if isinstance(value, str) and info.field_name:
            metadata = cls.model_fields[info.field_name].metadata
            wanted = next((each.names for each in metadata if isinstance(each, Placeholders)), frozenset())
            found = frozenset(name for _, name, _, _ in string.Formatter().parse(value) if name is not None)
            if found != wanted:
                raise ValueError(f"has the placeholders {sorted(found)}, the code fills in {sorted(wanted)}")
        return value


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
    menu: Annotated[str, _plain(256), Field(min_length=3)]
    also: tuple[CommandName, ...] = ()


class BloodTest(Model):
    """One of the article's four tests. ``price`` in kronor as printed; ``url`` is unset until someone knows it."""

    name: Label
    button: Label
    text: Text
    article: tuple[ArticleFact, ...]
    price: int
    url: str | None = None


class Picture(Model):
    """A picture in ``assets/``. ``alt`` says what it shows, for those who do not see it."""

    file: str
    alt: str


class Profile(Model):
    """What Telegram shows of the bot before the first message."""

    name: Annotated[str, _plain(64)]
    description: Annotated[str, _plain(512)]
    short_description: Annotated[str, _plain(120)]


class Marks(Model):
    """How a note of ours is told apart: ``short`` under a picture, where words are few, ``long`` elsewhere."""

    short: Label
    long: Label


ModelT = TypeVar("ModelT", bound=Model)


class Edition(Model):
    """The content in one language. Each handler's own words are a further block, named like its module."""

    model_config = ConfigDict(frozen=False)  # frozen, it would be hashed by all it holds
    __hash__ = object.__hash__  # there is one of each language: what is drawn from it once can be kept

    code: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
    language: Label
    profile: Profile
    marks: Marks
    commands: dict[str, Command]
    pages: dict[str, Page]
    tests: dict[str, BloodTest]
    tips: dict[str, Paragraph]
    pictures: dict[str, Picture]

    def words(self, kind: type[ModelT]) -> ModelT:
        """The block of the module in which ``kind`` is defined."""
        block = getattr(self, kind.__module__.rpartition(".")[2])
        assert isinstance(block, kind)
        return block

    def html(self, screen: Screen) -> str:
        """The screen as Telegram HTML, with every note of ours marked as such."""
        mark = self.marks.short if screen.picture else self.marks.long
        title = [f"<b>{escape(screen.title)}</b>"] if screen.title else []
        return stacked([*title, *(paragraph(each, mark) for each in screen.body.values())])

    def screens(self) -> Iterator[tuple[tuple[str, str], Screen]]:
        """Every screen with the key it stands under, the pages first."""
        yield from ((("pages", name), page) for name, page in self.pages.items())
        for block in set(type(self).model_fields) - set(Edition.model_fields):
            for name, value in getattr(self, block):
                if isinstance(value, Screen):
                    yield (block, name), value

    def problems(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """What is wrong with the whole although every part is right: the key, and what."""
        for key, screen in self.screens():
            limit = CAPTION_LIMIT if screen.picture else MESSAGE_LIMIT
            if (shown := length(visible(self.html(screen)))) > limit:
                yield key, f"has {shown} characters, Telegram takes {limit}"
            if screen.picture not in {None, *self.pictures}:
                yield key, f"shows the picture {screen.picture!r}, which does not exist"
        for name, page in self.pages.items():
            for unknown in set(page.next) - set(self.pages):
                yield ("pages", name), f"leads to {unknown!r}, which does not exist"


def stacked(parts: Iterable[str]) -> str:
    """Paragraphs with a line between them; a quotation bar stands apart by itself."""
    text = "\n\n".join(parts)
    return text.replace("\n\n<blockquote>", "\n<blockquote>").replace("</blockquote>\n\n", "</blockquote>\n")


def paragraph(each: Paragraph, mark: str) -> str:
    """One paragraph as HTML; what is ours stands in a quotation bar behind its mark."""
    return f"<blockquote>{escape(mark)} {each.text}</blockquote>" if each.source else each.text
