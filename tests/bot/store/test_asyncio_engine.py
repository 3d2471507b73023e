"""What is loaded for a database: no more than it needs."""

import subprocess
import sys

import pytest

from bot.config import ROOT


def printed(code: str) -> str:
    """What a process that has nothing loaded yet prints."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60).stdout.strip()


@pytest.mark.parametrize("unneeded", ["sqlalchemy.orm", "sqlalchemy.dialects.postgresql", "asyncpg", "alembic"])
def test_what_sqlite_does_not_need_is_not_loaded(unneeded: str) -> None:
    assert printed(f"import sys, bot.run; print({unneeded!r} in sys.modules)") == "False"


@pytest.mark.parametrize("first", ["bot.store", "sqlalchemy.ext.asyncio"])
def test_who_wants_the_whole_package_gets_it_before_or_afterwards(first: str) -> None:
    code = f"import {first}, bot.store.asyncio_engine as ours, sqlalchemy.ext.asyncio as whole, sqlalchemy.ext.asyncio"
    code += "; print(whole.AsyncSession.__name__, whole.AsyncEngine is ours.AsyncEngine)"
    assert printed(code) == "AsyncSession True"
