"""Creates the tables, or brings them up to date."""

from sqlalchemy import Connection, func, inspect, select
from sqlalchemy.exc import DBAPIError

from bot.errors import StoreError
from bot.store.engine.database import make_database
from bot.store.tables import REVISION, metadata, revisions

MIGRATION_LOCK = 0x436861726C6579
"""The PostgreSQL advisory lock that makes migrating processes wait for each other ("Charley" in ASCII)."""
LOCK_MILLISECONDS = 2000
"""How long a migration waits for a table's lock. Everybody else who uses the table waits behind it."""
LOCK_NOT_AVAILABLE = "55P03"
IN_USE = (
    "DATABASE_URL: cannot bring the tables up to date, because another transaction is using one of them (pg_dump?); "
    "start again when it has ended, or end it (pg_stat_activity shows it)"
)


async def migrate(url: str) -> None:
    """Create the tables in an empty database; migrate an older one step by step. Raises ``StoreError``.

    If another transaction, for example of pg_dump, keeps a table locked, this soon fails and changes nothing.
    """
    database = make_database(url, time_limits=False)
    try:
        await database.check()
        await database.write(_bring_up_to_date)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE:
            raise StoreError(IN_USE) from None
        raise
    finally:
        await database.close()


def _bring_up_to_date(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":  # SQLite's writers wait for each other anyway
        connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_MILLISECONDS}")
    is_new = not inspect(connection).has_table(revisions.name)
    revision = None if is_new else connection.scalar(select(revisions.c.version_num))
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


def create(connection: Connection) -> None:
    """Create the tables in their newest form."""
    metadata.create_all(connection)
    connection.execute(revisions.insert().values(version_num=REVISION))
