/** The buttons that a bot can put under a message, and those that it can put in place of the phone's keyboard. */

import { icon, make } from "./dom.js";
import { inlineQuery } from "./inline_mode.js";
import { translate } from "./words.js";

/** Return the inline keyboard of a message; null if it has none. */
export function inlineKeyboard(message, chat) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length) return null;
  const keyboard = make("div", { className: "buttons" }, ...rows.map((row) => buttonRow(row, message, chat)));
  keyboard.setAttribute("role", "group");
  keyboard.setAttribute("aria-label", translate(chat.person.language, "buttons"));
  return keyboard;
}

function buttonRow(row, message, chat) {
  return make("div", { className: "row" }, ...row.map((button) => inlineButton(button, message, chat)));
}

function inlineButton(button, message, chat) {
  const note = (key) => make("span", { className: "unseen", textContent: ` (${translate(chat.person.language, key)})` });
  if (button.url) {
    const fields = { href: button.url, target: "_blank", rel: "noopener noreferrer" };
    return styled(make("a", fields, label(button), icon("link"), note("opens")), button);
  }
  if (button.copy_text) {
    const copy = () => chat.actions.copy(button.copy_text.text);
    return plainButton(button, copy, icon("copy"), note("copies"));
  }
  const query = inlineQuery(button);
  if (query !== undefined) return plainButton(button, () => chat.actions.useInline(query), icon("send"));
  // The other kinds (web apps, payments, games) do nothing in this chat.
  if (!button.callback_data) return Object.assign(plainButton(button), { disabled: true });
  const element = plainButton(button, () => showBusy(element, chat.actions.press(message, button.callback_data)));
  element.dataset.data = button.callback_data;
  return element;
}

/** Show on a button that the bot's answer is awaited. */
async function showBusy(button, answer) {
  button.setAttribute("aria-busy", "true");
  await answer;
  button.removeAttribute("aria-busy");
}

function plainButton(button, onclick, ...more) {
  return styled(make("button", { type: "button", onclick }, label(button), ...more), button);
}

/** The words of a button, in one line: what does not fit is cut off, as on a phone. */
function label({ text }) {
  return make("span", { className: "label", textContent: text });
}

function styled(element, { style }) {
  element.classList.add("button");
  if (style) element.classList.add(style.toLowerCase());
  return element;
}

/** Fill `root` with a bot's reply keyboard (ReplyKeyboardMarkup, or null for none). A key sends its own text. */
export function putReplyKeyboard(root, markup, actions) {
  const rows = markup?.keyboard ?? [];
  root.replaceChildren(...rows.map((row) => make("div", { className: "row" }, ...row.map((key) => keyButton(key, actions)))));
  root.classList.toggle("full", Boolean(markup && !markup.resize_keyboard));
}

function keyButton(key, actions) {
  const fields = typeof key === "string" ? { text: key } : key; // the Bot API accepts a plain text for a key
  const tap = () => (fields.request_location ? actions.shareOwnLocation() : actions.say(fields.text));
  return plainButton(fields, tap);
}
