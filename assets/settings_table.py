"""The table of the settings in README.md: ``python -m assets.settings_table`` writes it from their classes.

A row is a field: its name in capitals, its docstring and its default.
"""

import ast
import inspect
import re
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from bot import config
from bot.config import ROOT, LocalSettings, Settings

README = ROOT / "README.md"
HEADER = "| setting | meaning | default |\n|---|---|---|\n"
GENERATED = re.compile(re.escape(HEADER) + r"(\| `[A-Z_]+` \|.*\n)*")
"""The header and the rows of one setting each. Below them stand rows of other things, written by hand."""


def table() -> str:
    """Return the header and a row for each setting, those of the bot before those of the machine."""
    return HEADER + "".join(
        f"| `{name.upper()}` | {meaning} | {_shown(Settings.model_fields[name].default)} |\n"
        for kind in (Settings, LocalSettings)
        for name, meaning in _docstrings(kind).items()
    )


def _docstrings(kind: type[LocalSettings]) -> dict[str, str]:
    """Return the docstring of each field, in Markdown on one line."""
    (definition,) = ast.parse(inspect.getsource(kind)).body
    assert isinstance(definition, ast.ClassDef)
    fields = [node for node in definition.body if isinstance(node, ast.AnnAssign)]
    texts = {ast.unparse(field.target): _text_below(definition.body, field) for field in fields}
    return {name: " ".join(text.replace("``", "`").split()) for name, text in texts.items()}


def _text_below(body: list[ast.stmt], field: ast.stmt) -> str:
    match body[body.index(field) + 1]:
        case ast.Expr(ast.Constant(str(text))):
            return text
    raise LookupError(f"{ast.unparse(field)} has no docstring in {config.__file__}")


def _shown(default: Any) -> str:
    value = default.get_secret_value() if isinstance(default, SecretStr) else default
    if isinstance(value, Path):
        return "this folder"
    if isinstance(value, bool):
        return "`yes`" if value else "`no`"
    return "none" if value is PydanticUndefined or not value else f"`{value}`"


def write() -> None:
    """Write the table into README.md."""
    text = README.read_text(encoding="utf-8")
    README.write_text(GENERATED.sub(lambda _: table(), text, count=1), encoding="utf-8")


if __name__ == "__main__":
    write()
