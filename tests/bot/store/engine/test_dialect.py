"""``INSERT ... ON CONFLICT`` on either database."""

import pytest
from sqlalchemy import select

from bot.store import Store
from bot.store.engine.dialect import insert
from bot.store.tables import bot_state


async def test_the_statement_is_the_one_of_the_database(store: Store) -> None:
    module = await store.read(lambda connection: type(insert(connection, bot_state)).__module__)
    assert module == f"sqlalchemy.dialects.{store.database.engine.dialect.name}.dml"


@pytest.mark.parametrize("again", ["nothing", "update"])
async def test_on_conflict_does_what_the_statement_says(again: str, store: Store) -> None:
    async def put(value: str) -> None:
        def work(connection: object) -> None:
            statement = insert(connection, bot_state).values(key="a", value=value)  # type: ignore[arg-type]
            if again == "nothing":
                statement = statement.on_conflict_do_nothing()
            else:
                statement = statement.on_conflict_do_update(index_elements=[bot_state.c.key], set_={"value": value})
            connection.execute(statement)  # type: ignore[attr-defined]

        await store.write(work)

    await put("first")
    await put("second")
    kept = await store.read(lambda connection: connection.execute(select(bot_state.c.value)).scalar_one())
    assert kept == ("first" if again == "nothing" else "second")
