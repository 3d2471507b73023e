"""sendPhoto, sendVoice and the other methods that send a file, sendMediaGroup, and editMessageMedia."""

from collections.abc import Callable
from functools import partial
from typing import Any

from simulator.bot_api.chat_access import writable_chat
from simulator.bot_api.edits import edit
from simulator.bot_api.media import check_media, media_content
from simulator.bot_api.methods.sending import send
from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import bad_request
from simulator.json_objects import Json
from simulator.specification import method_names
from simulator.state.chats import Message
from simulator.state.content import CONTENT
from simulator.state.files import KINDS
from simulator.state.world import World

_MOST_IN_ALBUM = 10
_FIRST_ALBUM = 13_000_000_000_000_000  # as large as Telegram's
_EDITABLE = frozenset({"animation", "audio", "document", "live_photo", "photo", "video"})
_ALONE = frozenset({"audio", "document"})
"""Kinds that an album cannot mix with others."""


def _send_file(kind: str, world: World, parameters: Parameters) -> Json:
    """Carry out `sendPhoto`, `sendVoice` and the like, with an upload, a file id or a URL."""
    check_media(parameters, kind, bad_request(f"There is no {kind.replace('_', ' ')} in the request"))
    if kind == "live_photo":
        check_media(parameters, "photo", bad_request("There is no photo in the request"))
    writable_chat(world, parameters.text("chat_id"))  # check first: a refused request must not store its file
    name = method_names()[f"send{kind.replace('_', '')}"]
    return send(world, parameters, name, media_content(world, kind, parameters))


def send_media_group(world: World, parameters: Parameters) -> list[Json]:
    """Carry out `sendMediaGroup`: send up to ten files as one album. Return the messages."""
    parameters.required("media")
    album: Any = parameters.value("media", "Can't parse media JSON object")
    if not isinstance(album, list):
        raise bad_request("Expected an Array of InputMedia")
    items = [_input_media(media, parameters) for media in album]
    kinds = {kind for kind, _ in items}
    if "animation" in kinds:
        raise bad_request("Can't parse InputMedia: type \"animation\" can't be used in sendMediaGroup")
    if not items:
        raise bad_request("There are no messages to send")
    if len(items) > _MOST_IN_ALBUM:
        raise bad_request("Too many messages to send as an album")
    for kind in _ALONE & kinds:
        if len(kinds) > 1:
            raise bad_request(f"{kind.title()} can't be mixed with other media types")
    writable_chat(world, parameters.text("chat_id"))
    contents = [media_content(world, kind, fields, "media") for kind, fields in items]
    album_id = {"media_group_id": str(_FIRST_ALBUM + world.request)}
    return [send(world, parameters, "sendMediaGroup", content | album_id) for content in contents]


def edit_message_media(world: World, parameters: Parameters) -> Json | bool:
    """Carry out `editMessageMedia`. The new media replaces text and caption too."""
    media: Any = parameters.value("media", "Can't parse input media JSON object")
    kind, fields = _input_media(media, parameters)

    def change(message: Message) -> Json:
        kept = {name: value for name, value in message.body.items() if name not in CONTENT}
        return kept | media_content(world, kind, fields, "media")

    return edit(world, parameters, "editMessageMedia", change)


def _input_media(media: Any, parameters: Parameters) -> tuple[str, Parameters]:
    """Return the kind of an InputMedia object, and its fields with the uploads of the request."""
    if not isinstance(media, dict):
        raise bad_request("Can't parse InputMedia: expected an Object")
    kind, fields = str(media.get("type", "")).lower(), Parameters(media, parameters.uploads)
    check_media(fields, "media", bad_request("Can't parse InputMedia: media not found"))
    if kind == "live_photo":
        check_media(fields, "photo", bad_request("Can't parse InputMedia: photo not found"))
    if kind not in _EDITABLE:
        raise bad_request(f'Can\'t parse InputMedia: type "{kind}" is unsupported')
    return kind, fields


METHODS: dict[str, Callable[[World, Parameters], Any]] = {
    **{f"send{kind.replace('_', '')}": partial(_send_file, kind) for kind in KINDS},
    "sendmediagroup": send_media_group,
    "editmessagemedia": edit_message_media,
}
