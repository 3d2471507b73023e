"""SQLAlchemy's asynchronous engine, without its ORM.

``import sqlalchemy.ext.asyncio`` also imports sessions, and with them the whole ORM: 5.6 MiB of every process and a
tenth of its start, for nothing that is used here. So only the engine's own module is imported.
"""

import importlib.util
import sys
from types import ModuleType
from typing import TYPE_CHECKING

PACKAGE = "sqlalchemy.ext.asyncio"


def engine_module() -> ModuleType:
    """The module of the engine. Whoever imports the package itself, before or afterwards, gets it whole."""
    if PACKAGE in sys.modules:
        return importlib.import_module(f"{PACKAGE}.engine")
    spec = importlib.util.find_spec(PACKAGE)
    assert spec is not None
    sys.modules[PACKAGE] = importlib.util.module_from_spec(spec)  # there, so that it is not run
    try:
        return importlib.import_module(f"{PACKAGE}.engine")
    finally:
        del sys.modules[PACKAGE]


if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
else:
    AsyncConnection = engine_module().AsyncConnection
    AsyncEngine = engine_module().AsyncEngine
    create_async_engine = engine_module().create_async_engine

__all__ = ["AsyncConnection", "AsyncEngine", "create_async_engine", "engine_module"]
