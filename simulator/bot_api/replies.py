"""The message that a request replies to: in the same chat, or in another one."""

from typing import Any

from simulator.bot_api.chat_access import known_chat
from simulator.bot_api.origins import origin
from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import bad_request
from simulator.bot_api.texts import formatted_fields
from simulator.json_objects import Json
from simulator.specification import fields_of
from simulator.state.chats import Chat, Message
from simulator.state.content import content_of
from simulator.state.world import World


def reply_fields(world: World, chat: Chat, parameters: Parameters) -> Json:
    """Return the fields of a message that say what it replies to; an empty object if it is no reply."""
    reply = _reply_parameters(parameters)
    if not reply.get("message_id"):
        return {}
    other = known_chat(world, str(reply["chat_id"])) if reply.get("chat_id") else chat
    message = other.present(reply["message_id"])
    if message is None:
        if world.checks and not reply.get("allow_sending_without_reply"):
            raise bad_request("message to be replied not found")
        return {}
    quote = _quote(world, message, reply)
    if other is not chat:
        # Only supergroups and channels are named.
        named = {"chat": other.as_json(), "message_id": message.id} if other.type in ("supergroup", "channel") else {}
        content = content_of(message.body)
        shown = {name: value for name, value in content.items() if name in fields_of("ExternalReplyInfo")}
        return {"external_reply": {"origin": origin(message), **named, **shown}} | quote
    # The Bot API does not nest replies: the message replied to has no reply_to_message of its own.
    original = {name: value for name, value in message.body.items() if name != "reply_to_message"}
    return {"reply_to_message": original} | quote


def _reply_parameters(parameters: Parameters) -> Json:
    if parameters.has("reply_to_message_id"):  # how it was sent before Bot API 7.0; still accepted
        allowed = parameters.flag("allow_sending_without_reply")
        return {"message_id": parameters.integer("reply_to_message_id"), "allow_sending_without_reply": allowed}
    if not parameters.has("reply_parameters"):
        return {}
    reply: Any = parameters.value("reply_parameters", "Can't parse reply parameters JSON object")
    if reply is None:
        return {}
    if not isinstance(reply, dict):
        raise bad_request("Object expected as reply parameters")
    if reply and not isinstance(reply.get("message_id"), int):
        raise bad_request('Can\'t find field "message_id"')
    return reply


def _quote(world: World, message: Message, reply: Json) -> Json:
    """Return the field `quote`: the part of the message that is replied to. It must stand in the message."""
    if not reply.get("quote"):
        return {}
    source, parse_mode = str(reply["quote"]), str(reply.get("quote_parse_mode") or "")
    quote = formatted_fields(world, source, parse_mode, reply.get("quote_entities"))
    text = message.body.get("text") or message.body.get("caption") or ""
    position = text.find(quote["text"])
    if position < 0:
        raise bad_request("QUOTE_TEXT_INVALID")
    units = len(text[:position].encode("utf-16-le")) // 2
    return {"quote": quote | {"position": units, "is_manual": True}}
