"""The content of a message: the fields of a Message object that say what is in it, not who sent it and where."""

from simulator.json_objects import Json

FILES = (
    "animation", "audio", "document", "live_photo", "photo", "sticker", "video", "video_note", "voice", "paid_media",
)  # fmt: skip
CAPTION = ("caption", "caption_entities", "show_caption_above_media", "has_media_spoiler")
CONTENT = (
    "text", "entities", "link_preview_options", "rich_message", *FILES, *CAPTION, "checklist", "contact", "dice",
    "game", "giveaway", "giveaway_winners", "invoice", "location", "poll", "story", "venue",
)  # fmt: skip

CANNOT_BE_COPIED = frozenset({"giveaway", "giveaway_winners", "invoice", "paid_media"})
"""Content that can be forwarded only. From TDLib's can_forward_message_content."""

HAVE_CAPTION = ("animation", "audio", "document", "live_photo", "photo", "video", "voice", "paid_media")


def content_of(body: Json) -> Json:
    """Return the content of a Message object. It is empty for a service message."""
    return {name: value for name, value in body.items() if name in _CONTENT}


_CONTENT = frozenset(CONTENT)
