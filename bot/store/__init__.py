"""All SQL: the one door to the database.

What is asked of the database stands in the modules beside, as plain functions of an open connection; ``Store`` runs
them. Many small writes share one transaction: that is how each can be durable and all can be fast.
"""

from sqlalchemy import Connection

from bot.store.engine.bulk import Bulk
from bot.store.engine.store import Store

__all__ = ["Bulk", "Connection", "Store"]
