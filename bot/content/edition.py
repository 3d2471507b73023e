"""One whole edition in one language, and how its screens read."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, ClassVar, TypeVar

from pydantic import ConfigDict, StringConstraints

from bot.content.blocks import (
    Answers,
    BloodTest,
    Command,
    Marks,
    Moments,
    Page,
    Paragraph,
    Picture,
    Profile,
    Reminder,
    Screen,
)
from bot.content.fields import CAPTION_LIMIT, MESSAGE_LIMIT, KindName, Label, Model, Text
from bot.content.telegram_html import escape, length, visible

ModelT = TypeVar("ModelT", bound=Model)


class Edition(Model):
    """The content in one language. Each handler's own words are a further block, named like its module."""

    model_config = ConfigDict(frozen=False)  # frozen, it would be hashed by all it holds
    __hash__ = object.__hash__  # there is one of each language: what is drawn from it once can be kept

    block_names: ClassVar[Mapping[type[Model], str]] = {}
    """The key in ``content.yaml`` of each topic's own words."""

    code: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
    language: Label
    profile: Profile
    marks: Marks
    commands: dict[str, Command]
    pages: dict[str, Page]
    tests: dict[str, BloodTest]
    tips: dict[str, Paragraph]
    reminders: dict[KindName, Reminder]
    reminder_consent: Text
    answers: Answers
    moments: Moments
    pictures: dict[str, Picture]

    def words(self, kind: type[ModelT]) -> ModelT:
        """Return the block of ``content.yaml`` that a topic of ``handlers`` defines as ``kind``."""
        block = getattr(self, self.block_names[kind])
        assert isinstance(block, kind)
        return block

    def html(self, screen: Screen) -> str:
        """The screen as Telegram HTML, with every note of ours marked as such."""
        mark = self.marks.short if screen.picture else self.marks.long
        title = [f"<b>{escape(screen.title)}</b>"] if screen.title else []
        return stacked([*title, *(paragraph(each, mark) for each in screen.body.values())])

    def lines(self, body: Iterable[Paragraph], between: str = "\n") -> str:
        """Paragraphs as HTML in as few lines as can be, for a small phone at night; notes behind their short mark."""
        marks = {True: f"{escape(self.marks.short)} ", False: ""}
        return between.join(f"{marks[bool(each.source)]}{each.text}" for each in body)

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
        for name, each in self.reminders.items():
            if each.page not in {None, *self.pages}:
                yield ("reminders", name), f"shows the page {each.page!r}, which does not exist"


def stacked(parts: Iterable[str]) -> str:
    """Paragraphs with a line between them; a quotation bar stands apart by itself."""
    text = "\n\n".join(parts)
    return text.replace("\n\n<blockquote>", "\n<blockquote>").replace("</blockquote>\n\n", "</blockquote>\n")


def paragraph(each: Paragraph, mark: str) -> str:
    """One paragraph as HTML; what is ours stands in a quotation bar behind its mark."""
    return f"<blockquote>{escape(mark)} {each.text}</blockquote>" if each.source else each.text
