"""The parameters of one request, however the bot sent them: in the URL, as a form, as JSON, or as multipart.

A parameter that is missing or unreadable is refused here. Whoever uses a parameter checks its value.
"""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson
from aiohttp.web import BaseRequest
from yarl import URL

from simulator.bot_api.refusals import Refusal, bad_request
from simulator.state.files import Upload

WHOLE_NUMBER = re.compile(r"\s*(-?\d+)")
ATTACHED = "attach://"
_REPLACEMENT_CHARACTER = "\N{REPLACEMENT CHARACTER}"


@dataclass(slots=True)
class Parameters:
    """Parameters by name, and uploads by name.

    They are read as leniently as Telegram reads them: a number may be sent as text, and JSON may be sent as text.
    """

    values: dict[str, Any] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Return whether the parameter was sent, even if it is empty."""
        return name in self.values

    def text(self, name: str) -> str:
        """Return the parameter as text; "" if it was not sent."""
        value = self.values.get(name, "")
        if isinstance(value, str):
            return value
        return "" if value is None else orjson.dumps(value).decode()

    def required(self, name: str) -> str:
        """Return the parameter as text. Refused if it is missing or empty."""
        text = self.text(name)
        if not text:
            raise bad_request(f'Parameter "{name}" is required')
        return text

    def integer(self, name: str, default: int = 0) -> int:
        """Return the parameter as a whole number; `default` if it was not sent, 0 if it is no number."""
        text = self.text(name)
        if not text:
            return default
        number = WHOLE_NUMBER.match(text)  # TDLib's to_integer stops at the first other character
        return int(number[1]) if number else 0

    def number(self, name: str) -> float:
        """Return the parameter as a number; 0 if it is none."""
        try:
            return float(self.text(name))
        except ValueError:
            return 0.0

    def flag(self, name: str) -> bool:
        """Return the parameter as yes or no. Everything but "true", "yes" and "1" is no."""
        return self.text(name).lower() in ("true", "yes", "1")

    def value(self, name: str, complaint: str) -> Any:
        """Return the parameter read as JSON, or None if it was not sent. Refused with `complaint` if it is no JSON."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        return _parsed(value, complaint) if value else None

    def upload(self, name: str) -> Upload | None:
        """Return the file sent under this name, or the file that the parameter points to with attach://."""
        reference = self.text(name)
        return self.attached(reference) if reference.startswith(ATTACHED) else self.uploads.get(name)

    def attached(self, reference: str) -> Upload | None:
        """Return the file that `reference` (attach://name) points to."""
        return self.uploads.get(reference.removeprefix(ATTACHED))


def _parsed(text: str | bytes, complaint: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise bad_request(complaint) from None


async def read_parameters(request: BaseRequest) -> Parameters:
    """Read the whole request and return its parameters. Refused if its body is not what its Content-Type says."""
    parameters = Parameters(dict(request.query) if request.query_string else {})
    if not request.body_exists:  # the method does not tell, as some libraries send a body with GET
        return parameters
    kind = request.content_type
    try:
        if kind == "multipart/form-data":
            await _add_parts(request, parameters)
        elif kind == "application/json":
            body = await request.read()
            fields = _parsed(body, "can't parse JSON object") if body.strip() else {}
            if not isinstance(fields, dict):
                raise bad_request("expected a JSON object")
            parameters.values.update(fields)
        elif kind == "application/x-www-form-urlencoded":
            parameters.values.update(form_fields((await request.read()).decode()))
    except ConnectionResetError:  # the bot has hung up and will not read this refusal
        raise bad_request("the request ended early") from None
    except ValueError:
        raise bad_request("strings must be encoded in UTF-8") from None
    return parameters


def form_fields(form: str) -> list[tuple[str, str]]:
    """Return the names and values of a form. ValueError if they are not encoded in UTF-8."""
    # yarl decodes in C, twenty times as fast as parse_qsl, but puts U+FFFD in place of bytes that are not UTF-8.
    fields = list(URL.build(query_string=form, encoded=True).query.items())
    if any(_REPLACEMENT_CHARACTER in name + value for name, value in fields):
        return parse_qsl(form, keep_blank_values=True, errors="strict")
    return fields


async def _add_parts(request: BaseRequest, parameters: Parameters) -> None:
    try:
        parts: Any = await request.multipart()
        async for part in parts:
            # A multipart form inside the form has no `read`. The AttributeError is refused below.
            content, name = bytes(await part.read(decode=True)), str(part.name)
            if part.filename is None:
                parameters.values[name] = content.decode(errors="replace")
            else:
                kind = part.headers.get("Content-Type", "application/octet-stream")
                parameters.uploads[name] = Upload(part.filename, kind, content)
    except (ValueError, RuntimeError, AttributeError, TypeError):
        raise Refusal(400, "Bad Request: can't parse multipart form") from None
