"""Pinning messages."""

from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import bad_request
from simulator.state.people import Chat
from simulator.state.world import World


def pin_chat_message(world: World, parameters: Parameters) -> bool:
    """`pinChatMessage`."""
    chat = _pinnable(world, parameters)
    message = world.message(chat, parameters.integer("message_id"), "message to pin")
    _take_down(chat, message.id)
    chat.pinned.append(message.id)
    _tell(world, chat)
    return True


def unpin_chat_message(world: World, parameters: Parameters) -> bool:
    """`unpinChatMessage`: the message named, or the one pinned last."""
    chat = _pinnable(world, parameters)
    number = parameters.integer("message_id")
    if number:
        world.message(chat, number, "message to unpin")
    elif not chat.pinned:
        raise bad_request("message to unpin not found")
    _take_down(chat, number or chat.pinned[-1])
    _tell(world, chat)
    return True


def unpin_all_chat_messages(world: World, parameters: Parameters) -> bool:
    """`unpinAllChatMessages`."""
    chat = _pinnable(world, parameters)
    chat.pinned.clear()
    _tell(world, chat)
    return True


def _pinnable(world: World, parameters: Parameters) -> Chat:
    chat = world.writable_chat(parameters.text("chat_id"))
    if chat.type != "private" and chat.bot_status != "administrator":
        raise bad_request("Not enough rights to manage pinned messages in the chat")
    return chat


def _take_down(chat: Chat, message_id: int) -> None:
    if message_id in chat.pinned:
        chat.pinned.remove(message_id)


def _tell(world: World, chat: Chat) -> None:
    pinned = chat.pinned_message
    world.tell(chat, "pin", message_id=pinned.id if pinned else None)


METHODS = {
    "pinchatmessage": pin_chat_message,
    "unpinchatmessage": unpin_chat_message,
    "unpinallchatmessages": unpin_all_chat_messages,
}
