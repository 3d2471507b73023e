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
        return _named_chat(world, chat_id[1:])
    try:
        chat = world.chats[int(chat_id)]
    except (KeyError, ValueError):
        raise bad_request(CHAT_NOT_FOUND) from None
    if chat.type == "private" and not world.has_met(chat.id):
        raise bad_request(CHAT_NOT_FOUND)
    return chat


def _named_chat(world: World, username: str) -> Chat:
    """Return the group or channel with this username. The username of a person names no chat, as on Telegram."""
    for chat in world.chats.values():
        if chat.type != "private" and chat.username.lower() == username.lower():
            return chat
    raise bad_request(CHAT_NOT_FOUND)


def writable_chat(world: World, chat_id: str) -> Chat:
    """Return the chat with this id. Refused if the bot has never met it or may not write there."""
    chat = known_chat(world, chat_id)
    refusal = _private_refusal(world, chat.id) if chat.type == "private" else group_refusal(chat, world.place_in(chat))
    if refusal:
        raise refusal
    return chat


def _private_refusal(world: World, person_id: int) -> Refusal | None:
    person = world.people[person_id]
    if person.deactivated:
        return forbidden("user is deactivated")
    if person.blocked:
        return forbidden("bot was blocked by the user")
    return None if person.started else forbidden("bot can't initiate conversation with a user")


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
