from typing import Any

import pytest

from simulator import Person, Simulator
from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import Refusal
from simulator.bot_api.reply_markup import inline_keyboard, reply_markup
from tests.support.bot_api_client import Client


def inline(*buttons: Any) -> dict[str, Any]:
    return {"inline_keyboard": [list(buttons)]}


@pytest.mark.parametrize(
    "markup",
    [
        inline({"text": "a", "callback_data": "x" * 64}),
        inline({"text": "a", "callback_data": "å" * 32, "style": "danger"}),
        inline({"text": "a", "url": "https://1177.se"}, {"text": "b", "url": "tg://user?id=5"}),
        inline({"text": "a", "copy_text": {"text": "b"}}, {"text": "b", "switch_inline_query": ""}),
        {"keyboard": [["a", {"text": "b", "request_location": True, "style": "primary"}]], "is_persistent": True},
        {"remove_keyboard": True},
        {"force_reply": True},
    ],
)
def test_valid_markup_is_accepted(markup: dict[str, Any]) -> None:
    assert reply_markup(Parameters({"reply_markup": markup}), checks=True) == markup


@pytest.mark.parametrize("markup", ["", None, "{}", {"inline_keyboard": []}])
def test_empty_markup_is_none(markup: Any) -> None:
    assert reply_markup(Parameters({"reply_markup": markup}), checks=True) is None


@pytest.mark.parametrize(
    ("markup", "description"),
    [
        ("{", "can't parse reply keyboard markup JSON object"),
        ([], "object expected as reply markup"),
        ({"inline_keyboard": 5}, 'field "inline_keyboard" must be of type Array'),
        (
            {"inline_keyboard": [{"text": "a"}]},
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
        ),
        ({"keyboard": ["a"]}, 'field "keyboard" must be an Array of Arrays'),
        ({"keyboard": [[5]]}, "can't parse keyboard button: KeyboardButton must be a String or an Object"),
        ({"keyboard": [[{}]]}, "can't parse keyboard button: Can't find field \"text\""),
        ({"keyboard": [[""]]}, "keyboard button text must be non-empty"),
        (
            {"keyboard": [[{"text": "a", "style": "pink"}]]},
            "can't parse keyboard button: invalid button style specified",
        ),
        (inline("a"), "can't parse inline keyboard button: InlineKeyboardButton must be an Object"),
        (inline({"callback_data": "a"}), "can't parse inline keyboard button: Can't find field \"text\""),
        (inline({"text": "", "callback_data": "a"}), "inline keyboard button text must be non-empty"),
        (
            inline({"text": "a"}),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            inline({"text": "a", "callback_data": ""}),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            inline({"text": "a", "callback_data": "a", "style": "pink"}),
            "can't parse inline keyboard button: invalid button style specified",
        ),
        (inline({"text": "a", "callback_data": "x" * 65}), "BUTTON_DATA_INVALID"),
        (inline({"text": "a", "callback_data": "å" * 33}), "BUTTON_DATA_INVALID"),
        (
            inline({"text": "a", "url": "nowhere"}),
            "inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL",
        ),
        (inline(*[{"text": "a", "callback_data": "a"}] * 101), "reply markup is too long"),
    ],
)
async def test_refusals(bot: Client, anna: Person, markup: Any, description: str) -> None:
    refusal = await bot.refusal("sendMessage", chat_id=anna.id, text="a", reply_markup=markup)
    assert refusal == f"Bad Request: {description}"


def test_an_edit_takes_inline_keyboards_only() -> None:
    with pytest.raises(Refusal, match="inline keyboard expected"):
        inline_keyboard(Parameters({"reply_markup": {"keyboard": [["a"]]}}), checks=True)


def test_without_checks_buttons_are_accepted() -> None:
    markup = inline({"text": "a", "callback_data": "x" * 65})
    assert reply_markup(Parameters({"reply_markup": markup}), checks=False) == markup


def keyboard(**button: Any) -> dict[str, Any]:
    return {"keyboard": [[{"text": "a", **button}]]}


PAGE = {"url": "https://a.se"}


@pytest.mark.parametrize(
    ("kind", "markup", "description"),
    [
        ("supergroup", keyboard(request_contact=True), "phone number can be requested in private chats only"),
        ("group", keyboard(request_location=True), "location can be requested in private chats only"),
        ("group", keyboard(request_poll={}), "poll can be requested in private chats only"),
        ("group", keyboard(request_users={"request_id": 1}), "users can be requested in private chats only"),
        (
            "group",
            keyboard(request_chat={"request_id": 1, "chat_is_channel": True}),
            "chats can be requested in private chats only",
        ),
        ("group", keyboard(web_app=PAGE), "web App buttons can be used in private chats only"),
        ("group", inline({"text": "a", "web_app": PAGE}), "BUTTON_TYPE_INVALID"),
        ("channel", keyboard(), "inline keyboard expected"),
        ("channel", {"force_reply": True}, "inline keyboard expected"),
        ("channel", {"remove_keyboard": True}, "inline keyboard expected"),
        (
            "channel",
            inline({"text": "a", "switch_inline_query_current_chat": ""}),
            "can't use switch_inline_query_current_chat button in a channel chat, because users will not be able to use "
            "the button without knowing bot's username",
        ),
    ],
)
async def test_markup_that_a_kind_of_chat_does_not_allow(
    bot: Client, simulator: Simulator, anna: Person, kind: str, markup: dict[str, Any], description: str
) -> None:
    chat = simulator.phone.new_group(anna, "Family", kind=kind)
    assert (
        await bot.refusal("sendMessage", chat_id=chat.id, text="a", reply_markup=markup)
        == f"Bad Request: {description}"
    )
    if kind != "channel":
        assert await bot("sendMessage", chat_id=anna.id, text="a", reply_markup=markup)


async def test_markup_that_every_group_allows(bot: Client, simulator: Simulator, anna: Person) -> None:
    chat = simulator.phone.new_group(anna, "Family")
    for markup in (keyboard(request_contact=False), inline({"text": "a", "switch_inline_query_current_chat": ""})):
        assert await bot("sendMessage", chat_id=chat.id, text="a", reply_markup=markup)


@pytest.mark.parametrize(
    ("chosen", "description"),
    [
        (
            "",
            'can\'t parse inline keyboard button: Field "switch_inline_query_chosen_chat" must be of type Object',
        ),
        ({"query": "calf"}, "at least one chat type must be allowed"),
    ],
)
def test_a_chosen_chat_is_of_some_kind(chosen: Any, description: str) -> None:
    markup = inline({"text": "a", "switch_inline_query_chosen_chat": chosen})
    with pytest.raises(Refusal) as refused:
        reply_markup(Parameters({"reply_markup": markup}), checks=True)
    assert refused.value.description == f"Bad Request: {description}"
    allowed = inline({"text": "a", "switch_inline_query_chosen_chat": {"allow_user_chats": True}})
    assert reply_markup(Parameters({"reply_markup": allowed}), checks=True) == allowed
