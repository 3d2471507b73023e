"""The Bot API as data: every method and every type, with the types of their fields.

`specification.json` is made by `assets/bot_api.py`. A field's type is written as in the Bot API's tables: alternatives
are separated by "|", "Array of" may stand before a type, and a question mark at the end marks an optional field.
"""

from functools import cache
from pathlib import Path
from typing import Any

import orjson

_FILE = Path(__file__).with_suffix(".json")


@cache
def _specification() -> dict[str, Any]:
    specification: dict[str, Any] = orjson.loads(_FILE.read_bytes())
    return specification


@cache
def method_names() -> dict[str, str]:
    """Return the name of every method by its name in lower case."""
    return {name.lower(): name for name in _specification()["methods"]}


def returned_type(method: str) -> str:
    """Return the type of a method's result. `method` is its name as the Bot API writes it."""
    kind: str = _specification()["methods"][method]["returns"]
    return kind


def parameters_of(method: str) -> dict[str, str]:
    """Return the types of a method's parameters by their names."""
    fields: dict[str, str] = _specification()["methods"][method]["fields"]
    return fields


def fields_of(kind: str) -> dict[str, str]:
    """Return the types of a type's fields by their names. A type with subtypes has no fields of its own."""
    fields: dict[str, str] = _specification()["types"][kind].get("fields", {})
    return fields


def subtypes_of(kind: str) -> list[str]:
    """Return the subtypes of a type; an empty list if it has none."""
    subtypes: list[str] = _specification()["types"][kind].get("subtypes", [])
    return subtypes
