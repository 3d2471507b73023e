"""Rendering in a process of its own: the result comes back, and a failure says nothing of the diary."""

import asyncio
import subprocess
import sys

import pytest

from bot.config import ROOT
from bot.diary import printing
from bot.diary.printing import Press

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'


async def test_a_picture_comes_back() -> None:
    picture = await Press().picture(SVG)
    assert picture
    assert picture.startswith(b"\x89PNG")


async def test_what_cannot_be_rendered_is_logged_without_its_text(caplog: pytest.LogCaptureFixture) -> None:
    assert await Press().picture("canary, and no picture") is None
    assert "Cannot render a page or a picture of a diary" in caplog.text
    assert "canary" not in caplog.text


async def test_a_process_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "SECONDS", 0.0)
    assert await Press().picture(SVG) is None


async def test_one_thing_is_made_at_a_time() -> None:
    press = Press()
    pictures = await asyncio.gather(press.picture(SVG), press.picture(SVG))
    assert all(pictures)


def test_a_bot_at_rest_has_loaded_none_of_the_diarys_libraries() -> None:
    script = "import sys, bot.run; print({'typst', 'resvg_py', 'cryptography'} & set(sys.modules))"
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout == "set()\n"
