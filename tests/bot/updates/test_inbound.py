"""What can be told of an update before it is understood."""

from typing import Any

import pytest

from bot.updates.inbound import encoded, is_update, read_update


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
def test_where_an_update_belongs(raw: dict[str, Any], chat: int, sender: int) -> None:
    update = read_update({"update_id": 9, **raw})
    assert (update.id, update.chat_id, update.sender_id) == (9, chat, sender)


@pytest.mark.parametrize(("raw", "good"), [({"update_id": 0}, True), ({"update_id": 2**63}, False), ([], False)])
def test_an_update_has_a_number_by_which_it_can_be_kept(raw: Any, good: bool) -> None:
    assert is_update(raw) is good


def test_what_cannot_be_written_down_is_its_number() -> None:
    deep: list[Any] = []
    for _ in range(2_000):
        deep = [deep]
    assert encoded({"update_id": 1, "a": "b"}) == b'{"update_id":1,"a":"b"}'
    assert encoded({"update_id": 1, "a": deep}) == b'{"update_id":1}'
