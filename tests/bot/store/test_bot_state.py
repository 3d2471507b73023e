"""What the bot itself remembers over a restart."""

from bot.store import Store, bot_state


async def test_nothing_is_remembered_at_first(store: Store) -> None:
    assert await store.read(bot_state.read_all) == {}


async def test_a_value_is_kept_over_a_restart(url: str) -> None:
    async with Store.open(url) as store:
        await store.write(lambda connection: bot_state.put(connection, "profile", "x" * 250))
    async with Store.open(url) as store:
        assert await store.read(bot_state.read_all) == {"profile": "x" * 250}


async def test_a_later_value_takes_the_place_of_an_earlier_one(store: Store) -> None:
    await store.write(lambda connection: bot_state.put(connection, "a", "1"))
    await store.write(lambda connection: bot_state.put(connection, "b", "1"))
    await store.write(lambda connection: bot_state.put(connection, "a", "2"))
    assert await store.read(bot_state.read_all) == {"a": "2", "b": "1"}


async def test_only_the_value_that_the_caller_knows_is_deleted(store: Store) -> None:
    await store.write(lambda connection: bot_state.put(connection, "a", "2"))
    await store.write(lambda connection: bot_state.delete(connection, "a", "1"))
    assert await store.read(bot_state.read_all) == {"a": "2"}
    await store.write(lambda connection: bot_state.delete(connection, "a", "2"))
    assert await store.read(bot_state.read_all) == {}
