"""The files of a request, and the fields of a message that holds one. All kinds of files share these rules.

The specification says which fields a kind of file has: those of its type, such as Voice.
"""

import mimetypes
from dataclasses import replace
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from simulator.bot_api.parameters import ATTACHED, Parameters
from simulator.bot_api.refusals import Refusal, bad_request
from simulator.bot_api.texts import caption_of
from simulator.json_objects import Json
from simulator.specification import fields_of
from simulator.state.content import HAVE_CAPTION
from simulator.state.files import StoredFile, Upload, type_of
from simulator.state.pictures import picture_size
from simulator.state.world import World

# In bytes, from the Bot API's "Sending files".
LARGEST_UPLOAD = 50 * 1024 * 1024
LARGEST_PHOTO = 10 * 1024 * 1024

# In pixels, from the Bot API's sendPhoto.
_LARGEST_SUM_OF_SIDES = 10_000
_LARGEST_RATIO_OF_SIDES = 20

_FLAGS = {"show_caption_above_media": "show_caption_above_media", "has_spoiler": "has_media_spoiler"}
"""The field of the message for each flag of the request."""

_USUAL = {"width": 320, "height": 240, "length": 240, "duration": 0, "type": "regular"}
"""Values of required fields, for a file whose request does not give them."""

_OGG = (".ogg", ".oga", ".opus")
"""How the names of recordings end. Telegram tells a file's type by its name, whatever type the request gives."""

_WEB = ("http://", "https://")
PLACEHOLDER = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763b0b5b5050001ba00dd"
    "88e8d3110000000049454e44ae426082"
)
"""A grey PNG of one pixel. It stands for what a URL would have delivered, as nothing is fetched here. It is also the
picture of every game."""


def media_content(world: World, kind: str, parameters: Parameters, name: str = "") -> Json:
    """Return the fields of a message with a file of this kind, and with its caption.

    Args:
        world: Where the file is stored.
        kind: One of `simulator.state.files.KINDS`.
        parameters: Those of a request, or the fields of an InputMedia object with the uploads of its request.
        name: The parameter with the file; by default it is named like the kind.
    """
    content = _file_fields(world, kind, parameters, name or kind)
    if kind in HAVE_CAPTION:
        entities = parameters.value("caption_entities", "can't parse entities JSON object")
        content |= caption_of(world, parameters.text("caption"), parameters.text("parse_mode"), entities)
    return content | {field: True for flag, field in _FLAGS.items() if parameters.flag(flag)}


def check_media(parameters: Parameters, name: str, refusal: Refusal) -> None:
    """Refuse a request whose parameter `name` names no file."""
    reference, upload = parameters.text(name), parameters.upload(name)
    if upload is None and (not reference or reference.startswith(ATTACHED)):
        raise refusal


def _file_fields(world: World, kind: str, parameters: Parameters, name: str) -> Json:
    reference, upload = parameters.text(name), parameters.upload(name)
    if upload is None and reference.startswith(_WEB):
        path = PurePosixPath(urlsplit(reference).path)
        upload = Upload(path.name or "file", mimetypes.guess_type(path.name)[0] or "image/png", PLACEHOLDER)
    if kind == "photo":
        sizes = _new_photo(world, upload) if upload else world.files.sizes_of(_earlier_file(world, kind, reference))
        return {"photo": [size.as_photo_size() for size in sizes]}
    file = _new_file(world, kind, upload, parameters) if upload else _earlier_file(world, kind, reference)
    shown = file.as_object(kind)
    if kind == "animation":  # the Bot API sets `document` too, for bots that do not know animations
        return {"animation": shown, "document": file.as_object("document")}
    if kind == "live_photo" and "photo" not in shown:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if kind == "live_photo":  # and likewise `photo`
        return {"live_photo": shown, "photo": shown["photo"]}
    return {kind: shown}


def _earlier_file(world: World, kind: str, reference: str) -> StoredFile:
    """Return the file with this file id. Refused if it cannot be sent as `kind`."""
    file = world.files.get(reference)
    if file is None:
        raise bad_request("Wrong remote file identifier specified: can't unserialize it. Wrong last symbol")
    if file.kind != kind and "photo" in (file.kind, kind):
        raise bad_request(f"can't use file of type {type_of(file.kind)} as {type_of(kind)}")
    return file


def _new_photo(world: World, upload: Upload) -> list[StoredFile]:
    _check_size(upload, LARGEST_PHOTO, " for a photo")
    sides = picture_size(upload.content)
    if sides is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if sum(sides) > _LARGEST_SUM_OF_SIDES or max(sides) > _LARGEST_RATIO_OF_SIDES * min(sides):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return world.files.add_photo(upload, *sides)


def _new_file(world: World, kind: str, upload: Upload, parameters: Parameters) -> StoredFile:
    """Store an uploaded file. Its fields come from the request, or else from the file, or else have usual values."""
    _check_size(upload, LARGEST_UPLOAD)
    if kind == "voice" and upload.name.endswith(_OGG):
        upload = replace(upload, mime_type="audio/ogg")
    sides = picture_size(upload.content)
    known: Json = {**_USUAL, **(dict(zip(("width", "height"), sides, strict=True)) if sides else {})}
    known |= {"is_animated": upload.name.endswith(".tgs"), "is_video": upload.name.endswith(".webm")}
    details: Json = {}
    for field, field_type in fields_of(type_of(kind)).items():
        if field_type.startswith("Integer") and parameters.integer(field) > 0:
            details[field] = parameters.integer(field)
        elif field_type.startswith("String") and parameters.text(field) and field != "type":
            details[field] = parameters.text(field)
        elif field in known and not field_type.endswith("?"):
            details[field] = known[field]
    pictures = _pictures(world, kind, parameters)
    if sides and "thumbnail" not in pictures and "thumbnail" in fields_of(type_of(kind)):
        pictures["thumbnail"] = world.files.add_thumbnail(upload, *sides).as_photo_size()
    return world.files.add(kind, upload, details | pictures)


def _check_size(upload: Upload, largest: int, purpose: str = "") -> None:
    if not upload.content:
        raise bad_request("file must be non-empty")
    if len(upload.content) > largest:
        size = f"File of size {len(upload.content)} bytes is too big{purpose}"
        raise bad_request(f"{size}; the maximum size is {largest} bytes")


def _pictures(world: World, kind: str, parameters: Parameters) -> Json:
    """Return the pictures that belong to the file: thumbnail, cover, and the photo of a live photo."""
    pictures: Json = {}
    for field, field_type in fields_of(type_of(kind)).items():
        if "PhotoSize" not in field_type:
            continue
        upload, earlier = parameters.upload(field), world.files.get(parameters.text(field))
        sides = picture_size(upload.content) if upload else None
        files: list[StoredFile] = []
        if upload and sides:
            files = world.files.add_photo(upload, *sides)
        elif earlier:
            files = world.files.sizes_of(earlier)
        if files:
            sizes = [file.as_photo_size() for file in files]
            pictures[field] = sizes if field_type.startswith("Array") else sizes[-1]
    return pictures
