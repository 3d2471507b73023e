from typing import Any

import pytest

from simulator import Person, Simulator
from simulator.bot_api.chat_access import group_refusal
from simulator.bot_api.refusals import Refusal
from simulator.state.chats import Chat
from simulator.state.members import MEMBER, Membership
from tests.support.bot_api_client import Client


@pytest.mark.parametrize(
    ("change", "status", "description"),
    [
        ({"blocked": True}, 403, "Forbidden: bot was blocked by the user"),
        ({"deactivated": True}, 403, "Forbidden: user is deactivated"),
        ({"started": False}, 400, "Bad Request: chat not found"),
    ],
)
async def test_people_who_cannot_be_written_to(
    bot: Client, anna: Person, change: dict[str, bool], status: int, description: str
) -> None:
    for name, value in change.items():
        setattr(anna, name, value)
    refused = await bot.refused("sendMessage", chat_id=anna.id, text="a")
    assert (refused.status, refused.description) == (status, description)
    assert bot.simulator.judge.total == 0


async def test_people_known_from_a_group_only(bot: Client, simulator: Simulator, anna: Person) -> None:
    bo = simulator.add_person("Bo")
    simulator.phone.new_group(anna, "Family", [bo])
    refused = await bot.refused("sendMessage", chat_id=bo.id, text="a")
    assert refused.status == 403
    assert refused.description == "Forbidden: bot can't initiate conversation with a user"


@pytest.mark.parametrize(
    ("kind", "change", "status", "description"),
    [
        ("group", {"status": "kicked"}, 403, "Forbidden: bot was kicked from the group chat"),
        ("group", {"status": "left"}, 403, "Forbidden: bot is not a member of the group chat"),
        ("group", {"deleted": True}, 403, "Forbidden: the group chat was deleted"),
        ("supergroup", {"status": "kicked"}, 403, "Forbidden: bot was kicked from the supergroup chat"),
        ("channel", {"status": "left"}, 403, "Forbidden: bot is not a member of the channel chat"),
        ("group", {"migrated_to": -100}, 400, "Bad Request: group chat was upgraded to a supergroup chat"),
    ],
)
def test_groups_that_cannot_be_written_to(kind: str, change: dict[str, Any], status: int, description: str) -> None:
    place = Membership(change.pop("status", "member"))
    assert group_refusal(Chat(-5, kind, "Family", None), MEMBER) is None
    refusal = group_refusal(Chat(-5, kind, "Family", None, **change), place)
    assert isinstance(refusal, Refusal)
    assert (refusal.status, refusal.description) == (status, description)


async def test_a_migrated_group_gives_its_new_id(bot: Client, simulator: Simulator, anna: Person) -> None:
    group = simulator.phone.new_group(anna, "Family")
    supergroup = simulator.phone.migrate(group)
    refused = await bot.refused("sendMessage", chat_id=group.id, text="a")
    assert refused.parameters == {"migrate_to_chat_id": supergroup.id}
    assert (await bot("sendMessage", chat_id=supergroup.id, text="a"))["chat"]["type"] == "supergroup"
