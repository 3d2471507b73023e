from simulator import Person, Simulator
from tests.support.bot_api_client import Client


async def test_the_author_in_a_channel_is_the_channel(bot: Client, simulator: Simulator, anna: Person) -> None:
    channel = simulator.phone.new_group(anna, "News", kind="channel")
    message = await bot("sendMessage", chat_id=channel.id, text="a")
    assert message["sender_chat"] == channel.as_json()
    assert "from" not in message


def test_people_have_names_ids_and_chats(simulator: Simulator) -> None:
    people = [simulator.add_person() for _ in range(11)]
    assert len({person.id for person in people}) == 11
    assert people[0].name == people[10].name == "Astrid"
    assert simulator.world.chats[people[3].id].title == people[3].name


async def test_the_oldest_message_is_dropped() -> None:
    async with Simulator(keep=2).serve() as simulator, Client(simulator) as bot:
        person = simulator.add_person(started=True)
        for text in "abc":
            await bot("sendMessage", chat_id=person.id, text=text)
        assert list(simulator.world.chats[person.id].messages) == [2, 3]
