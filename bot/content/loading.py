"""Every word, fact, default, price and link: read from ``content.yaml`` and its translations.

``content.yaml`` is the whole of it in English; ``content.<language>.yaml`` lies over it with the same keys, words
only. All are checked whole before the bot starts: unknown and missing keys, Telegram's limits, HTML that parses,
placeholders that the code really fills in. A problem names file, line and key.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from pydantic import ValidationError, create_model
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from bot.content import Edition, Model
from bot.errors import ContentError
from bot.parsing.text import closest

DEFAULT_LANGUAGE = "en"
FACTS = frozenset(
    {"article", "note", "source", "next", "picture", "file", "url", "price", "also"}
    | {"times", "days", "most", "silent", "hours_before_bed", "minutes_before_bed", "page", "must_arrive"}
)
"""Keys that stand in ``content.yaml`` only: they are the same in every language."""

MISSING, UNKNOWN, SURPLUS = "is missing", "is not a key that the bot knows", "is not in content.yaml"
_SAID = {"missing": MISSING, "extra_forbidden": UNKNOWN}
"""Our words for pydantic's."""

Tree: TypeAlias = dict[str, Any]
Key: TypeAlias = tuple[str | int, ...]


class Content(dict[str, Edition]):
    """The editions by language code. ``DEFAULT_LANGUAGE`` is always there."""

    def __repr__(self) -> str:
        """Which languages there are: a line of the log has no room for all the words."""
        return f"{type(self).__name__}({', '.join(self)})"

    def edition(self, *languages: str | None) -> Edition:
        """The first of these languages (BCP 47, ``sv-FI`` counts as ``sv``) that there is an edition in.

        They come from people's phones: what is no language is passed over.
        """
        codes = (code.partition("-")[0].lower() for code in languages if isinstance(code, str))
        return next((self[code] for code in codes if code in self), self[DEFAULT_LANGUAGE])

    def names(self, command: str) -> list[str]:
        """Every name of a command, in all languages, its own first. Raises ``ContentError`` if it has none."""
        if command not in self.edition().commands:
            raise ContentError(f"content.yaml: commands.{command}: is missing, and the bot answers it")
        every = [command]
        for edition in self.values():
            every += [edition.commands[command].name, *edition.commands[command].also]
        return list(dict.fromkeys(every))


def load(folder: Path, sections: Mapping[str, type[Model]]) -> Content:
    """Read and check all the content in ``folder``; ``sections`` are the handlers' own words by module name.

    Raises ``ContentError`` with every problem found; translations are looked at once the English file is right.
    """
    fields: dict[str, Any] = {name: (each, ...) for name, each in sections.items()}
    kind = create_model("Edition", __base__=Edition, **fields)
    kind.block_names = {words: name for name, words in sections.items()}
    base_file = folder / "content.yaml"
    base = _read(base_file)
    english, found = _edition(kind, base, base_file)
    problems = [problem((base_file,), key, what) for key, what in found]
    if english is None or problems:
        raise ContentError("\n".join(dict.fromkeys(problems)))
    content = Content({english.code: english})
    for file in sorted(folder.glob("content.*.yaml")):
        words = _read(file)
        edition, found = _edition(kind, _laid_over(base, words), file)
        differences = _named_once(list(_differences(base, words)))
        problems += [problem((file,), key, what) for key, what in differences]
        problems += [problem((file, base_file), key, what) for key, what in found if key not in dict(differences)]
        if edition:
            content[edition.code] = edition
    if problems:
        raise ContentError("\n".join(dict.fromkeys(problems)))
    return content


