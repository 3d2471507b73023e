from simulator import Person, Simulator
from tests.support.bot_api_client import Client

NOBODY = "http://127.0.0.1:9/hook"


async def test_webhook_info_before_and_after_it_is_set(bot: Client) -> None:
    assert (await bot("getWebhookInfo"))["url"] == ""
    assert await bot("setWebhook", url=NOBODY, max_connections=500, allowed_updates=["message"]) is True
    info = await bot("getWebhookInfo")
    assert (info["url"], info["max_connections"], info["allowed_updates"]) == (NOBODY, 100, ["message"])
    assert await bot("deleteWebhook") is True
    assert (await bot("getWebhookInfo"))["url"] == ""


async def test_an_empty_address_removes_the_webhook(bot: Client) -> None:
    await bot("setWebhook", url=NOBODY)
    await bot("setWebhook", url="")
    assert await bot("getUpdates") == []


async def test_a_second_webhook_replaces_the_first(bot: Client) -> None:
    await bot("setWebhook", url=NOBODY)
    await bot("setWebhook", url=NOBODY + "2", secret_token="x")
    assert (await bot("getWebhookInfo"))["url"] == NOBODY + "2"


async def test_updates_stay_unless_they_are_dropped(bot: Client, simulator: Simulator, anna: Person) -> None:
    simulator.phone.say(anna, "a")
    await bot("setWebhook", url=NOBODY)
    await bot("deleteWebhook")
    assert len(await bot("getUpdates")) == 1
    await bot("deleteWebhook", drop_pending_updates=True)
    assert await bot("getUpdates") == []


async def test_a_refused_webhook_changes_nothing(bot: Client) -> None:
    refused = await bot.refused("setWebhook", url="http://a.se/")
    assert refused.description == "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"
    assert await bot.refusal("setWebhook", url=NOBODY, secret_token="å") == (
        "Bad Request: secret token contains unallowed characters"
    )
    assert await bot("getUpdates") == []
