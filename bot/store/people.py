"""What is known of each person."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

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


def save(connection: Connection, one: Person) -> Person:
    """Store a person as given."""
    values = {"language": one.language, "tips_seen": one.tips_seen}
    statement = insert(connection, person).values(chat_id=one.chat_id, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=[person.c.chat_id], set_=values))
    return one
