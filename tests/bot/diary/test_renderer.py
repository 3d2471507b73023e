"""Rendering in a process of its own: the result comes back, and a failure says nothing of the diary."""

import asyncio
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from bot.config import ROOT
from bot.diary import renderer
from bot.diary.renderer import Renderer, RendererBusyError

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'


async def test_a_picture_comes_back() -> None:
    picture = await Renderer().picture(SVG)
    assert picture
    assert picture.startswith(b"\x89PNG")


async def test_what_cannot_be_rendered_is_logged_without_its_text(caplog: pytest.LogCaptureFixture) -> None:
    assert await Renderer().picture("canary, and no picture") is None
    assert "Cannot render a page or a picture of a diary" in caplog.text
    assert "canary" not in caplog.text


async def test_a_process_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renderer, "SECONDS", 0.0)
    assert await Renderer().picture(SVG) is None


async def test_a_process_that_nobody_waits_for_any_more_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "canary")
    started, processes = threading.Event(), []

    class Noted(subprocess.Popen[bytes]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            processes.append(self)
            started.set()

    monkeypatch.setattr(subprocess, "Popen", Noted)
    waiting = asyncio.create_task(Renderer().picture(SVG))
    await asyncio.to_thread(started.wait)
    (process,) = processes
    assert b"canary" not in Path(f"/proc/{process.pid}/environ").read_bytes(), "it needs no secret"
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await asyncio.to_thread(process.wait) == -signal.SIGKILL


async def test_too_many_do_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renderer, "MOST_WAITING", 2)
    busy = Renderer()
    made = await asyncio.gather(*(busy.picture(SVG) for _ in range(3)), return_exceptions=True)
    assert [type(picture) for picture in made] == [bytes, bytes, RendererBusyError]
    assert await busy.picture(SVG), "it has room again"


async def test_one_thing_is_made_at_a_time() -> None:
    drawer = Renderer()
    pictures = await asyncio.gather(drawer.picture(SVG), drawer.picture(SVG))
    assert all(pictures)


def test_a_bot_at_rest_has_loaded_none_of_the_diarys_libraries() -> None:
    script = "import sys, bot.run; print({'typst', 'resvg_py', 'cryptography'} & set(sys.modules))"
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout == "set()\n"
