"""Marks of those who were erased: they are recognised, they name nobody, and they are forgotten in time."""

from datetime import timedelta

import pytest

from bot.errors import StoreError
from bot.store import Store, erasure_marks
from tests.bot.store.annas_schedules import ANNA, BO, NOW

DAY = timedelta(days=1)


async def test_who_was_erased_is_recognised_by_the_marks(store: Store) -> None:
    await store.write(lambda connection: erasure_marks.add(connection, ANNA, NOW))
    marks = await store.read(erasure_marks.load)
    assert marks.erased_after(ANNA, NOW - DAY)
    assert not marks.erased_after(ANNA, NOW), "the copy was made after that"
    assert not marks.erased_after(BO, NOW - DAY)


async def test_marks_come_back_from_their_text(store: Store) -> None:
    for chat in (ANNA, BO):
        await store.write(lambda connection, chat=chat: erasure_marks.add(connection, chat, NOW))  # type: ignore[misc]
    marks = await store.read(erasure_marks.load)
    assert erasure_marks.parse(marks.lines()) == marks
    assert len(set(marks.erased_at)) == 2


@pytest.mark.parametrize("text", ["", "key\nmark", "key\nmark yesterday", "key\nmark 2026-11-30 more"])
def test_another_file_is_refused(text: str) -> None:
    with pytest.raises(StoreError, match="not one that"):
        erasure_marks.parse(text.splitlines())


async def test_marks_are_forgotten_by_their_time(store: Store) -> None:
    await store.write(lambda connection: erasure_marks.add(connection, ANNA, NOW))
    await store.write(lambda connection: erasure_marks.add(connection, BO, NOW + DAY))
    await store.write(lambda connection: erasure_marks.forget(connection, NOW + DAY))
    marks = await store.read(erasure_marks.load)
    assert list(marks.erased_at.values()) == [NOW + DAY]
