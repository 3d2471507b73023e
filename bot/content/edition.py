"""An edition: the whole content in one language, and its screens as Telegram HTML."""

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, TypeVar

from pydantic import ConfigDict, Field

from bot.content.blocks import (
    Answers,
    BloodTest,
    Command,
    Intents,
    Marks,
    Moments,
    Page,
    Paragraph,
    Picture,
    Profile,
    Reminder,
    Routine,
    Screen,
    Stretch,
)
from bot.content.fields import (
    CAPTION_LIMIT,
    MESSAGE_LIMIT,
    Key,
    KindName,
    Label,
    LanguageCode,
    Model,
    Problem,
    RoutineName,
    Text,
)
from bot.content.number_placeholders import EmergencyNumbers
from bot.content.telegram_html import escape, length, visible
from bot.parsing.intent import Intent

ModelT = TypeVar("ModelT", bound=Model)


class Edition(Model):
    """The content in one language. Each topic adds a block with its own words, named like the topic."""

    model_config = ConfigDict(frozen=False)  # the hash of a frozen model is computed from the whole content each time
    __hash__ = object.__hash__  # by identity, so that results can be cached by edition

    block_names: ClassVar[Mapping[type[Model], str]] = {}
    """The name of the block that each topic's model ``Words`` describes."""

    code: LanguageCode
    language: Label
    profile: Profile
    numbers: EmergencyNumbers
    marks: Marks
    commands: dict[str, Command]
    pages: dict[str, Page]
    tests: dict[str, BloodTest]
    tips: dict[str, Paragraph]
    reminders: dict[KindName, Reminder]
    reminder_consent: Text
    answers: Answers
    stretches: dict[str, Stretch]
    routines: dict[RoutineName, Routine]
    recordings: dict[RoutineName, dict[LanguageCode, str]] = Field(default_factory=dict)
    """The files in ``assets/`` that guide through a routine with a voice, one for each language."""
    moments: Moments
    pictures: dict[str, Picture]
    intents: Intents

    def words(self, model: type[ModelT]) -> ModelT:
        """Return the words of the topic that defines them as ``model``."""
        block = getattr(self, self.block_names[model])
        assert isinstance(block, model)
        return block

    def html(self, screen: Screen) -> str:
        """Return a screen as HTML. Words that are not from the article get a mark, which the last line explains."""
        title = [f"<b>{escape(screen.title)}</b>"] if screen.title else []
        foot = [self.marks.foot] if any(part.source for part in screen.body.values()) else []
        return join_paragraphs([*title, *(paragraph(part, self.marks.long) for part in screen.body.values()), *foot])

    def recording(self, routine: str) -> str | None:
        """Return the file that guides through a routine with a voice in this language, if there is one."""
        return self.recordings.get(routine, {}).get(self.code)

    def uploads(self) -> dict[str, str]:
        """Return the files in ``assets/`` that messages show or play: pictures by name, and recordings by file."""
        recordings = (file for files in self.recordings.values() for file in files.values())
        return {name: picture.file for name, picture in self.pictures.items()} | {file: file for file in recordings}

    def reminder_about(self, page: str) -> str | None:
        """Return the kind of reminder that leads to this page; None if none does."""
        return next((kind for kind, reminder in self.reminders.items() if reminder.page == page), None)

    def screens(self) -> Iterator[tuple[Key, Screen]]:
        """Yield every screen with its key, the pages first."""
        yield from ((("pages", name), page) for name, page in self.pages.items())
        for block in type(self).model_fields:
            if block in Edition.model_fields:  # not a topic's words
                continue
            for name, value in getattr(self, block):
                if isinstance(value, Screen):
                    yield (block, name), value

    def problems(self, key: Key = ()) -> Iterator[Problem]:
        """Yield the problems between values: wrong placeholders, screens that are too long, and unknown names."""
        yield from super().problems(key)
        for place, screen in self.screens():
            limit = CAPTION_LIMIT if screen.picture else MESSAGE_LIMIT
            html = self.html(screen)
            # What is shown is never longer than its HTML, and reading the HTML takes a hundred times as long.
            if length(html) > limit and (shown := length(visible(html))) > limit:
                yield (*key, *place), f"has {shown} characters on the screen; Telegram accepts {limit}"
            if screen.picture not in {None, *self.pictures}:
                yield (*key, *place), f"has the picture {screen.picture!r}, which is not in pictures"
        for name, page in self.pages.items():
            for unknown in set(page.next) - set(self.pages):
                yield (*key, "pages", name), f"leads to {unknown!r}, which is not in pages"
        for name, reminder in self.reminders.items():
            if reminder.page not in {None, *self.pages}:
                yield (*key, "reminders", name), f"has the page {reminder.page!r}, which is not in pages"
        for number, rule in enumerate(self.intents.rules):
            if rule.means is Intent.ASK and rule.about not in self.pages:
                yield (*key, "intents", "rules", number), f"shows the page {rule.about!r}, which is not in pages"
        yield from self._routine_problems(key)

    def _routine_problems(self, key: Key) -> Iterator[Problem]:
        for name, reminder in self.reminders.items():
            if reminder.guided not in {None, *self.routines}:
                yield (*key, "reminders", name), f"has the routine {reminder.guided!r}, which is not in routines"
        for name, stretch in self.stretches.items():
            for unknown in sorted({stretch.left_picture, stretch.right_picture} - set(self.pictures)):
                yield (*key, "stretches", name), f"has the picture {unknown!r}, which is not in pictures"
        for name, routine in self.routines.items():
            for unknown in sorted({step.stretch for step in routine.sequence} - set(self.stretches)):
                yield (*key, "routines", name), f"has a step with {unknown!r}, which is not in stretches"


def join_paragraphs(parts: Iterable[str]) -> str:
    """Join paragraphs with empty lines, except around a block quotation, which has space of its own."""
    text = "\n\n".join(parts)
    return text.replace("\n\n<blockquote>", "\n<blockquote>").replace("</blockquote>\n\n", "</blockquote>\n")


def join_lines(body: Iterable[Paragraph], between: str = "\n") -> str:
    """Join paragraphs as HTML in few lines, for somebody in pain. They get no marks, which would look like mistakes."""
    return between.join(part.text for part in body)


def paragraph(part: Paragraph, mark: str) -> str:
    """Return a paragraph as HTML. Words that are not from the article are a block quotation with a mark."""
    return f"<blockquote>{escape(mark)} {part.text}</blockquote>" if part.source else part.text
