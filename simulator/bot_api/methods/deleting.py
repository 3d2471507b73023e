"""deleteMessage and deleteMessages: the bot removes messages."""

from datetime import timedelta

from simulator.bot_api.chat_access import present_message, writable_chat
from simulator.bot_api.message_ids import message_ids
from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import CANNOT_DELETE, bad_request
from simulator.json_objects import unix_seconds
from simulator.state.chats import Chat, Message
from simulator.state.world import World

DELETABLE_FOR = timedelta(hours=48)
"""From the Bot API's deleteMessage."""


def delete_message(world: World, parameters: Parameters) -> bool:
    """Carry out `deleteMessage`. Refused if the message is not there or may not be deleted."""
    if not parameters.text("chat_id"):
        raise bad_request("Chat identifier is not specified")
    if not parameters.integer("message_id"):
        raise bad_request("Message identifier is not specified")
    chat = writable_chat(world, parameters.text("chat_id"))
    message = present_message(chat, parameters.integer("message_id"), "message to delete")
    _delete(world, chat, message)
    return True


def delete_messages(world: World, parameters: Parameters) -> bool:
    """Carry out `deleteMessages`. Messages that are not there are skipped."""
    ids = message_ids(parameters)
    chat = writable_chat(world, parameters.text("chat_id"))
    for message in filter(None, map(chat.present, ids)):
        _delete(world, chat, message)
    return True


def _delete(world: World, chat: Chat, message: Message) -> None:
    is_old = message.body["date"] < unix_seconds(world.clock() - DELETABLE_FOR)
    may_delete_others = chat.type == "private" or world.place_in(chat).allows("can_delete_messages")
    if world.checks and (is_old or (message.mine and not may_delete_others)):
        raise bad_request(CANNOT_DELETE)
    world.delete(chat, message)


METHODS = {"deletemessage": delete_message, "deletemessages": delete_messages}
