"""Sending files, and the content that a file makes of a message."""

from collections.abc import Callable, Sequence

from simulator.bot_api.methods.sending import send
from simulator.bot_api.parameters import Parameters, Upload
from simulator.bot_api.refusals import bad_request
from simulator.bot_api.texts import caption, caption_of
from simulator.json_objects import Json
from simulator.state.files import StoredFile
from simulator.state.world import World

_FLAGS = {"show_caption_above_media": "show_caption_above_media", "has_spoiler": "has_media_spoiler"}


def send_photo(world: World, parameters: Parameters) -> Json:
    """`sendPhoto`."""
    return _send_file(world, parameters, "sendPhoto", "photo")


def send_document(world: World, parameters: Parameters) -> Json:
    """`sendDocument`."""
    return _send_file(world, parameters, "sendDocument", "document")


def send_animation(world: World, parameters: Parameters) -> Json:
    """`sendAnimation`."""
    return _send_file(world, parameters, "sendAnimation", "animation")


def _send_file(world: World, parameters: Parameters, method: str, kind: str) -> Json:
    reference, upload = parameters.text(kind), parameters.upload(kind)
    if upload is None and (not reference or reference.startswith("attach://")):
        raise bad_request(f"There is no {kind} in the request")
    words = caption(parameters, checks=world.checks)
    flags = {field: True for name, field in _FLAGS.items() if parameters.flag(name)}
    world.writable_chat(parameters.text("chat_id"))  # before the file is kept
    content = _content(world, kind, reference, upload, parameters.integer("duration"))
    return send(world, parameters, method, content | words | flags)


def media_content(world: World, parameters: Parameters, media: Json) -> Json:
    """The content that an InputMedia object makes. Refused as Telegram refuses."""
    kind = str(media.get("type", "")).lower()
    if kind not in _CONTENTS:
        raise bad_request(f'Can\'t parse InputMedia: type "{kind}" is unsupported')
    reference = str(media.get("media", ""))
    upload = parameters.attached(reference) if reference.startswith("attach://") else None
    if not reference or (upload is None and reference.startswith("attach://")):
        raise bad_request("Can't parse InputMedia: media not found")
    words = caption_of(
        str(media.get("caption") or ""),
        str(media.get("parse_mode") or ""),
        media.get("caption_entities"),
        checks=world.checks,
    )
    flags = {field: True for name, field in _FLAGS.items() if media.get(name)}
    return _content(world, kind, reference, upload, Parameters(media).integer("duration")) | words | flags


def _content(world: World, kind: str, reference: str, upload: Upload | None, duration: int) -> Json:
    return _CONTENTS[kind](_stored(world, kind, reference, upload), duration)


def _stored(world: World, kind: str, reference: str, upload: Upload | None) -> Sequence[StoredFile]:
    if upload is not None:
        return world.files.add_photo(upload) if kind == "photo" else [world.files.add(kind, upload)]
    file = world.files.get(reference)
    if file is None:
        raise _unknown(reference)
    if file.kind != kind and "photo" in (file.kind, kind):
        raise bad_request(f"can't use file of type {file.kind.title()} as {kind.title()}")
    return world.files.photo_with(file) if kind == "photo" else [file]


def _unknown(reference: str) -> Exception:
    if reference.startswith(("http://", "https://")):
        return bad_request("Failed to get HTTP URL content")
    return bad_request("Wrong remote file identifier specified: can't unserialize it. Wrong last symbol")


def _photo(files: Sequence[StoredFile], _duration: int) -> Json:
    return {"photo": [file.as_photo_size() for file in files]}


def _document(files: Sequence[StoredFile], _duration: int) -> Json:
    return {"document": files[0].as_document()}


def _animation(files: Sequence[StoredFile], duration: int) -> Json:
    """An animation is a document too, for clients that do not know animations."""
    return {"animation": files[0].as_animation(duration), "document": files[0].as_document()}


_CONTENTS: dict[str, Callable[[Sequence[StoredFile], int], Json]] = {
    "photo": _photo,
    "document": _document,
    "animation": _animation,
}

METHODS = {"sendphoto": send_photo, "senddocument": send_document, "sendanimation": send_animation}
