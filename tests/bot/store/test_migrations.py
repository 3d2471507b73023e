"""The migrations create what the tables say, on either database."""

from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from bot.store import Store, bot_state, inbox, migrations, people
from bot.store.engine.database import make_database
from bot.store.people import Person
from bot.store.tables import REVISION, metadata

SQLITE = text("SELECT sql FROM sqlite_master WHERE name = :name")
FOLDER = Path(migrations.__file__).parent


@pytest.fixture(autouse=True)
def statements_compiled_once() -> None:
    """Do not share statements here: the tables must come from the bot's own code."""


def differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, metadata))


def described(connection: Connection) -> dict[str, Any]:
    """Return the tables as the database itself describes them."""
    inspector, is_sqlite = inspect(connection), connection.dialect.name == "sqlite"
    return {
        name: (
            [
                (column["name"], str(column["type"]), column["nullable"], column["default"])
                for column in inspector.get_columns(name)
            ],
            inspector.get_pk_constraint(name)["constrained_columns"],
            sorted((index["name"] or "", tuple(index["column_names"])) for index in inspector.get_indexes(name)),
            "AUTOINCREMENT" in (connection.scalar(SQLITE, {"name": name}) or "") if is_sqlite else None,
        )
        for name in sorted(inspector.get_table_names())
    }


def upgrade_to(step: str, connection: Connection) -> None:
    """Migrate up to a step, as a program did that knew no later one."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, step)


async def older(url: str, *statements: str) -> None:
    """Create a database of the first release with some rows."""

    def first(connection: Connection) -> None:
        upgrade_to("0001", connection)
        for statement in statements:
            connection.execute(text(statement))

    database = make_database(url)
    try:
        await database.write(first)
    finally:
        await database.close()


async def migrated(url: str) -> dict[str, Any]:
    """Return the tables of a database that was migrated step by step."""
    database = make_database(url)
    try:
        await database.write(migrations.upgrade)
        assert await database.read(differences) == []
        return await database.read(described)
    finally:
        await database.close()


def test_there_is_one_newest_migration_and_the_tables_name_it() -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    assert ScriptDirectory.from_config(config).get_heads() == [REVISION]


def test_every_migration_is_named_by_its_number() -> None:
    files = sorted(file.name for file in (FOLDER / "versions").glob("[0-9]*.py"))
    assert [name[:5] for name in files] == [f"{number:04}_" for number in range(1, len(files) + 1)]


async def test_migrations_create_what_the_tables_say(url: str) -> None:
    assert set(await migrated(url)) == set(metadata.tables)


async def test_a_new_database_is_like_a_migrated_one(store: Store, tmp_path: Path) -> None:
    assert await store.read(differences) == []
    if store.is_exclusive:
        grown = await migrated(f"sqlite:///{tmp_path / 'grown.db'}")
        assert await store.read(described) == grown


async def test_an_older_database_is_migrated_with_all_its_data(url: str) -> None:
    person = "INSERT INTO person (chat_id, language, tips_seen) VALUES (7, 'sv', 3)"
    await older(url, "INSERT INTO memory VALUES ('a', '1')", person)
    async with Store.open(url) as store:
        assert await store.read(differences) == []
        assert await store.read(bot_state.read_all) == {"a": "1"}
        assert await store.read(lambda connection: people.get(connection, 7)) == Person(7, "sv", 3)
        assert await store.read(inbox.unfinished) == []
        assert await store.read(
            lambda connection: connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
        ) == [REVISION]


STEPS = sorted(file.name[:4] for file in (FOLDER / "versions").glob("[0-9]*.py"))
SHARED = "0007"
"""From this step on a standby may migrate while an older process is active, which must be able to go on.

The step to it takes away what older processes need: they are stopped first, as the changelog says."""


def shape(connection: Connection) -> dict[str, Any]:
    """Return what statements rely on: the columns of each table by name, and what is unique."""
    inspector = inspect(connection)
    return {
        table: (
            {
                column["name"]: (str(column["type"]), column["nullable"], column["default"])
                for column in inspector.get_columns(table)
            },
            [index["column_names"] for index in inspector.get_indexes(table) if index["unique"]],
            inspector.get_unique_constraints(table),
        )
        for table in inspector.get_table_names()
    }


@pytest.mark.parametrize(("before", "after"), [pair for pair in pairwise(STEPS) if pair[0] >= SHARED])
async def test_f66_a_migration_keeps_what_the_version_before_it_needs(url: str, before: str, after: str) -> None:
    database, shapes = make_database(url), []
    for step in (before, after):
        await database.write(partial(upgrade_to, step))
        shapes.append(await database.read(shape))
    await database.close()
    for table, (columns, *unique) in shapes[0].items():
        grown, *still_unique = shapes[1][table]
        assert {name: grown[name] for name in columns} == columns
        assert still_unique == unique, "what was written is still taken"
        for name in grown.keys() - columns.keys():
            _, nullable, default = grown[name]
            assert nullable or default is not None, "a row without it is still taken"


async def test_f66_a_running_process_goes_on_after_a_newer_one_has_migrated(url: str) -> None:
    async with Store.open(url) as running:
        newer = make_database(url)
        await newer.write(_expand)
        await newer.close()
        await running.write(partial(bot_state.put, key="pictures", value="new"))
        assert await running.read(bot_state.read_all) == {"pictures": "new"}


def _expand(connection: Connection) -> None:
    """Change the database as a later migration would."""
    connection.execute(text("ALTER TABLE memory ADD COLUMN since TIMESTAMP"))
    connection.execute(text("CREATE TABLE letters (id INTEGER PRIMARY KEY)"))
    connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
