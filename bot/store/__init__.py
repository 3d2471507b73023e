"""All SQL: the one door to the database.

The modules of this package are plain functions of an open connection, and ``Store`` runs them. Many small writes share
one transaction, so each is durable and all are fast.
"""

from sqlalchemy import Connection

from bot.store.engine.bulk import Bulk
from bot.store.engine.store import Store

__all__ = ["Bulk", "Connection", "Store"]
