"""The Bot API as data: ``python -m assets.bot_api api.json`` writes ``simulator/specification.json``.

``api.json`` is that of the public repository PaulSonOfLars/telegram-bot-api-spec. The simulator needs names and types
only, so descriptions are left out. A line is one method or one type.
"""

import sys
from pathlib import Path
from typing import Any

import orjson

TARGET = Path(__file__).parent.parent / "simulator" / "specification.json"


def shortened(source: dict[str, Any]) -> str:
    """Return the text of the target file for the content of `api.json`."""
    methods = {
        name: {"returns": "|".join(method["returns"]), "fields": _fields(method)}
        for name, method in source["methods"].items()
    }
    types = {
        name: {"subtypes": kind["subtypes"]} if "subtypes" in kind else {"fields": _fields(kind)}
        for name, kind in source["types"].items()
    }
    head = f'{{"version": {_line(source["version"])},\n'
    return f'{head}"methods": {_lines(methods)},\n"types": {_lines(types)}}}\n'


def _fields(owner: dict[str, Any]) -> dict[str, str]:
    """Return the type of each field by its name. A question mark at the end marks an optional field."""
    return {
        field["name"]: "|".join(field["types"]) + ("" if field["required"] else "?")
        for field in owner.get("fields", ())
    }


def _lines(values: dict[str, Any]) -> str:
    return "{\n" + ",\n".join(f"{_line(name)}: {_line(value)}" for name, value in values.items()) + "}"


def _line(value: Any) -> str:
    return orjson.dumps(value).decode()


if __name__ == "__main__":
    TARGET.write_text(shortened(orjson.loads(Path(sys.argv[1]).read_bytes())), encoding="utf-8")
    print(f"{TARGET.name}  {TARGET.stat().st_size / 1000:.1f} kB")
