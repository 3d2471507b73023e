"""The values of ``content.yaml``: texts with their limits, names, times, and the placeholders in texts."""

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints

from bot.content.telegram_html import length, visible

MESSAGE_LIMIT, CAPTION_LIMIT, ALERT_LIMIT = 4096, 1024, 200
"""Telegram's limits, in UTF-16 code units of the text that is shown."""
LINE_LIMIT = 40
"""Our limit for a title or a name, which should fit on one line."""
LABEL_LIMIT, HALF_LABEL_LIMIT = 32, 14
"""Our limits for a button with a row of its own, and for one of two in a row. A phone cuts longer texts off."""

Key: TypeAlias = tuple[str | int, ...]
"""The keys that lead to a value: ``("pages", "night", "title")``."""
Problem: TypeAlias = tuple[Key, str]
"""The key of a value, and what is wrong with the value."""


def _checked_html(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty")
    if length(visible(text)) > MESSAGE_LIMIT:
        raise ValueError(f"is longer than Telegram's {MESSAGE_LIMIT} characters")
    return text.strip()


def plain_text(limit: int) -> AfterValidator:
    """Return a check for plain text of 1 to ``limit`` UTF-16 code units."""

    def check(text: str) -> str:
        if not text.strip():
            raise ValueError("is empty")
        if length(text) > limit:
            raise ValueError(f"is longer than {limit} characters")
        return text.strip()

    return AfterValidator(check)


def _numbered_reference(letter: str, last: int, kind: str) -> AfterValidator:
    numbers = {f"{letter}{number}" for number in range(1, last + 1)}

    def check(number: str) -> str:
        if number not in numbers:
            raise ValueError(f"{number} is no {kind}; these are {letter}1 to {letter}{last}")
        return number

    return AfterValidator(check)


def _local_time(value: object) -> time:
    # Without quotation marks, some YAML readers take 21:30 for the number 1290.
    if isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        return time.fromisoformat(value)
    raise ValueError('must be a time like "21:30", in quotation marks')


def _entries(value: object) -> tuple[str, ...]:
    if not isinstance(value, str):
        raise ValueError('must be words with commas between them; a word like "no" alone needs quotation marks')  # noqa: TRY004
    return tuple(entry for text in value.split(",") if (entry := " ".join(text.split())))


Text = Annotated[str, AfterValidator(_checked_html)]
"""Telegram HTML."""
Line = Annotated[str, plain_text(LINE_LIMIT)]
"""The plain text of a title, of a name, or of a part of a sentence."""
Label = Annotated[str, plain_text(LABEL_LIMIT)]
"""The plain text of a button that has a row of its own, or whose row depends on its length."""
HalfLabel = Annotated[str, plain_text(HALF_LABEL_LIMIT)]
"""The plain text of a button that shares its row with one other."""
Alert = Annotated[str, plain_text(ALERT_LIMIT)]
"""The plain text of a short notice above the chat, which the person closes."""
LocalTime = Annotated[time, BeforeValidator(_local_time)]
"""A time of day, written as ``"21:30"``."""
CommandName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
KindName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,15}$")]
"""The name of a kind of reminder. It is short, because a button's data has 64 bytes for it and a time zone together."""
Entries = Annotated[tuple[str, ...], BeforeValidator(_entries)]
"""Words to recognise, separated by commas."""
ConceptName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,31}$")]
"""The name of a concept: a list of words to recognise."""
RoutineName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,15}$")]
"""The name of a routine. It is short, because it is part of a button's data."""
ArticleFact = Annotated[str, _numbered_reference("A", 46, "fact of the article")]
SafetyNote = Annotated[str, _numbered_reference("S", 17, "safety note")]


@dataclass(frozen=True, init=False)
class Placeholders:
    """The names that the code fills into a text: ``Annotated[Text, Placeholders("zone")]``.

    A text without this annotation has no placeholders. If they are ``optional``, a text may leave some of them out.
    """

    names: frozenset[str]
    optional: bool

    def __init__(self, *names: str, optional: bool = False) -> None:
        object.__setattr__(self, "names", frozenset(names))
        object.__setattr__(self, "optional", optional)

    def problem(self, text: str) -> str | None:
        """Return what is wrong with the placeholders of a text; None if nothing is."""
        try:
            actual = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
        except ValueError as error:
            return f"has a brace too many ({error}); write {{{{ for a brace that is shown"
        if actual == self.names or (self.optional and actual < self.names):
            return None
        return f"has the placeholders {_listed(actual)}; the code fills in {_listed(self.names)}"


class Model(BaseModel):
    """A block of content. It accepts no unknown key and never changes."""

    # `defer_build`: an edition contains all blocks and is checked as a whole. Building a checker for each block as well
    # would nearly double the time that a start spends on content.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    def problems(self, key: Key = ()) -> Iterator[Problem]:
        """Yield the problems that a check of single values cannot find: placeholders that the code does not fill in."""
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if isinstance(value, str):
                expected = next((item for item in field.metadata if isinstance(item, Placeholders)), Placeholders())
                if problem := expected.problem(value):
                    yield (*key, name), problem
            elif isinstance(value, Model):
                yield from value.problems((*key, name))
            elif isinstance(value, dict):
                for item, block in value.items():
                    if isinstance(block, Model):
                        yield from block.problems((*key, name, item))


def _listed(names: set[str] | frozenset[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names)) or "none"
