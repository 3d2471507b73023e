"""Reads every word, fact, default, price and link from ``content.yaml`` and its translations.

``content.yaml`` is complete, in English. ``content.<language>.yaml`` has the same keys, but only those with words. The
bot starts only if the content is right: every key is known and none is missing, Telegram accepts the length and the
HTML of every text, and the texts have the placeholders that the code fills in. Each problem is reported with its file,
line and key.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

from pydantic import ValidationError, create_model
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.resolver import VersionedResolver

from bot.content import Edition, Model
from bot.content.fields import Key, Problem
from bot.content.number_placeholders import Numbers, with_numbers
from bot.errors import ContentError
from bot.parsing.intent import Rules
from bot.parsing.text import closest

DEFAULT_LANGUAGE = "en"
FACTS = frozenset(
    {"article", "note", "source", "next", "picture", "file", "url", "price", "also", "topic"}
    | {"times", "days", "most", "silent", "hours_before_bed", "minutes_before_bed", "page", "must_arrive"}
    | {"rules", "deniable", "emergency_by_country", "advice_by_country", "in_full"}
    | {"left_picture", "right_picture", "sequence", "guided", "recordings"}
)
"""The keys of ``content.yaml`` that translations do not have, because their values are the same in every language."""
MISSING, UNKNOWN, NOT_IN_ENGLISH = "is missing", "is not a key that the bot knows", "is not in content.yaml"
PYDANTIC_TEXTS = {"missing": MISSING, "extra_forbidden": UNKNOWN}
"""Our texts for pydantic's types of errors."""

Tree: TypeAlias = dict[str, Any]


class Content(dict[str, Edition]):
    """The editions by language code. The one in ``DEFAULT_LANGUAGE`` is always there.

    Each edition names the numbers to call for people whose country is unknown.
    """

    def __init__(self, editions: Mapping[str, Edition]) -> None:
        """Take the editions as they were read, with placeholders for the numbers to call."""
        super().__init__({code: with_numbers(edition, edition.numbers.of(None)) for code, edition in editions.items()})
        self._as_read = editions
        self._by_numbers: dict[tuple[str, Numbers], Edition] = {}

    def __repr__(self) -> str:
        """Return only the languages, because a log line has no room for the whole content."""
        return f"{type(self).__name__}({', '.join(self)})"

    def edition(self, *languages: str | None, country: str | None = None) -> Edition:
        """Return the edition in the first of these languages that has one, or else in ``DEFAULT_LANGUAGE``.

        Args:
            languages: BCP 47 codes (``sv-FI`` counts as ``sv``), or any other value that a person's phone sends.
            country: The edition names the numbers to call in this country (ISO 3166 code). None if it is unknown.
        """
        codes = (code.partition("-")[0].lower() for code in languages if isinstance(code, str))
        code = next((code for code in codes if code in self), DEFAULT_LANGUAGE)
        if country is None:
            return self[code]
        edition = self._as_read[code]
        numbers = edition.numbers.of(country)
        if (code, numbers) not in self._by_numbers:  # countries with the same numbers share an edition
            self._by_numbers[code, numbers] = with_numbers(edition, numbers)
        return self._by_numbers[code, numbers]

    @cached_property
    def rules(self) -> Rules:
        """What people's texts mean: the words of all languages, and the rules.

        They are compiled at the first use, which takes a twentieth of a second. /cramp does not need them.
        """
        intents = self.edition().intents
        return Rules([edition.intents.words for edition in self.values()], intents.rules, intents.deniable.split())

    def names(self, command: str) -> list[str]:
        """Return a command's names in all languages, its key first. Raises ``ContentError`` if there is none."""
        if command not in self.edition().commands:
            raise ContentError(f"content.yaml: commands.{command}: is missing, and the bot answers it")
        names = [command]
        for edition in self.values():
            names += [edition.commands[command].name, *edition.commands[command].also]
        return list(dict.fromkeys(names))


class _Yaml12Resolver(VersionedResolver):
    """Fixes the version of YAML. The library would find it out again for each value, in a third of the reading time."""

    processing_version = (1, 2)


def load(folder: Path, blocks: Mapping[str, type[Model]]) -> Content:
    """Read and check the content.

    Args:
        folder: where ``content.yaml``, its translations and ``assets/`` are.
        blocks: the models of the topics' own words, by name of the block.

    Raises:
        ContentError: with a line for each problem. Translations are checked only if the English file has no problem.
    """
    fields: dict[str, Any] = {name: (model, ...) for name, model in blocks.items()}
    model = create_model("Edition", __base__=Edition, **fields)
    model.block_names = {block: name for name, block in blocks.items()}
    english_file = folder / "content.yaml"
    english_tree = _read_yaml(english_file)
    english, problems = _load_edition(model, english_tree, english_file)
    lines = [problem((english_file,), key, text) for key, text in problems]
    if english is None or lines:
        raise ContentError(_join_unique(lines))
    editions = {english.code: english}
    for file in sorted(folder.glob("content.*.yaml")):
        tree = _read_yaml(file)
        edition, problems = _load_edition(model, _merge_translation(english_tree, tree), file)
        differences = _with_typos_recognized(list(_key_differences(english_tree, tree)))
        different_keys = {key for key, _ in differences}  # pydantic reports these keys too
        lines += [problem((file,), key, text) for key, text in differences]
        lines += [problem((file, english_file), key, text) for key, text in problems if key not in different_keys]
        if edition:
            editions[edition.code] = edition
    if lines:
        raise ContentError(_join_unique(lines))
    return Content(editions)


