from simulator.state.chats import Chat, Message
from simulator.state.members import LEFT, MEMBER


def message(number: int) -> Message:
    return Message({"message_id": number}, mine=False)


def test_the_oldest_message_is_dropped() -> None:
    chat = Chat(1, "private", "Anna", keep=2)
    for number in (1, 2, 3):
        chat.add(message(number))
    assert list(chat.messages) == [2, 3]


def test_deleted_messages_are_not_present() -> None:
    chat = Chat(1, "private", "Anna", keep=None)
    chat.add(message(1))
    chat.pinned.append(1)
    assert chat.pinned_message is chat.present(1) is not None
    chat.messages[1].deleted = True
    assert chat.pinned_message is chat.present(1) is None
    assert chat.present(2) is None


def test_chat_objects() -> None:
    assert Chat(1, "private", "Anna", None).as_json() == {"id": 1, "type": "private", "first_name": "Anna"}
    assert Chat(-1, "group", "Family", None).as_json() == {"id": -1, "type": "group", "title": "Family"}


def test_a_message_as_the_page_sees_it() -> None:
    shown = Message({"message_id": 1}, mine=True, silent=True, reactions={5: ["👍"], 6: []}).as_json()
    local = {"silent": True, "edited": False, "reactions": {"5": ["👍"]}, "mine": True, "deleted": False}
    assert shown == {"message_id": 1, "local": local}


def test_who_is_in_a_chat() -> None:
    chat = Chat(-1, "group", "Family", None, {1: MEMBER, 2: LEFT})
    assert [chat.is_in(user) for user in (1, 2, 3)] == [True, False, False]
    assert chat.membership(3) == LEFT
