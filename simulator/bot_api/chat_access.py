"""Which chats and messages the bot may use. A request that names another one is refused in Telegram's words."""

from simulator.bot_api.refusals import CHAT_NOT_FOUND, Refusal, bad_request, forbidden
from simulator.state.chats import Chat, Message
from simulator.state.members import Membership
from simulator.state.world import World


def known_chat(world: World, chat_id: str) -> Chat:
    """Return the chat with this id. Refused if the bot has never met it."""
    if not chat_id:
        raise bad_request("chat_id is empty")
    if chat_id.startswith("@"):
        for chat in world.chats.values():
            # As on Telegram, the username of a person names no chat.
            if chat.type != "private" and chat.username.lower() == chat_id[1:].lower():
                return chat
        raise bad_request(CHAT_NOT_FOUND)
    try:
        chat = world.chats[int(chat_id)]
    except (KeyError, ValueError):
        raise bad_request(CHAT_NOT_FOUND) from None
    if chat.type == "private" and not world.has_met(chat.id):
        raise bad_request(CHAT_NOT_FOUND)
    return chat


def writable_chat(world: World, chat_id: str) -> Chat:
    """Return the chat with this id. Refused if the bot has never met it or may not write there."""
    chat = known_chat(world, chat_id)
    if chat.type != "private":
        refusal = group_refusal(chat, world.place_in(chat))
        if refusal:
            raise refusal
        return chat
    person = world.people[chat.id]
    if person.deactivated:
        raise forbidden("user is deactivated")
    if person.blocked:
        raise forbidden("bot was blocked by the user")
    if not person.started:
        raise forbidden("bot can't initiate conversation with a user")
    return chat


def group_refusal(chat: Chat, place: Membership) -> Refusal | None:
    """Return why a bot with this place in a group or channel may not write there; None if it may."""
    kind = f"{chat.type} chat"
    if chat.migrated_to:
        # ResponseParameters.migrate_to_chat_id: a bot is expected to repeat the request with the new id.
        reason = "group chat was upgraded to a supergroup chat"
        return bad_request(reason, migrate_to_chat_id=chat.migrated_to)
    if chat.deleted:
        return forbidden("the group chat was deleted")
    if place.status == "kicked":
        return forbidden(f"bot was kicked from the {kind}")
    return None if place.is_member else forbidden(f"bot is not a member of the {kind}")


def present_message(chat: Chat, message_id: int, purpose: str) -> Message:
    """Return a message of the chat. If it is not there, the refusal starts with `purpose` ("message to edit")."""
    message = chat.present(message_id)
    if message is None:
        raise bad_request(f"{purpose} not found")
    return message
