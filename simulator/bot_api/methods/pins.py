"""pinChatMessage and its opposites. Unlike Telegram, pinning creates no service message here."""

from simulator.bot_api.chat_access import present_message, writable_chat
from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import bad_request
from simulator.state.chats import Chat
from simulator.state.world import World


def pin_chat_message(world: World, parameters: Parameters) -> bool:
    """Carry out `pinChatMessage`. A message that was pinned before becomes the one pinned last."""
    chat = _pinnable_chat(world, parameters)
    message = present_message(chat, parameters.integer("message_id"), "message to pin")
    _unpin(chat, message.id)
    chat.pinned.append(message.id)
    _publish(world, chat)
    return True


def unpin_chat_message(world: World, parameters: Parameters) -> bool:
    """Carry out `unpinChatMessage`: unpin the given message, or without one the message pinned last."""
    chat = _pinnable_chat(world, parameters)
    message_id = parameters.integer("message_id")
    if message_id:
        present_message(chat, message_id, "message to unpin")
    elif not chat.pinned:
        raise bad_request("message to unpin not found")
    _unpin(chat, message_id or chat.pinned[-1])
    _publish(world, chat)
    return True


def unpin_all_chat_messages(world: World, parameters: Parameters) -> bool:
    """Carry out `unpinAllChatMessages`. It succeeds even if no message is pinned."""
    chat = _pinnable_chat(world, parameters)
    chat.pinned.clear()
    _publish(world, chat)
    return True


def _pinnable_chat(world: World, parameters: Parameters) -> Chat:
    chat = writable_chat(world, parameters.text("chat_id"))
    right = "can_edit_messages" if chat.type == "channel" else "can_pin_messages"
    if chat.type != "private" and not world.place_in(chat).allows(right):
        raise bad_request("Not enough rights to manage pinned messages in the chat")
    return chat


def _unpin(chat: Chat, message_id: int) -> None:
    if message_id in chat.pinned:
        chat.pinned.remove(message_id)


def _publish(world: World, chat: Chat) -> None:
    pinned = chat.pinned_message
    world.publish(chat, "pin", message_id=pinned.id if pinned else None)


METHODS = {
    "pinchatmessage": pin_chat_message,
    "unpinchatmessage": unpin_chat_message,
    "unpinallchatmessages": unpin_all_chat_messages,
}
