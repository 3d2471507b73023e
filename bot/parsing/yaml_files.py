"""Reads YAML files, also ahead: in a process of its own, while the bot is still being imported.

Loading the library and reading the content take a tenth of a second, in which a second processor has little to do at a
start. The library, of 3 MiB, does not stay in the bot's memory. The process is started as
``python -m bot.parsing.yaml_files FILE...``. It writes what it has read to its standard output, and ends.
"""

import marshal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

ROOT = Path(__file__).parents[2]
Read: TypeAlias = Callable[[Path], Any]
"""Returns the value of a YAML file, and raises as ``read`` does."""


def read(file: Path) -> Any:
    """Return the value of a file in YAML 1.2.

    Raises ``OSError``, ``UnicodeDecodeError``, and the ``YAMLError`` of ruamel.yaml.
    """
    from ruamel.yaml import YAML  # noqa: PLC0415  # not needed here if the files are read ahead
    from ruamel.yaml.resolver import VersionedResolver  # noqa: PLC0415

    class Yaml12Resolver(VersionedResolver):
        """Has YAML's version as a constant. Computing it for each value took a third of the time that reading takes."""

        processing_version = (1, 2)

    yaml = YAML(typ="safe")  # fast, because it is written in C, but it does not know the lines of keys
    yaml.Resolver = Yaml12Resolver
    return yaml.load(file)


class Ahead:
    """Begins to read ``files`` in a process of its own."""

    def __init__(self, files: Sequence[Path]) -> None:
        self._files = files
        self._trees: dict[Path, Any] | None = None
        self._process = subprocess.Popen(  # noqa: S603  # the bot itself
            [sys.executable, "-m", "bot.parsing.yaml_files", *(file.absolute() for file in files)],
            cwd=ROOT,
            env={},  # it needs no token and no address of the database
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what cannot be read there is read again here, and reported
        )

    def read(self, file: Path) -> Any:
        """Return the value of a file as ``read`` does. A file that was not read ahead is read now."""
        if self._trees is None:
            output, _ = self._process.communicate()
            # Our own process has written it, with the same Python.
            trees = marshal.loads(output) if self._process.returncode == 0 else []  # noqa: S302
            self._trees = dict(zip(self._files, trees, strict=False))
        return self._trees[file] if file in self._trees else read(file)


if __name__ == "__main__":
    marshal.dump([read(Path(file)) for file in sys.argv[1:]], sys.stdout.buffer)
