import pytest

from simulator import Person, Simulator
from simulator.state.files import Upload
from tests.support.bot_api_client import Client
from tests.support.pictures import png


async def test_a_file_comes_back_as_it_was_sent(bot: Client, anna: Person) -> None:
    picture = png(400, 100)
    message = await bot.with_files("sendPhoto", {"photo": picture}, chat_id=anna.id)
    file = await bot("getFile", file_id=message["photo"][-1]["file_id"])
    address = f"{bot.simulator.url}/file/bot{bot.simulator.token}/{file['file_path']}"
    async with bot.http.get(address) as answer:
        assert (answer.status, await answer.read()) == (200, picture)
    assert file["file_size"] == len(picture)


@pytest.mark.parametrize(("file_id", "description"), [("", "file_id not specified"), ("x", "invalid file_id")])
async def test_missing_files(bot: Client, file_id: str, description: str) -> None:
    assert await bot.refusal("getFile", file_id=file_id) == f"Bad Request: {description}"


async def test_files_too_big_to_download(bot: Client, simulator: Simulator) -> None:
    file = simulator.world.files.add("document", Upload("a", "", b"\0" * (20 * 1024 * 1024 + 1)))
    assert await bot.refusal("getFile", file_id=file.id) == "Bad Request: file is too big"


@pytest.mark.parametrize("path", ["/file/bot1:x/photos/file_1.png", "/file/bot{token}/photos/file_1.png"])
async def test_downloads_need_token_and_path(bot: Client, path: str) -> None:
    async with bot.http.get(bot.simulator.url + path.format(token=bot.simulator.token)) as answer:
        assert (answer.status, (await answer.json())["description"]) == (404, "Not Found")
