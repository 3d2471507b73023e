"""The probe stores what it says, and leaves nothing behind."""

from bot.store import Connection, Store
from bot.store.engine.probe import probe


def rows(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT count(*) FROM inbox").scalar_one())


async def test_it_leaves_nothing_behind_however_often_it_is_made(store: Store) -> None:
    for _ in range(2):
        await store.write(probe)
    assert await store.read(rows) == 0
