"""Everything about a person as rows: what can be erased can be exported."""

from bot.store import Store, export
from bot.store.erasure import PERSONAL_TABLES
from bot.store.export import SEALED_TABLES
from tests.bot.store.annas_schedules import ANNA, BO
from tests.bot.store.test_erasure import live


async def test_every_table_about_the_person_is_exported_and_nothing_about_others(store: Store) -> None:
    await store.write(lambda connection: live(connection, ANNA))
    await store.write(lambda connection: live(connection, BO))
    rows = await store.read(lambda connection: export.read(connection, ANNA))
    assert rows.keys() == {table.name for table in PERSONAL_TABLES if table not in SEALED_TABLES}
    assert {row["chat_id"] for listed in rows.values() for row in listed} == {ANNA}
    assert rows["diary"][0]["consented_to"] == "1"


async def test_nothing_is_exported_of_somebody_who_is_not_known(store: Store) -> None:
    assert await store.read(lambda connection: export.read(connection, ANNA)) == {}
