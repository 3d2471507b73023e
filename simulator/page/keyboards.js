/** The buttons a bot can put under a message, and the keys it can put in place of the keyboard. */

import { icon, make } from "./dom.js";
import { say } from "./words.js";

/** The inline keyboard of a message, null without one. */
export function inlineKeyboard(message, chat) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length) return null;
  const keyboard = make("div", { className: "buttons" }, ...rows.map((row) => buttonRow(row, message, chat)));
  keyboard.setAttribute("role", "group");
  keyboard.setAttribute("aria-label", say(chat.person.language, "buttons"));
  return keyboard;
}

function buttonRow(row, message, chat) {
  return make("div", { className: "row" }, ...row.map((button) => inlineButton(button, message, chat)));
}

function inlineButton(button, message, chat) {
  const word = (key) => make("span", { className: "unseen", textContent: ` (${say(chat.person.language, key)})` });
  if (button.url) return linkButton(button, word("opens"));
  if (button.copy_text) {
    const copy = () => chat.actions.copy(button.copy_text.text);
    return plainButton(button, copy, icon("copy"), word("copies"));
  }
  if (!button.callback_data) return Object.assign(plainButton(button), { disabled: true });
  const made = plainButton(button, () => pressing(made, chat.actions.press(message, button.callback_data)));
  made.dataset.data = button.callback_data;
  return made;
}

/** Show on a button that its answer is awaited. */
async function pressing(button, answer) {
  button.setAttribute("aria-busy", "true");
  await answer;
  button.removeAttribute("aria-busy");
}

function linkButton(button, note) {
  const link = make("a", { href: button.url, target: "_blank", rel: "noopener noreferrer" }, button.text, icon("link"), note);
  return styled(link, button);
}

function plainButton(button, onclick, ...more) {
  return styled(make("button", { type: "button", onclick }, button.text, ...more), button);
}

function styled(element, { style }) {
  element.classList.add("button");
  if (style) element.classList.add(style.toLowerCase());
  return element;
}

/** Put a bot's keys (a ReplyKeyboardMarkup) into `place`; each does in the chat what it says. */
export function putKeys(place, markup, actions) {
  const rows = markup?.keyboard ?? [];
  place.replaceChildren(...rows.map((row) => make("div", { className: "row" }, ...row.map((key) => keyOf(key, actions)))));
  place.classList.toggle("full", Boolean(markup && !markup.resize_keyboard));
}

function keyOf(key, actions) {
  const fields = typeof key === "string" ? { text: key } : key;
  const tap = () => (fields.request_location ? actions.shareOwnPlace() : actions.say(fields.text));
  return plainButton(fields, tap);
}
