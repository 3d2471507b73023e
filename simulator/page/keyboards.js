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
  const address = pageAddress(button);
  if (address) return linkButton(button, address, chat.person);
  if (button.copy_text) {
    const copy = () => chat.actions.copy(button.copy_text.text);
    return plainButton(button, copy, icon("copy"), note("copies", chat.person));
  }
  const query = inlineQuery(button);
  if (query !== undefined) return plainButton(button, () => chat.actions.useInline(query), icon("send"));
  // The other kinds (payments, games) do nothing in this chat.
  if (!button.callback_data) return Object.assign(plainButton(button), { disabled: true });
  const element = plainButton(button, () => showBusy(element, chat.actions.press(message, button.callback_data)));
  element.dataset.data = button.callback_data;
  return element;
}

/** Return the address of the page that a button opens. A web app is such a page; it cannot talk to this chat. */
function pageAddress({ url, web_app: webApp, login_url: login }) {
  return url ?? webApp?.url ?? login?.url;
}

function linkButton(button, address, person) {
  const fields = { href: address, target: "_blank", rel: "noopener noreferrer" };
  return styled(make("a", fields, label(button), icon("link"), note("opens", person)), button);
}

function note(key, { language }) {
  return make("span", { className: "unseen", textContent: ` (${translate(language, key)})` });
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

/** Fill `root` with a bot's reply keyboard (ReplyKeyboardMarkup, or null for none). */
export function putReplyKeyboard(root, markup, person, actions) {
  const rows = markup?.keyboard ?? [];
  const keys = (row) => row.map((key) => keyButton(key, person, actions));
  root.replaceChildren(...rows.map((row) => make("div", { className: "row" }, ...keys(row))));
  root.classList.toggle("full", Boolean(markup && !markup.resize_keyboard));
}

function keyButton(key, person, actions) {
  const fields = typeof key === "string" ? { text: key } : key; // the Bot API accepts a plain text for a key
  if (fields.web_app) return linkButton(fields, fields.web_app.url, person);
  if (fields.request_location) return plainButton(fields, actions.shareOwnLocation);
  if (fields.request_contact) return plainButton(fields, actions.shareOwnContact);
  const asksForMore = ["request_users", "request_chat", "request_poll", "request_managed_bot"].some((kind) => kind in fields);
  if (asksForMore) return Object.assign(plainButton(fields), { disabled: true }); // this chat has nothing to choose from
  return plainButton(fields, () => actions.say(fields.text));
}
