"""What a bot can send, as a person sees it: formatting, marks, buttons, notices, and nothing that can run."""

import asyncio
from typing import Any

import orjson
import pytest
from playwright.async_api import Page, expect

from simulator import Person, Simulator
from tests.browser.phone import Phone
from tests.support.bot_api_client import Client
from tests.support.pictures import png
from tests.support.recordings import tone
from tests.support.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def html(bot: Client, person: Person, text: str, **more: Any) -> int:
    """Send formatted text and return the id of the message."""
    sent = await bot("sendMessage", chat_id=person.id, text=text, parse_mode="HTML", **more)
    number: int = sent["message_id"]
    return number


def keyboard(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"inline_keyboard": [list(buttons)]}


FORMATTING = [
    ("one <b>two</b> three", "strong", "two"),
    ("<i>two</i>", "em", "two"),
    ("<u>two</u>", "u", "two"),
    ("<s>two</s>", "s", "two"),
    ("😀 <b>two</b>", "strong", "two"),
    ("<b>one <i>two</i></b>", "strong em", "two"),
    ("<blockquote>one\n<b>two</b></blockquote>", "blockquote strong", "two"),
    ("<code>two</code>", "code", "two"),
    ('<pre><code class="language-python">two</code></pre>', "pre code", "two"),
    ('<a href="https://example.org/?a=1&amp;b=2">two</a>', "a[href='https://example.org/?a=1&b=2']", "two"),
    ("see example.org now", "a[href='http://example.org/']", "example.org"),
    ("<blockquote expandable>two</blockquote>", "blockquote.folded > div", "two"),
    ('<tg-time unix="1793556000" format="t">x</tg-time>', ".words > time", "18:00"),
    ('<tg-time unix="1793556000" format="wD">x</tg-time>', ".words > time", "Sunday, 1 November 2026"),
    ('<tg-time unix="1793556000">at six</tg-time>', ".words > time[title*='18:00']", "at six"),
]


async def test_formatting(bot: Client, annas: Phone, anna: Person) -> None:
    for count, (sent, selector, shown) in enumerate(FORMATTING, start=1):
        await html(bot, anna, sent)
        await expect(annas.messages).to_have_count(count)
        await expect(annas.last.locator(selector)).to_have_text(shown)


async def test_a_line_break_after_a_quote_makes_no_empty_line(bot: Client, annas: Phone, anna: Person) -> None:
    await html(bot, anna, "one\n<blockquote>two</blockquote>\nthree")
    words = await annas.last.locator(".words").evaluate("words => [...words.childNodes].map(node => node.textContent)")
    assert words[:3] == ["one\n", "two", "three"]


async def test_a_spoiler_hides_its_text_until_it_is_pressed(bot: Client, annas: Phone, anna: Person) -> None:
    await html(bot, anna, "it is <tg-spoiler>magnesium</tg-spoiler>")
    await expect(annas.last.locator(".spoiler > span")).to_have_css("color", "rgba(0, 0, 0, 0)")
    await annas.press("Show hidden text")
    await expect(annas.last.locator(".spoiler > span")).not_to_have_css("color", "rgba(0, 0, 0, 0)")


async def test_a_command_in_a_text_can_be_tapped(bot: Client, annas: Phone, anna: Person) -> None:
    await html(bot, anna, "try /tip now")
    await annas.press("/tip")
    await expect(annas.root.locator(".mine")).to_contain_text("/tip")


async def test_a_voice_message_is_played(bot: Client, annas: Phone, anna: Person) -> None:
    await bot.with_files("sendVoice", {"voice": tone(2)}, chat_id=anna.id, caption="Close your eyes.")
    await expect(annas.last).to_contain_text("Close your eyes.")
    player = annas.last.get_by_label("Voice message")
    length = await player.evaluate(
        "async player => { player.muted = true; await player.play(); return player.duration }"
    )
    assert length == pytest.approx(2, abs=0.1)
    await annas.root.page.wait_for_function("player => player.currentTime > 0", arg=await player.element_handle())


EVIL = '<img src=x onerror="window.evil = 1"><script>window.evil = 1</script>'


