"""The tables, and the column type ``Moment``."""

import re
from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import DateTime, create_mock_engine, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import StatementError

from bot.errors import StoreError
from bot.store import Store
from bot.store.tables import PARTIAL, REVISION, Moment, inbox, metadata, revisions

DIALECT: Any = sqlite.dialect()
EVENING = datetime(2026, 11, 1, 20, 0, 1, 999, tzinfo=timezone.utc)


async def stored(store: Store, moment: datetime) -> datetime:
    await store.write(lambda connection: connection.execute(inbox.insert().values(update_id=1, received_at=moment)))
    back = await store.read(lambda connection: connection.execute(select(inbox.c.received_at)).scalar_one())
    assert isinstance(back, datetime)
    return back


async def test_a_stored_time_comes_back_aware_and_in_utc(store: Store) -> None:
    back = await stored(store, EVENING.astimezone(ZoneInfo("Europe/Stockholm")))
    assert back == EVENING
    assert back.utcoffset() == timedelta(0)


async def test_a_time_without_its_zone_is_refused(store: Store) -> None:
    with pytest.raises((StoreError, StatementError), match="a time without its zone"):
        await stored(store, EVENING.replace(tzinfo=None))


def test_a_missing_time_stays_missing() -> None:
    assert Moment().process_bind_param(None, DIALECT) is None
    assert Moment().process_result_value(None, DIALECT) is None


def test_an_aware_time_from_the_database_is_left_alone() -> None:
    assert Moment().process_result_value(EVENING, DIALECT) is EVENING


def test_every_time_in_every_table_is_a_moment() -> None:
    plain = [column for table in metadata.tables.values() for column in table.c if type(column.type) is DateTime]
    assert plain == []


def test_the_revision_has_the_form_and_the_table_of_alembic() -> None:
    assert re.fullmatch(r"\d{4}", REVISION)
    assert revisions.name == "alembic_version", "Alembic looks for it there"


@pytest.mark.parametrize("name", ["sqlite", "postgresql"])
def test_an_index_of_open_rows_has_no_other_rows(name: str) -> None:
    statements: list[str] = []
    engine: Any = create_mock_engine(
        {"sqlite": "sqlite://", "postgresql": "postgresql+asyncpg://"}[name],
        lambda statement, *_: statements.append(str(statement.compile(dialect=engine.dialect))),
    )
    metadata.create_all(engine, checkfirst=False)
    partial = {index.name: str(where) for index, where in PARTIAL.items()}
    assert len(partial) > 2
    for index, where in partial.items():
        (statement,) = [sql for sql in statements if f" {index} " in sql]
        assert statement.endswith(f"WHERE {where}")
