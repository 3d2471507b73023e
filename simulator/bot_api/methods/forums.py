"""The topics of a forum: making them, changing, closing and deleting them. The general topic has its own methods."""

from collections.abc import Callable
from functools import partial

from simulator.bot_api.chat_access import writable_chat
from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import bad_request
from simulator.bot_api.rights import check_right
from simulator.json_objects import Json
from simulator.state.chats import Chat
from simulator.state.files import Upload
from simulator.state.topics import GENERAL, ICON_COLORS, ICONS, Topic
from simulator.state.world import World

_LONGEST_NAME = 128


def get_forum_topic_icon_stickers(world: World, _parameters: Parameters) -> list[Json]:
    """Carry out `getForumTopicIconStickers`: return the custom emoji that a topic may have as its icon."""
    stickers = []
    for emoji, emoji_id in ICONS.items():
        details = {"type": "custom_emoji", "width": 512, "height": 512, "is_animated": True, "is_video": False}
        details |= {"emoji": emoji, "set_name": "Topics", "custom_emoji_id": emoji_id}
        upload = Upload(f"{emoji_id}.tgs", "application/x-tgsticker", emoji.encode())
        stickers.append(world.files.add("sticker", upload, details).as_object("sticker"))
    return stickers


def create_forum_topic(world: World, parameters: Parameters) -> Json:
    """Carry out `createForumTopic`: return a ForumTopic object. The chat shows who made it."""
    chat = _forum(world, parameters, "create a topic")
    color = parameters.integer("icon_color") or ICON_COLORS[0]
    if color not in ICON_COLORS:
        raise bad_request("Invalid icon color specified")
    topic = Topic(0, _name(parameters), color, _icon(parameters))
    created = {name: value for name, value in topic.as_json().items() if name != "message_thread_id"}
    message = world.add_service_message(chat, {"forum_topic_created": created}, world.profile.user(), starts_topic=True)
    topic.id = message.id
    chat.topics[topic.id] = topic
    return topic.as_json()


def edit_forum_topic(world: World, parameters: Parameters) -> bool:
    """Carry out `editForumTopic`: change the name, the icon or both."""
    chat = _forum(world, parameters, "edit the topic")
    topic = _topic(chat, parameters)
    changes = {"name": _name(parameters)} if parameters.text("name") else {}
    changes |= {"icon_custom_emoji_id": _icon(parameters)} if parameters.has("icon_custom_emoji_id") else {}
    name, icon = changes.get("name", topic.name), changes.get("icon_custom_emoji_id", topic.icon_emoji_id)
    if (name, icon) == (topic.name, topic.icon_emoji_id):
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.name, topic.icon_emoji_id = name, icon
    _note(world, chat, topic, {"forum_topic_edited": changes})
    return True


def edit_general_forum_topic(world: World, parameters: Parameters) -> bool:
    """Carry out `editGeneralForumTopic`: change its name."""
    chat = _forum(world, parameters, "edit the topic")
    name, topic = _name(parameters), chat.topics[GENERAL]
    if name == topic.name:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.name = name
    _note(world, chat, topic, {"forum_topic_edited": {"name": name}})
    return True


def delete_forum_topic(world: World, parameters: Parameters) -> bool:
    """Carry out `deleteForumTopic`: delete the topic with all its messages."""
    chat = _forum(world, parameters, "delete the topic")
    topic = _topic(chat, parameters)
    for message in chat.messages.values():
        if message.body.get("message_thread_id") == topic.id:
            world.delete(chat, message)
    del chat.topics[topic.id]
    return True


def _close(world: World, parameters: Parameters, *, closed: bool, general: bool) -> bool:
    """Carry out `closeForumTopic` and `reopenForumTopic`, or their counterparts for the general topic."""
    chat = _forum(world, parameters, "close or open the topic")
    topic = chat.topics[GENERAL] if general else _topic(chat, parameters)
    if topic.is_closed == closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.is_closed = closed
    topic.is_hidden = topic.is_hidden and closed  # a hidden topic is shown again when it is reopened
    _note(world, chat, topic, {"forum_topic_closed" if closed else "forum_topic_reopened": {}})
    return True


def _hide(world: World, parameters: Parameters, *, hidden: bool) -> bool:
    """Carry out `hideGeneralForumTopic` and its opposite. A topic that is hidden is closed too."""
    chat = _forum(world, parameters, "close or open the topic")
    topic = chat.topics[GENERAL]
    if topic.is_hidden == hidden:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.is_hidden = hidden
    topic.is_closed = topic.is_closed or hidden
    _note(world, chat, topic, {"general_forum_topic_hidden" if hidden else "general_forum_topic_unhidden": {}})
    return True


def _unpin_all(world: World, parameters: Parameters, *, general: bool) -> bool:
    """Carry out `unpinAllForumTopicMessages`, or its counterpart for the general topic."""
    chat = writable_chat(world, parameters.text("chat_id"))
    _check_is_forum(chat)
    check_right(world, chat, "can_pin_messages", "Not enough rights to manage pinned messages in the chat")
    thread = None if general else _topic(chat, parameters).id
    chat.pinned = [number for number in chat.pinned if chat.messages[number].body.get("message_thread_id") != thread]
    return True


def _forum(world: World, parameters: Parameters, purpose: str) -> Chat:
    chat = writable_chat(world, parameters.text("chat_id"))
    _check_is_forum(chat)
    check_right(world, chat, "can_manage_topics", f"Not enough rights to {purpose}")
    return chat


def _check_is_forum(chat: Chat) -> None:
    if chat.type != "supergroup":
        raise bad_request("The chat is not a forum")
    if not chat.is_forum:
        raise bad_request("The chat is not a supergroup forum")


def _topic(chat: Chat, parameters: Parameters) -> Topic:
    number = parameters.integer("message_thread_id")
    if number not in chat.topics or number == GENERAL:
        raise bad_request("Invalid forum topic identifier specified" if number <= 0 else "TOPIC_ID_INVALID")
    return chat.topics[number]


def _name(parameters: Parameters) -> str:
    name = parameters.text("name").strip()[:_LONGEST_NAME]
    if not name:
        raise bad_request("Name must be non-empty")
    return name


def _icon(parameters: Parameters) -> str:
    icon = parameters.text("icon_custom_emoji_id")
    if icon and icon not in ICONS.values():
        raise bad_request("DOCUMENT_INVALID")
    return icon


def _note(world: World, chat: Chat, topic: Topic, fields: Json) -> None:
    """Put a message about the topic into it."""
    thread = {} if topic.id == GENERAL else {"message_thread_id": topic.id, "is_topic_message": True}
    world.add_service_message(chat, fields | thread, world.profile.user())


METHODS: dict[str, Callable[[World, Parameters], object]] = {
    "getforumtopiciconstickers": get_forum_topic_icon_stickers,
    "createforumtopic": create_forum_topic,
    "editforumtopic": edit_forum_topic,
    "editgeneralforumtopic": edit_general_forum_topic,
    "deleteforumtopic": delete_forum_topic,
    "closeforumtopic": partial(_close, closed=True, general=False),
    "reopenforumtopic": partial(_close, closed=False, general=False),
    "closegeneralforumtopic": partial(_close, closed=True, general=True),
    "reopengeneralforumtopic": partial(_close, closed=False, general=True),
    "hidegeneralforumtopic": partial(_hide, hidden=True),
    "unhidegeneralforumtopic": partial(_hide, hidden=False),
    "unpinallforumtopicmessages": partial(_unpin_all, general=False),
    "unpinallgeneralforumtopicmessages": partial(_unpin_all, general=True),
}
