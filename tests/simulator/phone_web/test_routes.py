from typing import Any

import pytest

from simulator import Fault, Person, Simulator
from tests.support.bot_api_client import Client


async def ask(bot: Client, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    address = bot.simulator.url + path
    async with bot.http.request(method, address, json=body, headers=headers) as answer:
        return answer.status, await answer.json()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/phone/people/5/chat"),
        ("GET", "/phone/nothing"),
        ("GET", "/page/nothing.js"),
        ("GET", "/page/..%2Fserver.py"),
        ("GET", "/phone/files/nothing"),
        ("POST", "/phone/nothing"),
        ("POST", "/phone/people/{anna}/dances"),
        ("POST", "/phone/updates/5/again"),
        ("POST", "/phone/updates/5"),
        ("PUT", "/faults"),
    ],
)
async def test_unknown_addresses(bot: Client, anna: Person, method: str, path: str) -> None:
    status, content = await ask(bot, method, path.format(anna=anna.id))
    assert status == 404
    assert content["error"].startswith("there is no ")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/phone/clock", {"seconds": -1}),
        ("/phone/people", {"time_zone": "Mars/Olympus"}),
        ("/phone/people", []),
        ("/phone/people/x/messages", {"text": "a"}),
        ("/faults", {"cut": "throat"}),
        ("/faults", {"no": "such"}),
    ],
)
async def test_impossible_actions(bot: Client, path: str, body: Any) -> None:
    status, content = await ask(bot, "POST", path, body)
    assert status in (400, 404)
    assert content["error"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/phone/people", {"name": "Bo", "shoe_size": 44}),
        ("PATCH", "/phone/people/{anna}", {"shoe_size": 44}),
        ("POST", "/phone/people/{anna}/messages", {"text": "a", "shoe_size": 44}),
        ("POST", "/phone/people/{anna}/messages", {"location": [1, 2], "shoe_size": 44}),
        ("POST", "/phone/people/{anna}/messages", {"message": {}, "shoe_size": 44}),
        ("POST", "/phone/people/{anna}/presses", {"message_id": 1, "data": "a", "shoe_size": 44}),
        ("POST", "/phone/people/{anna}/inline_queries", {"query": "a", "shoe_size": 44}),
        ("POST", "/phone/people/{anna}/inline_results", {"query_id": "1", "result_id": "1", "shoe_size": 44}),
        ("POST", "/phone/people/{anna}/reactions", {"message_id": 1, "emoji": "a", "shoe_size": 44}),
        ("POST", "/phone/clock", {"seconds": 1, "shoe_size": 44}),
        ("GET", "/phone/received?shoe_size=44", None),
    ],
)
async def test_a_field_that_nothing_reads_is_refused(
    bot: Client, simulator: Simulator, anna: Person, method: str, path: str, body: Any
) -> None:
    before = simulator.clock(), len(simulator.world.people)
    status, content = await ask(bot, method, path.format(anna=anna.id), body)
    assert status == 400
    assert content["error"].startswith("unknown: shoe_size; known: ")
    assert (simulator.clock(), len(simulator.world.people)) == before


async def test_other_sites_are_refused(bot: Client, simulator: Simulator) -> None:
    assert (await ask(bot, "GET", "/phone", Origin="http://evil.example"))[0] == 403
    assert (await ask(bot, "GET", "/phone", Host="evil.example"))[0] == 403
    assert (await ask(bot, "GET", "/phone", Origin=simulator.url))[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Origin": "http://evil.example"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/bot{token}/getMe", "/file/bot{token}/photos/file_1.jpg", "/phone"])
async def test_other_sites_can_neither_act_for_the_bot_nor_read_its_files(
    path: str, headers: dict[str, str], bot: Client, simulator: Simulator
) -> None:
    """The token is the same everywhere, so every site knows it."""
    assert (await ask(bot, "GET", path.format(token=simulator.token), **headers))[0] == 403


async def test_a_link_to_the_page_may_stand_on_other_sites(bot: Client, simulator: Simulator) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    async with bot.http.get(simulator.url, headers=headers) as answer:
        assert answer.status == 200


async def test_faults_over_http(bot: Client, simulator: Simulator) -> None:
    status, content = await ask(bot, "POST", "/faults", {"methods": ["getMe"], "status": 500, "times": None})
    assert (status, content) == (200, {"id": 1})
    assert (await bot.refused("getMe")).status == 500
    (fault,) = (await ask(bot, "GET", "/faults"))[1]["faults"]
    assert fault["struck"] == 1
    await ask(bot, "DELETE", "/faults/1")
    assert await bot("getMe")
    simulator.faults.add(Fault())
    await ask(bot, "DELETE", "/faults")
    assert not simulator.faults


async def test_updates_over_http(bot: Client) -> None:
    _, content = await ask(bot, "POST", "/phone/updates", {"message": {"odd": True}})
    (update,) = await bot("getUpdates")
    assert update == {"update_id": content["update_id"], "message": {"odd": True}}
    await bot("getUpdates", offset=update["update_id"] + 1)
    assert (await ask(bot, "POST", f"/phone/updates/{update['update_id']}/again"))[1] == content
    assert await bot("getUpdates", offset=update["update_id"] + 1) == [update]


async def test_bodies_that_are_not_json(bot: Client) -> None:
    async with bot.http.post(bot.simulator.url + "/phone/people", data=b"{") as answer:
        assert answer.status == 400


async def test_a_simulator_without_people_has_a_bot(bot: Client) -> None:
    _, overview = await ask(bot, "GET", "/phone")
    assert overview["people"] == []
    assert isinstance(overview["bot"]["name"], str)


async def test_a_file_over_http(bot: Client, anna: Person) -> None:
    path = f"/phone/people/{anna.id}/files?kind=document&name=a.txt&type=text/plain"
    async with bot.http.post(bot.simulator.url + path, data=b"calf") as answer:
        document = (await answer.json())["document"]
    assert (document["file_name"], document["mime_type"], document["file_size"]) == ("a.txt", "text/plain", 4)
    async with bot.http.post(f"{bot.simulator.url}{path}&shoe_size=44", data=b"calf") as answer:
        assert answer.status == 400
