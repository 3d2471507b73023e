"""Reply markup: what a bot may put under a message or in place of the keyboard."""

from typing import Any

from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import bad_request
from simulator.json_objects import Json
from simulator.markup.links import checked_link, mentioned_user

LONGEST_CALLBACK_DATA = 64
"""Bytes."""

MOST_INLINE_BUTTONS = 100
_BUTTON_STYLES = frozenset({"", "default", "primary", "danger", "success"})
_INLINE_KINDS = (
    "url", "callback_data", "callback_game", "pay", "switch_inline_query", "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat", "login_url", "web_app", "copy_text",
)  # fmt: skip


def reply_markup(parameters: Parameters, *, checks: bool) -> Json | None:
    """The markup of a request, None without one. Refused as Telegram refuses."""
    if not parameters.text("reply_markup"):
        return None
    markup = parameters.value("reply_markup", "Can't parse reply keyboard markup JSON object")
    if not isinstance(markup, dict):
        raise bad_request("Object expected as reply markup")
    if checks:
        _check_keyboard(markup)
        _check_inline_keyboard(markup)
    return markup if any(markup.get(name) for name in _KINDS) else None


_KINDS = ("keyboard", "inline_keyboard", "remove_keyboard", "force_reply")


def inline_keyboard(parameters: Parameters, *, checks: bool) -> Json | None:
    """The markup of an edit, which can only be an inline keyboard."""
    markup = reply_markup(parameters, checks=checks)
    if markup is not None and not markup.get("inline_keyboard"):
        raise bad_request("Inline keyboard expected")
    return markup


def _rows(markup: Json, name: str, complaint: str) -> list[list[Any]]:
    rows = markup.get(name) or []
    if not isinstance(rows, list):
        raise bad_request(f'Field "{name}" must be of type Array')
    if not all(isinstance(row, list) for row in rows):
        raise bad_request(complaint)
    return rows


def _check_keyboard(markup: Json) -> None:
    for row in _rows(markup, "keyboard", 'Field "keyboard" must be an Array of Arrays'):
        for button in row:
            text = button.get("text") if isinstance(button, dict) else button
            if not isinstance(text, str):
                raise bad_request(
                    "Can't parse keyboard button: KeyboardButton must be a String or an Object"
                    if not isinstance(button, dict)
                    else "Can't parse keyboard button: Can't find field \"text\""
                )
            if not text:
                raise bad_request("Keyboard button text must be non-empty")
            if isinstance(button, dict):
                _check_style(button, "keyboard button")


def _check_inline_keyboard(markup: Json) -> None:
    complaint = 'Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
    rows = _rows(markup, "inline_keyboard", complaint)
    for button in (button for row in rows for button in row):
        _check_inline_button(button)
    if sum(map(len, rows)) > MOST_INLINE_BUTTONS:
        raise bad_request("reply markup is too long")


def _check_inline_button(button: Any) -> None:
    if not isinstance(button, dict):
        raise bad_request("Can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    text = button.get("text")
    if not isinstance(text, str):
        raise bad_request("Can't parse inline keyboard button: Can't find field \"text\"")
    _check_style(button, "inline keyboard button")
    if not any(name in button for name in _INLINE_KINDS) or not (_action(button)):
        raise bad_request("Can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if not text:
        raise bad_request("Inline keyboard button text must be non-empty")
    _check_data(button)
    _check_url(button)


def _action(button: Json) -> bool:
    kinds = [name for name in _INLINE_KINDS if name in button]
    return kinds not in (["url"], ["callback_data"]) or bool(button[kinds[0]])


def _check_style(button: Json, name: str) -> None:
    style = button.get("style", "")
    if not isinstance(style, str) or style.lower() not in _BUTTON_STYLES:
        raise bad_request(f"Can't parse {name}: invalid button style specified")


def _check_data(button: Json) -> None:
    data = button.get("callback_data", "")
    if len(str(data).encode(errors="replace")) > LONGEST_CALLBACK_DATA:
        raise bad_request("BUTTON_DATA_INVALID")


def _check_url(button: Json) -> None:
    url = button.get("url", "")
    if url and mentioned_user(url) is None and not checked_link(url):
        raise bad_request(f"Inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
