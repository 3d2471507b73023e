"""The parameters of one request, however they were sent: query, form, JSON or multipart."""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson
from aiohttp import BodyPartReader
from aiohttp.web import BaseRequest

from simulator.bot_api.refusals import Refusal, bad_request

_WHOLE_NUMBER = re.compile(r"\s*(-?\d+)")
_ATTACHED = "attach://"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a request."""

    name: str
    mime_type: str
    content: bytes


@dataclass(slots=True)
class Parameters:
    """Parameters by name. Read leniently, as Telegram does: a number may be text and text may be JSON."""

    values: dict[str, Any] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Whether the parameter was sent at all."""
        return name in self.values

    def text(self, name: str) -> str:
        """The parameter as text; "" if it is absent."""
        value = self.values.get(name, "")
        if isinstance(value, str):
            return value
        return "" if value is None else orjson.dumps(value).decode()

    def integer(self, name: str, default: int = 0) -> int:
        """The parameter as a whole number; `default` if it is absent, 0 if it is no number."""
        text = self.text(name)
        if not text:
            return default
        number = _WHOLE_NUMBER.match(text)
        return int(number[1]) if number else 0

    def number(self, name: str) -> float:
        """The parameter as a number; 0 if it is none."""
        try:
            return float(self.text(name))
        except ValueError:
            return 0.0

    def flag(self, name: str) -> bool:
        """The parameter as yes or no."""
        return self.text(name).lower() in ("true", "yes", "1")

    def value(self, name: str, complaint: str) -> Any:
        """The parameter read as JSON, None if absent; refused with `complaint` if it is not JSON."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        return _parsed(value, complaint) if value else None

    def upload(self, name: str) -> Upload | None:
        """The file sent under this name, or the one that the parameter points to with attach://."""
        reference = self.text(name)
        return self.attached(reference) if reference.startswith(_ATTACHED) else self.uploads.get(name)

    def attached(self, reference: str) -> Upload | None:
        """The file that `reference` (attach://name) points to."""
        return self.uploads.get(reference.removeprefix(_ATTACHED))


def _parsed(text: str | bytes, complaint: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise bad_request(complaint) from None


async def decode(request: BaseRequest) -> Parameters:
    """Read the whole request. Refused if the body cannot be read as what it says it is."""
    parameters = Parameters(dict(request.query) if request.query_string else {})
    if request.method == "POST":
        try:
            await _add_body(request, parameters)
        except ConnectionResetError:  # whoever asked is gone, and will not read this either
            raise bad_request("the request ended early") from None
    return parameters


async def _add_body(request: BaseRequest, parameters: Parameters) -> None:
    kind = request.content_type
    if kind == "multipart/form-data":
        await _add_parts(request, parameters)
    elif kind == "application/json":
        parameters.values.update(_fields(await request.read()))
    elif kind == "application/x-www-form-urlencoded":
        parameters.values.update(_form(await request.read()))


def _fields(body: bytes) -> dict[str, Any]:
    fields = _parsed(body, "can't parse JSON object") if body.strip() else {}
    if not isinstance(fields, dict):
        raise bad_request("expected a JSON object")
    return fields


def _form(body: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, errors="strict"))
    except (UnicodeDecodeError, ValueError):
        raise bad_request("strings must be encoded in UTF-8") from None


async def _add_parts(request: BaseRequest, parameters: Parameters) -> None:
    try:
        parts: Any = await request.multipart()  # a form within the form has no `read`, and is refused below
        async for part in parts:
            _add_part(part, bytes(await part.read(decode=True)), parameters)
    except (ValueError, RuntimeError, AttributeError, TypeError):
        raise Refusal(400, "Bad Request: can't parse multipart form") from None


def _add_part(part: BodyPartReader, content: bytes, parameters: Parameters) -> None:
    name = str(part.name)
    if part.filename is None:
        parameters.values[name] = content.decode(errors="replace")
    else:
        kind = part.headers.get("Content-Type", "application/octet-stream")
        parameters.uploads[name] = Upload(part.filename, kind, content)