async def test_nothing_in_a_text_can_run(bot: Client, annas: Phone, anna: Person, page: Page) -> None:
    await bot("sendMessage", chat_id=anna.id, text=EVIL, reply_markup=keyboard({"text": EVIL, "callback_data": "x"}))
    await expect(annas.last.locator(".words")).to_contain_text(EVIL)
    await expect(annas.last.locator(".button")).to_have_text(EVIL)
    await expect(annas.last.locator("img, script")).to_have_count(0)
    bot.simulator.add_person(EVIL)
    await expect(page.locator(".people button").last).to_have_text(EVIL)
    assert await page.evaluate("window.evil") is None


async def test_a_link_that_would_run_is_only_text(simulator: Simulator, annas: Phone, anna: Person) -> None:
    entity = {"type": "text_link", "offset": 0, "length": 4, "url": "javascript:alert(1)"}
    simulator.phone.send(anna, {"text": "evil", "entities": [entity]})
    await expect(annas.last).to_contain_text("evil")
    await expect(annas.last.locator("a")).to_have_count(0)


async def test_silent_edited_and_deleted(bot: Client, annas: Phone, anna: Person) -> None:
    number = await html(bot, anna, "first", disable_notification=True)
    await expect(annas.last.get_by_title("without sound")).to_be_visible()
    await expect(annas.last.locator(".edited")).to_have_count(0)
    await bot("editMessageText", chat_id=anna.id, message_id=number, text="second")
    await expect(annas.last).to_contain_text("second")
    await expect(annas.last.locator(".edited")).to_be_visible()
    await bot("deleteMessage", chat_id=anna.id, message_id=number)
    await expect(annas.messages).to_have_count(0)


async def test_a_picture_with_a_caption(bot: Client, annas: Phone, anna: Person) -> None:
    files = {"photo": png(640, 320)}
    await bot.with_files("sendPhoto", files, chat_id=anna.id, caption="<b>toes</b>", parse_mode="HTML")
    picture = annas.last.get_by_role("img", name="Picture for the text below")
    await expect(picture).to_have_attribute("width", "640")
    await expect(annas.last.locator("strong")).to_have_text("toes")


async def test_buttons_have_colours(bot: Client, annas: Phone, anna: Person) -> None:
    styles = {"danger": "rgb(192, 53, 43)", "success": "rgb(34, 122, 65)", "primary": "rgb(31, 111, 191)"}
    buttons = [{"text": style, "callback_data": "x", "style": style} for style in styles]
    await html(bot, anna, "choose", reply_markup=keyboard(*buttons))
    for style, colour in styles.items():
        await expect(annas.button(style)).to_have_css("background-color", colour)


async def test_a_label_without_room_is_cut_and_stays_in_one_line(bot: Client, annas: Phone, anna: Person) -> None:
    long = {"text": "Swollen, or hot, or perhaps red", "callback_data": "x"}
    await html(bot, anna, "choose", reply_markup=keyboard({"text": "Still hurts", "callback_data": "y"}, long))
    await expect(annas.last.locator(".label")).to_have_count(2)
    is_cut = "label => label.scrollWidth > label.clientWidth"
    assert [await label.evaluate(is_cut) for label in await annas.last.locator(".label").all()] == [False, True]
    heights = {
        await button.evaluate("node => node.clientHeight") for button in await annas.last.locator(".button").all()
    }
    assert len(heights) == 1


async def test_a_button_that_opens_a_page(bot: Client, annas: Phone, anna: Person) -> None:
    await html(bot, anna, "choose", reply_markup=keyboard({"text": "order", "url": "https://example.org/"}))
    link = annas.root.get_by_role("link", name="order (opens a page)")
    await expect(link).to_have_attribute("href", "https://example.org/")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")


