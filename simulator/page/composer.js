/** The bottom of a phone: the field to write in, the bot's reply keyboard, and the buttons to start or to unblock the bot. */

import { CommandMenu } from "./command_menu.js";
import { putReplyKeyboard } from "./keyboards.js";
import { summary } from "./message.js";
import { offerPlaces } from "./places.js";
import { translate } from "./words.js";

export class Composer {
  constructor(root, chat) {
    this.root = root;
    this.chat = chat;
    this.form = root.querySelector("form.writing");
    this.field = root.querySelector("textarea");
    this.keys = root.querySelector(".keys");
    this.toggle = root.querySelector(".keys-toggle");
    this.markup = null;
    this.replyTo = null;
    this.forced = null;
    this.wantsKeys = true;
    this.menu = new CommandMenu(root, chat, (command) => this.send(chat.addressed(command)));
    offerPlaces(root, chat, chat.actions.shareLocation);
    this.listen();
  }

  listen() {
    this.form.onsubmit = (event) => {
      event.preventDefault();
      this.send(this.field.value.trim());
    };
    this.field.onkeydown = (event) => this.onKey(event);
    this.field.oninput = () => this.fitHeight();
    this.toggle.onclick = () => this.showKeys(!this.wantsKeys);
    const file = this.root.querySelector("[type=file]");
    this.root.querySelector(".attach").onclick = () => file.click();
    file.onchange = () => this.attach(file);
    this.root.querySelector(".replying button").onclick = () => this.setReply(null);
    this.root.querySelector(".start").onclick = () => this.start();
    this.root.querySelector(".unblock").onclick = () => this.chat.actions.setBlocked(false);
  }

  onKey(event) {
    if (event.isComposing) return; // Enter then ends the input of a character, as in Japanese
    const isForMenu = this.menu.handleKey(event);
    const sends = event.key === "Enter" && !event.shiftKey;
    if (isForMenu || sends) event.preventDefault();
    if (sends && !isForMenu) this.form.requestSubmit();
  }

  /** Send a text. If that fails, the text returns to the field, unless something else is written there by then. */
  async send(text) {
    if (!text) return;
    this.setDraft("");
    if (!(await this.chat.actions.say(text, this.replyTo?.message_id)) && !this.field.value) this.setDraft(text);
  }

  async attach(input) {
    for (const file of input.files) await this.chat.actions.sendFile(file);
    input.value = ""; // so that the same file can be chosen again
  }

  async start() {
    await this.chat.actions.say("/start");
    this.field.focus();
  }

  setDraft(text) {
    this.field.value = text;
    this.menu.hide();
    this.fitHeight();
  }

  /** Make the field as high as its text. */
  fitHeight() {
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight}px`;
  }

  /** Show the field, or in its place the one button of an empty chat (start) or of a blocked one (unblock). */
  update({ isEmpty, isBlocked }) {
    const isOpen = !isEmpty && !isBlocked;
    this.form.hidden = !isOpen;
    this.root.querySelector(".start").hidden = !isEmpty || isBlocked;
    this.root.querySelector(".unblock").hidden = !isBlocked;
    this.isOpen = isOpen;
    this.showKeys(this.wantsKeys);
  }

  /** Replace the reply keyboard (ReplyKeyboardMarkup or null). A new one is shown even if the last one was hidden. */
  setKeys(markup) {
    if (JSON.stringify(markup) === JSON.stringify(this.markup)) return;
    this.markup = markup;
    putReplyKeyboard(this.keys, markup, this.chat.person, { ...this.chat.actions, say: (text) => this.tapKey(text) });
    this.putPlaceholder();
    this.showKeys(true);
  }

  /** Make the next text the reply to `message` that the bot asks for (`forced`); null if it no longer asks. A reply that the person chose stays. */
  setForcedReply(forced, message) {
    if (forced?.message_id !== this.forced?.message_id) this.setReply(message, forced);
  }

  /** Write the next text as a reply to `message`; null for no message. `forced` is the bot's wish for this reply, if it has one. */
  setReply(message, forced = null) {
    this.replyTo = message;
    this.forced = message ? forced : null;
    const strip = this.root.querySelector(".replying");
    strip.hidden = !message;
    strip.querySelector(".answered").textContent = message ? summary(message, this.chat) : "";
    this.putPlaceholder();
    if (message) this.field.focus();
  }

  putPlaceholder() {
    const wish = (this.forced ?? this.markup)?.input_field_placeholder;
    this.field.placeholder = wish || translate(this.chat.person.language, "message");
  }

  tapKey(text) {
    if (this.markup.one_time_keyboard) this.showKeys(false);
    this.chat.actions.say(text);
  }

  /** Show or hide the reply keyboard. A persistent one cannot be hidden. */
  showKeys(isWanted) {
    const canHide = this.markup && !this.markup.is_persistent;
    this.wantsKeys = isWanted || !canHide;
    this.keys.hidden = !this.markup || !this.isOpen || !this.wantsKeys;
    this.toggle.hidden = !canHide;
    this.toggle.setAttribute("aria-pressed", String(this.wantsKeys));
  }
}
