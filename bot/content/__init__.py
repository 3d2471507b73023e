"""The content: the blocks of ``content.yaml`` with their limits, and the editions made of them, one per language."""

from bot.content.blocks import Answers, BloodTest, Command, Page, Paragraph, Profile, Reminder, Screen
from bot.content.edition import Edition, join_lines, join_paragraphs, paragraph
from bot.content.fields import (
    CAPTION_LIMIT,
    HALF_LABEL_LIMIT,
    LABEL_LIMIT,
    LINE_LIMIT,
    MESSAGE_LIMIT,
    TOAST_LIMIT,
    HalfLabel,
    Label,
    Line,
    Model,
    Placeholders,
    Text,
    Toast,
)

__all__ = [
    "CAPTION_LIMIT",
    "HALF_LABEL_LIMIT",
    "LABEL_LIMIT",
    "LINE_LIMIT",
    "MESSAGE_LIMIT",
    "TOAST_LIMIT",
    "Answers",
    "BloodTest",
    "Command",
    "Edition",
    "HalfLabel",
    "Label",
    "Line",
    "Model",
    "Page",
    "Paragraph",
    "Placeholders",
    "Profile",
    "Reminder",
    "Screen",
    "Text",
    "Toast",
    "join_lines",
    "join_paragraphs",
    "paragraph",
]
