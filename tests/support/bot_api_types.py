"""Whether a JSON value is what the Bot API promises: checked against the specification, at every depth."""

from collections.abc import Iterator
from typing import Any

from simulator.specification import fields_of, subtypes_of

_PLAIN: dict[str, Any] = {"String": str, "Integer": int, "Boolean": bool, "Float": (int, float)}
_ARRAY = "Array of "


def problems(value: Any, kind: str, where: str = "") -> Iterator[str]:
    """Yield what is wrong with a value of this type. `where` is the path to it, such as `message.chat`."""
    alternatives = [list(_problems(value, alternative, where or kind)) for alternative in kind.split("|")]
    yield from min(alternatives, key=len)


def _problems(value: Any, kind: str, where: str) -> Iterator[str]:
    if kind.startswith(_ARRAY):
        yield from _problems_of_array(value, kind.removeprefix(_ARRAY), where)
    elif kind in _PLAIN:
        is_right = isinstance(value, _PLAIN[kind]) and (kind == "Boolean" or not isinstance(value, bool))
        if not is_right:
            yield f"{where}: {value!r} is no {kind}"
    elif subtypes := subtypes_of(kind):
        yield from min((list(_problems(value, subtype, where)) for subtype in subtypes), key=len)
    elif not isinstance(value, dict):
        yield f"{where}: {value!r} is no {kind}"
    else:
        yield from _problems_of_object(value, fields_of(kind), where)


def _problems_of_array(value: Any, kind: str, where: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{where}: {value!r} is no array"
        return
    for number, item in enumerate(value):
        yield from problems(item, kind, f"{where}[{number}]")


def _problems_of_object(value: dict[str, Any], fields: dict[str, str], where: str) -> Iterator[str]:
    for name, kind in fields.items():
        if name in value:
            yield from problems(value[name], kind.removesuffix("?"), f"{where}.{name}")
        elif not kind.endswith("?"):
            yield f"{where}.{name} is missing"
    for name in value.keys() - fields.keys():
        yield f"{where}.{name} does not exist"
