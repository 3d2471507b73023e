import pytest

from simulator import Person
from tests.support.bot_api_client import Client

BO = {"phone_number": "+46700000000", "first_name": "Bo"}


async def test_a_contact(bot: Client, anna: Person) -> None:
    assert (await bot("sendContact", chat_id=anna.id, **BO))["contact"] == BO
    more = {"last_name": "Ek", "vcard": "BEGIN:VCARD"}
    assert (await bot("sendContact", chat_id=anna.id, **BO, **more))["contact"] == BO | more


@pytest.mark.parametrize("missing", ["phone_number", "first_name"])
async def test_what_is_required(bot: Client, anna: Person, missing: str) -> None:
    refusal = await bot.refusal("sendContact", chat_id=anna.id, **(BO | {missing: ""}))
    assert refusal == f'Bad Request: parameter "{missing}" is required'
