"""What is known of an update before python-telegram-bot parses it."""

from typing import Any

import pytest

from bot.updates.inbound_update import encode, is_update, read_update


@pytest.mark.parametrize(
    ("raw", "chat", "sender"),
    [
        ({"message": {"chat": {"id": 5}, "from": {"id": 6}}}, 5, 6),
        ({"message": {"chat": {"id": -100}, "from": {"id": 6}}}, -100, 6),
        ({"callback_query": {"from": {"id": 6}, "message": {"chat": {"id": 5}}}}, 5, 6),
        ({"callback_query": {"from": {"id": 6}}}, 6, 6),
        ({"my_chat_member": {"chat": {"id": 5}, "from": {"id": 6}}}, 5, 6),
        ({"message": {"chat": {"id": 5}}}, 5, 5),
        ({"new_kind": {"from": {"id": 6}}}, 6, 6),
        ({}, -9, -9),
        ({"message": {}}, -9, -9),
        ({"message": "text"}, -9, -9),
        ({"message": {"chat": {"id": "5"}, "from": {"id": True}}}, -9, -9),
        ({"message": {"chat": {"id": 2**52}, "from": 7}}, -9, -9),
        ({"message": {"chat": {"id": 1.5}, "message": []}}, -9, -9),
    ],
)
def test_an_update_belongs_to_its_chat(raw: dict[str, Any], chat: int, sender: int) -> None:
    update = read_update({"update_id": 9, **raw})
    assert (update.id, update.chat_id, update.sender_id) == (9, chat, sender)


@pytest.mark.parametrize(("raw", "good"), [({"update_id": 0}, True), ({"update_id": 2**63}, False), ([], False)])
def test_an_update_is_stored_by_its_id(raw: Any, good: bool) -> None:
    assert is_update(raw) is good


def test_of_an_update_that_cannot_be_serialised_only_the_id_is_stored() -> None:
    deep: list[Any] = []
    for _ in range(2_000):
        deep = [deep]
    assert encode({"update_id": 1, "a": "b"}) == b'{"update_id":1,"a":"b"}'
    assert encode({"update_id": 1, "a": deep}) == b'{"update_id":1}'