def problem(files: tuple[Path, ...], key: Key, text: str) -> str:
    """Return the line that reports a problem: ``content.yaml:12: pages.night.title: is missing``.

    The line is that of the key, or of the nearest existing key above it. With several files, it is that of the first
    file that has the longest part of the key. The files are read again by a loader that knows lines and takes ten times
    as long.
    """
    places = [(*_find_key(YAML().load(file), key), file) for file in files]
    _, line, file = max(places, key=lambda place: place[0])
    return f"{file.name}:{line}: {'.'.join(map(str, key))}: {text.removeprefix('Value error, ')}"


def _load_edition(model: type[Edition], tree: Tree, file: Path) -> tuple[Edition | None, list[Problem]]:
    """Return the edition and its problems. The edition is None if values are invalid."""
    code = file.name.removeprefix("content.").removesuffix("yaml").strip(".") or DEFAULT_LANGUAGE
    problems: list[Problem] = []
    if tree.get("code") != code:
        problems.append((("code",), f"must be {code}, because the file is {file.name}"))
    try:
        edition = model.model_validate(tree)
    except ValidationError as error:
        invalid = [(item["loc"], PYDANTIC_TEXTS.get(item["type"], item["msg"])) for item in error.errors()]
        return None, problems + _with_typos_recognized(invalid)
    missing_pictures = [
        (("pictures", name, "file"), f"{picture.file} is not in assets/")
        for name, picture in edition.pictures.items()
        if not (file.parent / "assets" / picture.file).is_file()
    ]
    return edition, [*problems, *edition.problems(), *missing_pictures]


def _with_typos_recognized(problems: list[Problem]) -> list[Problem]:
    """Return the problems. A mistyped key is one problem with the right name, and not an unknown and a missing key."""
    missing = {key for key, text in problems if text == MISSING}
    hints = {}
    for key, text in problems:
        siblings = [str(other[-1]) for other in missing if other[:-1] == key[:-1]]
        if text in {UNKNOWN, NOT_IN_ENGLISH} and (name := closest(str(key[-1]), siblings)):
            missing.discard((*key[:-1], name))
            hints[key] = f"; did you mean {name}?"
    return [(key, text + hints.get(key, "")) for key, text in problems if text != MISSING or key in missing]


def _read_yaml(file: Path) -> Tree:
    yaml = YAML(typ="safe")  # fast, because it is written in C, but it does not know the lines of keys
    yaml.Resolver = _Yaml12Resolver
    try:
        tree = yaml.load(file)
    except OSError as error:
        where = "CONTENT_DIR must be the folder with it and with assets/"
        raise ContentError(f"{file.name}: cannot be read in {file.parent} ({error.strerror}); {where}") from None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ContentError(f"{file.name}:{line}: {error.problem}") from None
    except (YAMLError, UnicodeDecodeError):
        texts = (line.decode("utf-8", "replace").replace("\t", " ") for line in file.read_bytes().splitlines())
        odd = (number for number, text in enumerate(texts, start=1) if "\ufffd" in text or not text.isprintable())
        line = next(odd, 1)
        raise ContentError(f"{file.name}:{line}: has a character that no text has; save the file as UTF-8") from None
    if not isinstance(tree, dict):
        raise ContentError(f"{file.name}:1: is not a mapping of keys to values")
    return tree


def _key_differences(english: Any, words: Any, key: Key = ()) -> Iterator[Problem]:
    """Yield the keys that only the translation or only the English file has."""
    if english is words or not (isinstance(english, dict) and isinstance(words, dict)):
        return
    for name in words.keys() - english.keys():
        yield (*key, name), NOT_IN_ENGLISH
    for name in words.keys() & FACTS:
        yield (*key, name), "belongs in content.yaml only, because it is the same in every language"
    for name in english.keys() - FACTS:
        if name in words:
            yield from _key_differences(english[name], words[name], (*key, name))
        elif _has_words(english[name]):
            yield (*key, name), MISSING


def _has_words(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_words(item) for name, item in value.items() if name not in FACTS)
    return isinstance(value, list | str)


def _merge_translation(english: Any, words: Any) -> Any:
    """Return the English tree with the translated words in place of the English ones."""
    if isinstance(english, dict) and isinstance(words, dict):
        return {**english, **{name: _merge_translation(english.get(name), value) for name, value in words.items()}}
    return words


def _find_key(tree: Any, key: Key) -> tuple[int, int]:
    """Return how many names of the key exist in the tree, and the line of the last one that does."""
    depth, line = 0, 1
    for name in key:
        try:
            line = tree.lc.data[name][0] + 1
            tree = tree[name]
        except (AttributeError, KeyError, TypeError):
            break
        depth += 1
    return depth, line


def _join_unique(lines: Iterable[str]) -> str:
    return "\n".join(dict.fromkeys(lines))  # an anchor in the file repeats the problems of its block
