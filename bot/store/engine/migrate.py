"""Creates the tables, or brings them up to date."""

from sqlalchemy import Connection, func, inspect, select

from bot.errors import StoreError
from bot.store.engine.database import make_database
from bot.store.tables import REVISION, metadata, revisions

MIGRATION_LOCK = 0x436861726C6579
"""The PostgreSQL advisory lock with which processes that migrate wait for each other ("Charley" in ASCII)."""


async def migrate(url: str) -> None:
    """Create the tables in an empty database; migrate an older one step by step."""
    database = make_database(url, time_limits=False)
    try:
        await database.check()
        await database.write(_bring_up_to_date)
    finally:
        await database.close()


def _bring_up_to_date(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":  # SQLite's writers wait for each other anyway
        connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))
    revision = _revision(connection)
    if revision is None:
        create(connection)
    elif revision > REVISION:
        raise StoreError(
            f"DATABASE_URL: a newer Charley has changed this database (revision {revision}), and this one knows "
            f"{REVISION}; start the newer one, or go back as docs/operations.md says (Going back)"
        )
    elif revision < REVISION:
        from bot.store.migrations import upgrade  # noqa: PLC0415  # Alembic is slow to import and seldom needed

        upgrade(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(revisions.name):
        return None
    return connection.execute(select(revisions.c.version_num)).scalar()


def create(connection: Connection) -> None:
    """Create the tables in their newest form."""
    metadata.create_all(connection)
    connection.execute(revisions.insert().values(version_num=REVISION))
