"""What can be read and reached: contrast, narrow screens, colours of the system, names for those who hear the page."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from simulator import Person
from tests.browser.chromium import keep_picture
from tests.browser.conftest import Open
from tests.browser.phone import Phone
from tests.support.bot_api_client import Client
from tests.support.pictures import png

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
LOW_CONTRAST = """() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const linear = (c) => (c /= 255) <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => .2126 * linear(r) + .7152 * linear(g) + .0722 * linear(b);
  const ground = (element) => {
    for (let node = element; node; node = node.parentElement) {
      const colour = channels(getComputedStyle(node).backgroundColor);
      if (colour.length === 3 || colour[3] > .85) return colour;
    }
    return [255, 255, 255];
  };
  const ratio = (element) => {
    const [a, b] = [light(channels(getComputedStyle(element).color)), light(ground(element))];
    return (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  };
  const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest(".unseen");
  const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const texts = [...document.querySelectorAll("body *")].filter((node) => hasText(node) && shown(node));
  if (texts.length < 20) return ["too little was looked at"];
  const faint = texts.filter((node) => !node.closest(".spoiler") && ratio(node) < 4.5);
  return faint.map((node) => `${node.className || node.tagName} ${node.textContent.trim()} ${ratio(node).toFixed(2)}`);
}"""


async def a_full_chat(bot: Client, anna: Person) -> None:
    """One of everything that has a colour of its own."""
    row = [{"text": style, "callback_data": "x", "style": style} for style in ("primary", "success", "danger")]
    keys = {"keyboard": [["A key", {"text": "A red key", "style": "danger"}]], "is_persistent": True}
    words = 'See <a href="https://example.org">this</a>, /tip <code>code</code><blockquote>a quote</blockquote>'
    await bot("sendMessage", chat_id=anna.id, text="keys", reply_markup=keys)
    bot.simulator.phone.say(anna, "/cramp please")
    bot.simulator.phone.share_location(anna)
    await bot.with_files("sendPhoto", {"photo": png(64, 32)}, chat_id=anna.id, caption="a picture")
    markup = {"inline_keyboard": [row, [{"text": "plain", "callback_data": "x"}]]}
    sent = await bot("sendMessage", chat_id=anna.id, text=words, parse_mode="HTML", reply_markup=markup)
    await bot("pinChatMessage", chat_id=anna.id, message_id=sent["message_id"])


@pytest.mark.parametrize("colours", ["light", "dark"])
async def test_every_text_stands_out(bot: Client, open_page: Open, anna: Person, colours: Any) -> None:
    page = await open_page(color_scheme=colours, reduced_motion="reduce")
    annas = Phone(page, "Anna")
    await a_full_chat(bot, anna)
    await expect(annas.root.locator(".pinned")).to_be_visible()
    await annas.button("Menu").or_(annas.field).first.focus()
    await keep_picture(page, f"everything-{colours}")
    assert await page.evaluate(LOW_CONTRAST) == []
    await annas.root.locator(".person-open").click()
    await annas.root.locator(".place-open").click()
    assert await page.evaluate(LOW_CONTRAST) == []


async def test_the_switch_of_colours_is_kept(page: Page, annas: Phone) -> None:
    ground = "() => getComputedStyle(document.body).backgroundColor"
    light = await page.evaluate(ground)
    await page.get_by_role("button", name="Use dark colours").click()
    dark = await page.evaluate(ground)
    assert dark != light
    await page.reload()
    await expect(annas.root).to_be_visible()
    assert await page.evaluate(ground) == dark
    await page.get_by_role("button", name="Use light colours").click()
    assert await page.evaluate(ground) == light


async def test_a_narrow_screen_shows_one_phone_at_a_time(
    bot: Client, open_page: Open, anna: Person, bjorn: Person
) -> None:
    page = await open_page(**PHONE)
    annas, bjorns = Phone(page, anna.name), Phone(page, bjorn.name)
    await a_full_chat(bot, anna)
    await expect(annas.button("plain")).to_be_in_viewport()
    await expect(bjorns.root).to_be_hidden()
    await keep_picture(page, "narrow")
    assert await page.evaluate("document.documentElement.scrollWidth") == 360
    await page.get_by_role("button", name="Björn").tap()
    await expect(bjorns.root.locator(".start")).to_be_in_viewport()
    await expect(annas.root).to_be_hidden()
    await expect(page.locator("html")).to_have_attribute("lang", "sv")


async def test_the_clock_opens_on_a_narrow_screen(open_page: Open, anna: Person) -> None:
    page = await open_page(**PHONE)
    await expect(page.get_by_role("button", name="Skip ahead one hour")).to_be_hidden()
    await page.get_by_role("button", name=f"14:07 for {anna.name}. Open the clock.").tap()
    await expect(page.get_by_role("button", name="Skip ahead one hour")).to_be_focused()
    await keep_picture(page, "clock")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Skip ahead one hour")).to_be_hidden()
    await expect(page.get_by_role("button", name="Open the clock")).to_be_focused()


@pytest.mark.parametrize("width", [360, 740, 1340, 1400])
async def test_nothing_is_wider_than_its_place(bot: Client, open_page: Open, anna: Person, width: int) -> None:
    page = await open_page(viewport={"width": width, "height": 800})
    await bot("sendMessage", chat_id=anna.id, text="a" * 400)
    await a_full_chat(bot, anna)
    await expect(Phone(page, anna.name).button("plain")).to_be_visible()
    too_wide = """() => [...document.querySelectorAll("body, .bar, .phone, .scroller, footer, .balloon")]
        .filter((node) => node.scrollWidth > node.clientWidth + 1).map((node) => node.className || node.tagName)"""
    assert await page.evaluate(too_wide) == []


async def test_everything_that_can_be_pressed_has_a_name(bot: Client, page: Page, annas: Phone, anna: Person) -> None:
    await a_full_chat(bot, anna)
    await expect(annas.button("plain")).to_be_visible()
    nameless = """() => [...document.querySelectorAll("button, a, input, select, textarea")]
        .filter((node) => !(node.getAttribute("aria-label") || node.textContent.trim() || node.labels?.[0]))
        .map((node) => node.outerHTML)"""
    assert await page.evaluate(nameless) == []
    assert await page.locator("img:not([alt])").count() == 0


async def test_landmarks_and_the_log(page: Page, annas: Phone) -> None:
    for role in ("banner", "main", "navigation"):
        await expect(page.get_by_role(role)).to_have_count(1)
    await expect(page.get_by_role("region", name="Anna's chat")).to_have_count(1)
    await expect(annas.root.locator("[role=log]")).to_have_attribute("aria-live", "polite")


async def test_who_wants_no_motion_gets_none(bot: Client, open_page: Open, anna: Person) -> None:
    page = await open_page(reduced_motion="reduce")
    await bot("sendMessage", chat_id=anna.id, text="here")
    await expect(Phone(page, anna.name).last).to_have_css("animation-name", "none")
