"""The `reply_markup` of a request: the buttons under a message, or the keys in place of the phone's keyboard."""

from typing import Any

from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import bad_request
from simulator.json_objects import Json
from simulator.markup import MarkupError
from simulator.markup.links import checked_link, mentioned_user
from simulator.specification import fields_of

LONGEST_CALLBACK_DATA = 64
"""In bytes, from the Bot API's InlineKeyboardButton."""

MOST_INLINE_BUTTONS = 100
_MARKUP_KINDS = ("keyboard", "inline_keyboard", "remove_keyboard", "force_reply")
_BUTTON_STYLES = frozenset({"", "default", "primary", "danger", "success"})
_BUTTON_ACTIONS = (
    "url", "callback_data", "callback_game", "pay", "switch_inline_query", "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat", "login_url", "web_app", "copy_text",
)  # fmt: skip


def reply_markup(parameters: Parameters, *, checks: bool) -> Json | None:
    """Return the markup of a request, or None without one. With `checks`, it is refused as Telegram refuses."""
    if not parameters.text("reply_markup"):
        return None
    markup = parameters.value("reply_markup", "Can't parse reply keyboard markup JSON object")
    if not isinstance(markup, dict):
        raise bad_request("Object expected as reply markup")
    if checks:
        for key in _buttons(markup, "keyboard", 'Field "keyboard" must be an Array of Arrays'):
            _check_key(key)
        complaint = 'Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
        buttons = _buttons(markup, "inline_keyboard", complaint)
        for button in buttons:
            _check_inline_button(button)
        if len(buttons) > MOST_INLINE_BUTTONS:
            raise bad_request("reply markup is too long")
    return markup if any(markup.get(name) for name in _MARKUP_KINDS) else None


def inline_keyboard(parameters: Parameters, *, checks: bool) -> Json | None:
    """Return the markup of an edit, which can only be an inline keyboard. None without one."""
    markup = reply_markup(parameters, checks=checks)
    if markup is not None and not markup.get("inline_keyboard"):
        raise bad_request("Inline keyboard expected")
    return markup


def check_allowed_in(chat_type: str, markup: Json) -> None:
    """Refuse markup that a chat of this type does not allow, as TDLib's get_reply_markup does."""
    if chat_type == "private":
        return
    if chat_type == "channel" and not markup.get("inline_keyboard"):
        raise bad_request("Inline keyboard expected")
    for button in (button for row in markup.get("keyboard") or () for button in row if isinstance(button, dict)):
        for name, complaint in _ONLY_IN_PRIVATE.items():
            if name in button and button[name] is not False:
                raise bad_request(f"{complaint} in private chats only")
    for button in (button for row in markup.get("inline_keyboard") or () for button in row):
        if "web_app" in button:
            raise bad_request("BUTTON_TYPE_INVALID")
        for field, name in _SWITCH_BUTTONS:
            if chat_type == "channel" and field in button:
                reason = "users will not be able to use the button without knowing bot's username"
                raise bad_request(f"Can't use {name} button in a channel chat, because {reason}")


_ONLY_IN_PRIVATE = {
    "request_contact": "Phone number can be requested",
    "request_location": "Location can be requested",
    "request_poll": "Poll can be requested",
    "request_users": "Users can be requested",
    "request_chat": "Chats can be requested",
    "request_managed_bot": "Managed bots can be requested",
    "web_app": "Web App buttons can be used",
}
"""What a key can ask for in a private chat, and how the refusal starts in any other chat."""

_SWITCH_BUTTONS = (
    ("switch_inline_query_current_chat", "switch_inline_query_current_chat"),
    ("switch_inline_query", "switch_inline_query"),
    ("switch_inline_query_chosen_chat", "switch_inline_query"),
)
"""Buttons that switch to inline mode, with the name by which a refusal calls them."""


def _buttons(markup: Json, name: str, complaint: str) -> list[Any]:
    """Return the buttons of all rows. Refused with `complaint` if they are not in rows."""
    rows = markup.get(name) or []
    if not isinstance(rows, list):
        raise bad_request(f'Field "{name}" must be of type Array')
    if not all(isinstance(row, list) for row in rows):
        raise bad_request(complaint)
    return [button for row in rows for button in row]


def _check_key(key: Any) -> None:
    text = key.get("text") if isinstance(key, dict) else key
    if not isinstance(text, str):
        raise bad_request(
            "Can't parse keyboard button: KeyboardButton must be a String or an Object"
            if not isinstance(key, dict)
            else "Can't parse keyboard button: Can't find field \"text\""
        )
    if not text:
        raise bad_request("Keyboard button text must be non-empty")
    if isinstance(key, dict):
        _check_style(key, "keyboard button")


def _check_inline_button(button: Any) -> None:
    """Refuse a wrong button. The checks are in Telegram's order, so the first error is the one Telegram reports."""
    if not isinstance(button, dict):
        raise bad_request("Can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    text = button.get("text")
    if not isinstance(text, str):
        raise bad_request("Can't parse inline keyboard button: Can't find field \"text\"")
    _check_style(button, "inline keyboard button")
    actions = [name for name in _BUTTON_ACTIONS if name in button]
    # An empty URL or empty data counts as no action. Other actions may be empty objects (callback_game).
    if not actions or (actions in (["url"], ["callback_data"]) and not button[actions[0]]):
        raise bad_request("Can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if not text:
        raise bad_request("Inline keyboard button text must be non-empty")
    data = str(button.get("callback_data", ""))  # half a surrogate pair has no UTF-8 form, hence "replace"
    if len(data.encode(errors="replace")) > LONGEST_CALLBACK_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    _check_chosen_chat(button)
    url = button.get("url", "")
    if url and mentioned_user(url) is None:
        try:
            checked_link(url)
        except MarkupError as error:
            raise bad_request(f"Inline keyboard button URL '{url}' is invalid: {error}") from None


def _check_chosen_chat(button: Json) -> None:
    chosen = button.get("switch_inline_query_chosen_chat")
    if chosen is None:
        return
    if not isinstance(chosen, dict):
        complaint = 'Field "switch_inline_query_chosen_chat" must be of type Object'
        raise bad_request(f"Can't parse inline keyboard button: {complaint}")
    if not any(chosen.get(name) for name in fields_of("SwitchInlineQueryChosenChat") if name.startswith("allow_")):
        raise bad_request("At least one chat type must be allowed")


def _check_style(button: Json, name: str) -> None:
    style = button.get("style", "")
    if not isinstance(style, str) or style.lower() not in _BUTTON_STYLES:
        raise bad_request(f"Can't parse {name}: invalid button style specified")
