from simulator import Person
from tests.support.bot_api_client import Client


async def test_nobody_has_a_picture(bot: Client, anna: Person) -> None:
    assert await bot("getUserProfilePhotos", user_id=anna.id) == {"total_count": 0, "photos": []}
    assert (await bot.refused("getUserProfilePhotos", user_id=5)).description == "Bad Request: user not found"