def _edition(kind: type[Edition], tree: Tree, file: Path) -> tuple[Edition | None, list[tuple[Key, str]]]:
    """One edition, or none, and all that is wrong with it."""
    code = file.name.removeprefix("content.").removesuffix("yaml").strip(".") or DEFAULT_LANGUAGE
    named = [] if tree.get("code") == code else [(("code",), f"must be {code}, as the file is named")]
    try:
        edition = kind.model_validate(tree)
    except ValidationError as error:
        return None, [
            *named,
            *_named_once([(each["loc"], _SAID.get(each["type"], each["msg"])) for each in error.errors()]),
        ]
    return edition, [*named, *edition.problems(), *_missing_pictures(edition, file.parent / "assets")]


def _named_once(found: list[tuple[Key, str]]) -> list[tuple[Key, str]]:
    """A key that is unknown and one that is missing beside it and alike are one slip, and told as one."""
    missing = {key for key, what in found if what == MISSING}
    meant = {}
    for key, what in found:
        beside = [str(each[-1]) for each in missing if each[:-1] == key[:-1]]
        if what in {UNKNOWN, SURPLUS} and (name := closest(str(key[-1]), beside)):
            missing.discard((*key[:-1], name))
            meant[key] = f"; did you mean {name}?"
    return [(key, what + meant.get(key, "")) for key, what in found if what != MISSING or key in missing]


def _missing_pictures(edition: Edition, folder: Path) -> Iterator[tuple[Key, str]]:
    for name, picture in edition.pictures.items():
        if not (folder / picture.file).is_file():
            yield ("pictures", name, "file"), f"{picture.file} is not in assets/"


def _read(file: Path) -> Tree:
    try:
        tree = YAML(typ="safe").load(file)
    except OSError as error:
        raise ContentError(f"{file.name}: cannot be read ({error.strerror})") from None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ContentError(f"{file.name}:{line}: {error.problem}") from None
    except (YAMLError, UnicodeDecodeError):
        raise ContentError(
            f"{file.name}:{_odd_line(file)}: has a character that no text has; write it as UTF-8"
        ) from None
    if not isinstance(tree, dict):
        raise ContentError(f"{file.name}:1: is not a mapping of keys to values")
    return tree


def _odd_line(file: Path) -> int:
    """The line of the first byte that is no UTF-8, or no printable text."""
    for number, line in enumerate(file.read_bytes().splitlines(), start=1):
        if not line.decode("utf-8", "replace").replace("\t", " ").isprintable() or b"\xff" in line:
            return number
    return 1


def _differences(base: Any, words: Any, key: Key = ()) -> Iterator[tuple[Key, str]]:
    """What a translation has too much or too little of, compared with the English file."""
    if base is words or not (isinstance(base, dict) and isinstance(words, dict)):
        return
    for name in words.keys() - base.keys():
        yield (*key, name), SURPLUS
    for name in words.keys() & FACTS:
        yield (*key, name), "is a fact: it stands in content.yaml only"
    for name in base.keys() - FACTS:
        if name in words:
            yield from _differences(base[name], words[name], (*key, name))
        elif _has_words(base[name]):
            yield (*key, name), MISSING


def _has_words(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_words(each) for name, each in value.items() if name not in FACTS)
    return isinstance(value, list | str)


def _laid_over(base: Any, words: Any) -> Any:
    if isinstance(base, dict) and isinstance(words, dict):
        return {**base, **{name: _laid_over(base.get(name), each) for name, each in words.items()}}
    return words


def problem(files: tuple[Path, ...], key: Key, what: str) -> str:
    """The problem on the line of its key, or of the nearest key above that is there; in the first file that has it."""
    found = [(*_place(YAML().load(file), key), file) for file in files]
    _, line, file = max(found, key=lambda each: each[0])
    return f"{file.name}:{line}: {'.'.join(map(str, key))}: {what.removeprefix('Value error, ')}"


def _place(tree: Any, key: Key) -> tuple[int, int]:
    depth, line = 0, 1
    for name in key:
        try:
            line = tree.lc.data[name][0] + 1
            tree = tree[name]
        except (AttributeError, KeyError, TypeError):
            break
        depth += 1
    return depth, line
