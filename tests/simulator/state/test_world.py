import pytest

from simulator import Person, Simulator
from simulator.bot_api.refusals import Refusal
from simulator.state.people import Chat
from simulator.state.world import group_complaint
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
        ("group", {"bot_status": "kicked"}, 403, "Forbidden: bot was kicked from the group chat"),
        ("group", {"bot_status": "left"}, 403, "Forbidden: bot is not a member of the group chat"),
        ("group", {"deleted": True}, 403, "Forbidden: the group chat was deleted"),
        ("supergroup", {"bot_status": "kicked"}, 403, "Forbidden: bot was kicked from the supergroup chat"),
        ("channel", {"bot_status": "left"}, 403, "Forbidden: bot is not a member of the channel chat"),
        ("group", {"migrated_to": -100}, 400, "Bad Request: group chat was upgraded to a supergroup chat"),
    ],
)
def test_groups_that_cannot_be_written_to(kind: str, change: dict[str, object], status: int, description: str) -> None:
    chat = Chat(-5, kind, "Family", None)
    assert group_complaint(chat) is None
    for name, value in change.items():
        setattr(chat, name, value)
    complaint = group_complaint(chat)
    assert isinstance(complaint, Refusal)
    assert (complaint.status, complaint.description) == (status, description)


async def test_a_group_that_moved_tells_where(bot: Client, simulator: Simulator, anna: Person) -> None:
    group = simulator.phone.new_group(anna, "Family")
    supergroup = simulator.phone.migrate(group)
    refused = await bot.refused("sendMessage", chat_id=group.id, text="a")
    assert refused.parameters == {"migrate_to_chat_id": supergroup.id}
    assert (await bot("sendMessage", chat_id=supergroup.id, text="a"))["chat"]["type"] == "supergroup"


async def test_in_a_channel_the_channel_speaks(bot: Client, simulator: Simulator, anna: Person) -> None:
    channel = simulator.phone.new_group(anna, "News", kind="channel")
    message = await bot("sendMessage", chat_id=channel.id, text="a")
    assert message["sender_chat"] == channel.card()
    assert "from" not in message


def test_people_have_names_ids_and_chats(simulator: Simulator) -> None:
    people = [simulator.add_person() for _ in range(11)]
    assert len({person.id for person in people}) == 11
    assert people[0].name == people[10].name == "Astrid"
    assert simulator.world.chats[people[3].id].title == people[3].name


async def test_only_so_many_messages_are_kept() -> None:
    async with Simulator(keep=2).serve() as simulator, Client(simulator) as bot:
        person = simulator.add_person(started=True)
        for text in "abc":
            await bot("sendMessage", chat_id=person.id, text=text)
        assert list(simulator.world.chats[person.id].messages) == [2, 3]