async def test_a_link_to_the_bot_starts_it_in_this_chat(bot: Client, annas: Phone, anna: Person) -> None:
    address = "https://t.me/charley_bot?start="
    keys = keyboard({"text": "Relief", "url": f"{address}key"}, {"text": "this", "callback_data": "x"})
    await html(bot, anna, f'<a href="{address}text">Start</a>', reply_markup=keys)
    await annas.root.get_by_role("link", name="Start").click()
    await expect(annas.root.locator(".mine").last).to_contain_text("/start text")
    await annas.root.get_by_role("link", name="Relief").click()
    await expect(annas.root.locator(".mine").last).to_contain_text("/start key")
    await asyncio.gather(annas.press("this"), answer_next_press(bot, url=f"{address}answer"))
    await expect(annas.root.locator(".mine").last).to_contain_text("/start answer")


async def answer_next_press(bot: Client, **answer: Any) -> None:
    """Wait for a press and answer it."""
    updates: list[dict[str, Any]] = []
    while not any("callback_query" in update for update in updates):
        offset = updates[-1]["update_id"] + 1 if updates else 0
        updates = await bot("getUpdates", timeout=5, offset=offset)
    query = next(update["callback_query"] for update in updates if "callback_query" in update)
    await bot("answerCallbackQuery", callback_query_id=query["id"], **answer)


async def test_an_alert_must_be_closed_and_gives_the_focus_back(bot: Client, annas: Phone, anna: Person) -> None:
    await html(bot, anna, "choose", reply_markup=keyboard({"text": "this", "callback_data": "x"}))
    await asyncio.gather(annas.press("this"), answer_next_press(bot, text="Are you sure?\nReally?", show_alert=True))
    dialog = annas.root.get_by_role("dialog")
    await expect(dialog).to_contain_text("Really?")
    await dialog.get_by_role("button", name="OK").press("Enter")
    await expect(dialog).to_be_hidden()
    await expect(annas.button("this")).to_be_focused()


async def test_a_notice(bot: Client, annas: Phone, anna: Person) -> None:
    await html(bot, anna, "choose", reply_markup=keyboard({"text": "this", "callback_data": "x"}))
    await asyncio.gather(annas.press("this"), answer_next_press(bot, text="Noted"))
    await expect(annas.toast).to_have_text("Noted")
    await expect(annas.root.get_by_role("dialog")).to_be_hidden()


async def test_the_bot_types_until_it_writes(bot: Client, annas: Phone, anna: Person) -> None:
    await bot("sendChatAction", chat_id=anna.id, action="typing")
    await expect(annas.root.locator(".activity")).to_have_text("typing…")
    await html(bot, anna, "here")
    await expect(annas.root.locator(".activity")).to_have_text("bot")


async def test_reactions_of_both_sides(simulator: Simulator, bot: Client, annas: Phone, anna: Person) -> None:
    await html(bot, anna, "done?")
    await annas.say("thanks")
    mine = list(simulator.world.chats[anna.id].messages)[-1]
    await bot("setMessageReaction", chat_id=anna.id, message_id=mine, reaction=[{"type": "emoji", "emoji": "❤"}])
    await expect(annas.message("thanks").get_by_role("img", name="Reaction: ❤")).to_be_visible()
    question = annas.message("done?")
    await question.hover()
    await question.get_by_role("button", name="React or reply").click()
    await question.get_by_role("button", name="👍").click()
    await expect(question.locator(".chips")).to_have_text("👍")
    await question.get_by_role("button", name="Remove 👍").click()
    await expect(question.locator(".chips")).to_have_count(0)


async def test_a_button_can_send_one_of_the_bots_results(
    bot: Client, simulator: Simulator, annas: Phone, anna: Person
) -> None:
    share = {"text": "Send the steps", "switch_inline_query_chosen_chat": {"query": "calf", "allow_user_chats": True}}
    await html(bot, anna, "Good.", reply_markup=keyboard(share))
    await annas.button("Send the steps").click()
    await until(lambda: any(b"inline_query" in update.encoded for update in simulator.updates))
    query = next(orjson.loads(update.encoded) for update in simulator.updates if b"inline_query" in update.encoded)
    result = {"type": "article", "id": "1", "title": "Calf", "input_message_content": {"message_text": "Toes up"}}
    await bot("answerInlineQuery", inline_query_id=query["inline_query"]["id"], results=[result])
    await annas.button("Calf").click()
    await expect(annas.root.locator(".mine")).to_contain_text("Toes up")
