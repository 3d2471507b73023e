"""Count what can be counted about the code's style: ``python -m tests.support.house_numbers [FOLDER ...]``.

Each folder is a checkout of the repository, by default this one. The numbers are a Markdown table with one column for
each folder. To compare with an old commit, check it out beside this one with ``git worktree add`` and name both.

The product is the Python of ``bot``, ``handlers``, ``scheduler`` and ``simulator`` without the database migrations.
"""

import ast
import io
import re
import statistics
import sys
import tokenize
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

PRODUCT = ("bot", "handlers", "scheduler", "simulator")
NOT_COUNTED = Path("bot/store/migrations")
VAGUE_NAMES = ("each", "found", "told", "asked")
SHORT_DOCSTRING_WORDS = 4
DIRECTIVE = re.compile(r"#\s*(noqa(:\s*[A-Z0-9, ]+)?|type:\s*ignore(\[[\w-]+\])?|fmt:\s*\w+|pragma:[\w ]+)\s*")
"""A comment for a tool. It does not count as a comment unless a reason follows it."""
LAYOUT = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}
Function = ast.FunctionDef | ast.AsyncFunctionDef
Documented = Function | ast.ClassDef | ast.Module


@dataclass(frozen=True)
class Source:
    """One Python file: its text and its syntax tree."""

    path: Path
    text: str
    tree: ast.Module

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of the tree. To walk through all trees takes a second, so it is done once."""
        return list(ast.walk(self.tree))

    @property
    def lines(self) -> int:
        """All lines of the file, also empty ones."""
        return len(self.text.splitlines())

    def functions(self) -> list[Function]:
        """Every function and method, nested ones too."""
        return [node for node in self.nodes if isinstance(node, Function)]


def sources(root: Path, folder: str) -> list[Source]:
    """The Python files below ``folder``, with paths relative to ``root``."""
    result = []
    for file in sorted((root / folder).rglob("*.py")):
        path = file.relative_to(root)
        if NOT_COUNTED not in path.parents:
            text = file.read_text(encoding="utf-8")
            result.append(Source(path, text, ast.parse(text)))
    return result


def private_functions_called_once(source: Source) -> int:
    """Private functions and methods whose name occurs exactly once in the file besides the definition: in a call.

    A function that is handed over as a value, such as a callback, is not counted. It cannot be folded into a caller.
    """
    uses = Counter(map(_name_of, source.nodes))
    calls = Counter(_name_of(node.func) for node in source.nodes if isinstance(node, ast.Call))
    owners = [node for node in source.nodes if isinstance(node, ast.ClassDef | ast.Module)]
    names = [node.name for owner in owners for node in owner.body if isinstance(node, Function)]
    private = [name for name in names if name.startswith("_") and not name.startswith("__")]
    return sum(uses[name] == calls[name] == 1 for name in private)


def _name_of(node: ast.AST) -> str | None:
    match node:
        case ast.Name(name) | ast.Attribute(attr=name):
            return name
    return None


def short_docstrings(source: Source) -> int:
    """Docstrings of a module, class or function that have four words or fewer."""
    documented = [node for node in source.nodes if isinstance(node, Documented)]
    docstrings = [text for node in documented if (text := ast.get_docstring(node))]
    return sum(len(text.split()) <= SHORT_DOCSTRING_WORDS for text in docstrings)


def names_used(source: Source) -> Iterator[str]:
    """Yield the name of every variable and parameter, once for each place where it stands."""
    for node in source.nodes:
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg


def lines_of_code(source: Source) -> tuple[int, int]:
    """How many lines hold code, and how many hold a comment that says something to a reader."""
    strings: set[int] = set()
    for node in source.nodes:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            strings.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    code: set[int] = set()
    comments: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        if token.type == tokenize.COMMENT and not DIRECTIVE.fullmatch(token.string):
            comments.add(token.start[0])
        elif token.type not in LAYOUT:
            code.update(range(token.start[0], token.end[0] + 1))
    return len(code - strings), len(comments)


def rows(root: Path) -> Iterator[tuple[str, str]]:
    """Yield the label and the number of every row of the table."""
    product: list[Source] = []
    for package in PRODUCT:
        files = sources(root, package)
        product += files
        yield f"lines in `{package}/`", f"{sum(file.lines for file in files):,}"
    yield "lines of the product in all", f"{sum(file.lines for file in product):,}"
    yield "lines in `tests/`", f"{sum(file.lines for file in sources(root, 'tests')):,}"
    yield "Python files directly in `bot/`", str(len(list((root / "bot").glob("*.py"))))
    yield "longest file of the product, in lines", str(max(file.lines for file in product))
    yield from _functions(product)
    code, comments = (sum(numbers) for numbers in zip(*map(lines_of_code, product), strict=True))
    yield "comments per 100 lines of code", f"{100 * comments / code:.1f}"
    yield "docstrings of four words or fewer", str(sum(map(short_docstrings, product)))
    names = Counter(name for file in product for name in names_used(file))
    yield from ((f"uses of the name `{name}`", str(names[name])) for name in VAGUE_NAMES)


def _functions(product: Iterable[Source]) -> Iterator[tuple[str, str]]:
    lengths = sorted((node.end_lineno or 0) - node.lineno + 1 for file in product for node in file.functions())
    tenth = statistics.quantiles(lengths, n=10)[-1]
    yield (
        "lines of a function: median, 90th percentile, longest",
        (f"{statistics.median(lengths):.0f}, {tenth:.0f}, {lengths[-1]}"),
    )
    once = sum(map(private_functions_called_once, product))
    yield "private functions called once, of all functions", f"{once} of {len(lengths):,} ({once / len(lengths):.0%})"


def main(arguments: list[str]) -> None:
    """Print the table."""
    folders = [Path(argument) for argument in arguments] or [Path()]
    columns = [dict(rows(folder)) for folder in folders]
    print(f"| | {' | '.join(folder.resolve().name for folder in folders)} |")
    print(f"|---|{'---:|' * len(folders)}")
    for label in columns[0]:
        print(f"| {label} | {' | '.join(column[label] for column in columns)} |")


if __name__ == "__main__":
    main(sys.argv[1:])
