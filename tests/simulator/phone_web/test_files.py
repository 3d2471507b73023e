from pathlib import Path

import pytest

from simulator import Person
from simulator.phone_web import files
from tests.support.bot_api_client import Client
from tests.support.pictures import png


async def get(bot: Client, path: str) -> tuple[int, str, bytes]:
    async with bot.http.get(bot.simulator.url + path) as answer:
        return answer.status, answer.content_type, await answer.read()


async def test_pictures_are_shown(bot: Client, anna: Person) -> None:
    message = await bot.with_files("sendPhoto", {"photo": png(9, 9)}, chat_id=anna.id)
    got = await get(bot, f"/phone/files/{message['photo'][0]['file_id']}")
    assert got == (200, "image/png", png(9, 9))


async def test_recordings_can_be_played(bot: Client, anna: Person) -> None:
    message = await bot.with_files("sendVoice", {"voice": b"OggS"}, chat_id=anna.id)
    assert await get(bot, f"/phone/files/{message['voice']['file_id']}") == (200, "audio/ogg", b"OggS")


async def test_other_files_are_downloaded_not_shown(bot: Client, anna: Person) -> None:
    page = b"<script>alert(1)</script>"
    message = await bot.with_files("sendDocument", {"document": page}, chat_id=anna.id)
    _, kind, content = await get(bot, f"/phone/files/{message['document']['file_id']}")
    assert content == page
    assert kind != "text/html"


async def test_the_files_of_the_page(bot: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "index.html").write_text("<title>Chat</title>")
    (tmp_path / "chat.js").write_text("start()")
    monkeypatch.setattr(files, "PAGE", tmp_path)
    assert await get(bot, "/") == (200, "text/html", b"<title>Chat</title>")
    assert await get(bot, "/page/chat.js") == (200, "text/javascript", b"start()")
    assert (await get(bot, "/page/chat.css"))[0] == 404
