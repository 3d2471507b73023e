"""sendPhoto, sendDocument and sendAnimation, and the content of a message that holds a file."""

from collections.abc import Sequence

from simulator.bot_api.chat_access import writable_chat
from simulator.bot_api.methods.sending import send
from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import bad_request
from simulator.bot_api.texts import caption, caption_of
from simulator.json_objects import Json
from simulator.state.files import StoredFile, Upload
from simulator.state.pictures import picture_size
from simulator.state.world import World

# In bytes, from the Bot API's "Sending files".
LARGEST_UPLOAD = 50 * 1024 * 1024
LARGEST_PHOTO = 10 * 1024 * 1024

# In pixels, from the Bot API's sendPhoto.
_LARGEST_SUM_OF_SIDES = 10_000
_LARGEST_RATIO_OF_SIDES = 20

_KINDS = ("photo", "document", "animation")
_FLAGS = {"show_caption_above_media": "show_caption_above_media", "has_spoiler": "has_media_spoiler"}
"""The field of the message for each flag of the request."""


def send_photo(world: World, parameters: Parameters) -> Json:
    """Carry out `sendPhoto` with an upload or the file id of a photo."""
    return _send_file(world, parameters, "sendPhoto", "photo")


def send_document(world: World, parameters: Parameters) -> Json:
    """Carry out `sendDocument` with an upload or a file id."""
    return _send_file(world, parameters, "sendDocument", "document")


def send_animation(world: World, parameters: Parameters) -> Json:
    """Carry out `sendAnimation` with an upload or a file id."""
    return _send_file(world, parameters, "sendAnimation", "animation")


def _send_file(world: World, parameters: Parameters, method: str, kind: str) -> Json:
    reference, upload = parameters.text(kind), parameters.upload(kind)
    if upload is None and (not reference or reference.startswith("attach://")):
        raise bad_request(f"There is no {kind} in the request")
    words = caption(world, parameters)
    flags = {field: True for name, field in _FLAGS.items() if parameters.flag(name)}
    writable_chat(world, parameters.text("chat_id"))  # a refused request must not store its file
    content = _content(world, kind, reference, upload, parameters.integer("duration"))
    return send(world, parameters, method, content | words | flags)


def media_content(world: World, parameters: Parameters, media: Json) -> Json:
    """Return the fields of a message that an InputMedia object stands for. Refused as Telegram refuses."""
    kind = str(media.get("type", "")).lower()
    if kind not in _KINDS:
        raise bad_request(f'Can\'t parse InputMedia: type "{kind}" is unsupported')
    reference = str(media.get("media", ""))
    upload = parameters.attached(reference) if reference.startswith("attach://") else None
    if not reference or (upload is None and reference.startswith("attach://")):
        raise bad_request("Can't parse InputMedia: media not found")
    source, parse_mode = str(media.get("caption") or ""), str(media.get("parse_mode") or "")
    words = caption_of(world, source, parse_mode, media.get("caption_entities"))
    flags = {field: True for name, field in _FLAGS.items() if media.get(name)}
    return _content(world, kind, reference, upload, Parameters(media).integer("duration")) | words | flags


def _content(world: World, kind: str, reference: str, upload: Upload | None, duration: int) -> Json:
    files = _stored_upload(world, kind, upload) if upload is not None else _earlier_files(world, kind, reference)
    if kind == "photo":
        return {"photo": [file.as_photo_size() for file in files]}
    document = {"document": files[0].as_document()}
    if kind == "animation":  # the Bot API sets `document` too, for bots that do not know animations
        return {"animation": files[0].as_animation(duration), **document}
    return document


def _stored_upload(world: World, kind: str, upload: Upload) -> Sequence[StoredFile]:
    largest, purpose = (LARGEST_PHOTO, " for a photo") if kind == "photo" else (LARGEST_UPLOAD, "")
    if not upload.content:
        raise bad_request("file must be non-empty")
    if len(upload.content) > largest:
        size = f"File of size {len(upload.content)} bytes is too big{purpose}"
        raise bad_request(f"{size}; the maximum size is {largest} bytes")
    if kind != "photo":
        return [world.files.add(kind, upload)]
    sides = picture_size(upload.content)
    if sides is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if sum(sides) > _LARGEST_SUM_OF_SIDES or max(sides) > _LARGEST_RATIO_OF_SIDES * min(sides):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return world.files.add_photo(upload, *sides)


def _earlier_files(world: World, kind: str, reference: str) -> Sequence[StoredFile]:
    """Return the file with this file id, or all sizes of a photo. Refused if it cannot be sent as `kind`."""
    file = world.files.get(reference)
    if file is None:
        raise bad_request(
            "Failed to get HTTP URL content"  # nothing is fetched here
            if reference.startswith(("http://", "https://"))
            else "Wrong remote file identifier specified: can't unserialize it. Wrong last symbol"
        )
    if file.kind != kind and "photo" in (file.kind, kind):
        raise bad_request(f"can't use file of type {file.kind.title()} as {kind.title()}")
    return world.files.sizes_of(file) if kind == "photo" else [file]


METHODS = {"sendphoto": send_photo, "senddocument": send_document, "sendanimation": send_animation}
