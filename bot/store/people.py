"""What is known of each person."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, update

from bot.store.dialect import insert
from bot.store.schema import person


@dataclass(frozen=True)
class Person:
    """One person, by the number of the private chat. ``language`` is None until chosen: then Telegram's word counts."""

    chat_id: int
    language: str | None = None
    tips_seen: int = 0


def load(connection: Connection, chats: Iterable[int]) -> dict[int, Person]:
    """Those of these people who are known."""
    rows = connection.execute(select(person).where(person.c.chat_id.in_(set(chats)))).mappings()
    return {row["chat_id"]: Person(**row) for row in rows}


def choose_language(connection: Connection, chat_id: int, language: str | None) -> Person:
    """Answer in this language from now on; None follows Telegram."""
    return _change(connection, chat_id, language=language)


def see_tip(connection: Connection, chat_id: int) -> Person:
    """Count one more tip as seen."""
    return _change(connection, chat_id, tips_seen=person.c.tips_seen + 1)


def _change(connection: Connection, chat_id: int, **changes: Any) -> Person:
    connection.execute(insert(connection, person).values(chat_id=chat_id).on_conflict_do_nothing())
    connection.execute(update(person).where(person.c.chat_id == chat_id).values(changes))
    return load(connection, [chat_id])[chat_id]
