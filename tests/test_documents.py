"""The documents name only what exists, and the map in docs/architecture.md shows every folder."""

import re
from pathlib import Path

import pytest

from assets.settings_table import table
from bot.config import ROOT, Settings
from tests.support.house_numbers import PRODUCT, sources

DOCUMENTS = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", *(f"docs/{path.name}" for path in ROOT.glob("docs/*.md"))]
ADDED_BY_RECIPE = {ROOT / "handlers" / "hello.py", ROOT / "tests" / "handlers" / "test_hello.py"}
MAP_DEPTH = 2
"""The map shows the packages and the folders in them."""


@pytest.mark.parametrize("document", DOCUMENTS)
def test_everything_that_a_document_names_exists(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    paths = re.findall(r"`((?:bot|handlers|scheduler|simulator|tests|benchmarks|assets|docs)/[\w./-]*)`", text)
    named = {(ROOT / document).parent / link for link in links} | {ROOT / path for path in paths}
    assert [str(path) for path in named - ADDED_BY_RECIPE if not path.exists()] == []


def paths_in_the_map() -> list[Path]:
    """Return the files and folders of the map, which is an indented block with one entry for each line."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    block = text.partition("## Where to find what\n\n")[2].partition("\n\n")[0]
    paths, parents = [], {0: Path()}
    for indent, entry in re.findall(r"^ {4}( *)(\S+)", block, re.MULTILINE):
        paths.append(parents[len(indent)] / entry)
        parents[len(indent) + 2] = paths[-1]
    return paths


def test_the_map_shows_only_what_exists() -> None:
    assert [str(path) for path in paths_in_the_map() if not (ROOT / path).exists()] == []


def test_the_map_shows_every_folder() -> None:
    folders = {source.path.parent for package in PRODUCT for source in sources(ROOT, package)}
    assert {folder for folder in folders if len(folder.parts) <= MAP_DEPTH} - set(paths_in_the_map()) == set()


def test_the_table_of_the_settings_is_made_from_their_classes() -> None:
    """``make settings`` writes it."""
    rows = table().splitlines()[2:]
    assert {row.split("`")[1] for row in rows} == {name.upper() for name in Settings.model_fields}
    assert table() in (ROOT / "README.md").read_text(encoding="utf-8")
