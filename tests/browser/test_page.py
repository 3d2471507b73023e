"""The files of the chat page, checked without a browser."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "simulator" / "page"
FILES = sorted(PAGE.iterdir())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_nothing_is_loaded_from_another_host(file: Path) -> None:
    addresses = re.findall(r"https?://[\w.]+", file.read_text(encoding="utf-8"))
    assert set(addresses) <= {"http://www.w3.org"}


@pytest.mark.parametrize("file", sorted(PAGE.glob("*.js")), ids=lambda file: file.name)
def test_no_text_is_parsed_as_markup(file: Path) -> None:
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|DOMParser", file.read_text())


def test_the_logo_is_the_one_of_the_assets() -> None:
    assert (PAGE / "charley.svg").read_bytes() == (ROOT / "assets" / "charley.svg").read_bytes()


def test_every_word_has_every_language_and_is_used() -> None:
    english, swedish = (PAGE / "words.js").read_text().split("  sv: {")
    keys = [set(re.findall(r"\b(\w+): \"", part)) for part in (english.split("  en: {")[1], swedish.split("};")[0])]
    assert keys[0] == keys[1]
    page = "".join(file.read_text() for file in FILES if file.name != "words.js")
    assert [key for key in keys[0] if f'"{key}"' not in page] == []
