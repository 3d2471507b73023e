from simulator.bot_api.origins import origin
from simulator.state.chats import Message

ANNA = {"id": 5, "is_bot": False, "first_name": "Anna"}
NEWS = {"id": -1005, "type": "channel", "title": "News"}


def test_a_person_or_a_channel() -> None:
    assert origin(Message({"message_id": 1, "date": 9, "from": ANNA}, mine=True)) == {
        "type": "user",
        "date": 9,
        "sender_user": ANNA,
    }
    post = Message({"message_id": 1, "date": 9, "chat": NEWS, "sender_chat": NEWS}, mine=True)
    assert origin(post) == {"type": "channel", "date": 9, "chat": NEWS, "message_id": 1}


def test_a_forward_has_the_origin_of_the_first_message() -> None:
    first = {"type": "hidden_user", "date": 3, "sender_user_name": "Bo"}
    assert origin(Message({"message_id": 1, "date": 9, "from": ANNA, "forward_origin": first}, mine=True)) == first
