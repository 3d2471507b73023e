"""What a value in ``content.yaml`` may be: texts with their limits, names, times, and the placeholders in them."""

import re
import string
from dataclasses import dataclass
from datetime import time
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)

from bot.content.telegram_html import length, visible

MESSAGE_LIMIT, CAPTION_LIMIT, TOAST_LIMIT = 4096, 1024, 200
"""Telegram's limits, in UTF-16 code units after entities."""
LABEL_LIMIT = 40
"""Ours: a longer button is cut off on a small phone."""


def _text(text: str) -> str:
    if length(visible(text)) > MESSAGE_LIMIT:
        raise ValueError(f"is longer than Telegram's {MESSAGE_LIMIT} characters")
    return text.strip()


def plain(limit: int) -> AfterValidator:
    """For text that is shown as it is, of at most ``limit`` UTF-16 code units."""

    def check(text: str) -> str:
        if length(text) > limit:
            raise ValueError(f"is longer than {limit} characters")
        return text.strip()

    return AfterValidator(check)


def _numbered(letter: str, last: int, what: str) -> AfterValidator:
    known = {f"{letter}{number}" for number in range(1, last + 1)}

    def check(number: str) -> str:
        if number not in known:
            raise ValueError(f"{number} is no {what}: they are {letter}1 to {letter}{last}")
        return number

    return AfterValidator(check)


def _local_time(value: object) -> time:
    if isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        return time.fromisoformat(value)
    raise ValueError('must be a time like "21:30", with quotation marks')


Text = Annotated[str, AfterValidator(_text), Field(min_length=1)]
"""Telegram HTML."""
Label = Annotated[str, plain(LABEL_LIMIT), Field(min_length=1)]
"""The plain text of a button or a title."""
Toast = Annotated[str, plain(TOAST_LIMIT), Field(min_length=1)]
"""The plain text of a short notice over the chat."""
LocalTime = Annotated[time, BeforeValidator(_local_time)]
"""A time of the day, written as ``"21:30"``."""
CommandName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
KindName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,15}$")]
"""A kind of reminder. It has to fit into the data of a button, together with a zone."""
ArticleFact = Annotated[str, _numbered("A", 46, "fact of the article")]
SafetyNote = Annotated[str, _numbered("S", 16, "safety note")]


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
