/** The foot of a phone: the field to write in, the keys the bot has put there, and the button to start or unblock. */

import { CommandMenu } from "./commands.js";
import { putKeys } from "./keyboards.js";
import { offerPlaces } from "./places.js";
import { say } from "./words.js";

export class Writing {
  constructor(root, chat) {
    this.root = root;
    this.chat = chat;
    this.form = root.querySelector("form.writing");
    this.field = root.querySelector("textarea");
    this.keys = root.querySelector(".keys");
    this.toggle = root.querySelector(".keys-toggle");
    this.markup = null;
    this.keysShown = true;
    this.menu = new CommandMenu(root, chat, (command) => this.send(command));
    offerPlaces(root, chat, chat.actions.sharePlace);
    this.listen();
  }

  listen() {
    this.form.onsubmit = (event) => {
      event.preventDefault();
      this.send(this.field.value.trim());
    };
    this.field.onkeydown = (event) => this.onKey(event);
    this.field.oninput = () => this.fit();
    this.toggle.onclick = () => this.showKeys(!this.keysShown);
    this.root.querySelector(".start").onclick = () => this.start();
    this.root.querySelector(".unblock").onclick = () => this.chat.actions.setBlocked(false);
  }

  onKey(event) {
    if (event.isComposing) return;
    const isForMenu = this.menu.takes(event);
    const sends = event.key === "Enter" && !event.shiftKey;
    if (isForMenu || sends) event.preventDefault();
    if (sends && !isForMenu) this.form.requestSubmit();
  }

  /** Send a text. What could not be sent comes back into the field. */
  async send(text) {
    if (!text) return;
    this.setDraft("");
    if (!(await this.chat.actions.say(text)) && !this.field.value) this.setDraft(text);
  }

  async start() {
    await this.chat.actions.say("/start");
    this.field.focus();
  }

  setDraft(text) {
    this.field.value = text;
    this.menu.hide();
    this.fit();
  }

  fit() {
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight}px`;
  }

  /** Show what fits the chat: the field, or the one button of an empty or a blocked chat. */
  update({ isEmpty, isBlocked }) {
    const isOpen = !isEmpty && !isBlocked;
    this.form.hidden = !isOpen;
    this.root.querySelector(".start").hidden = !isEmpty || isBlocked;
    this.root.querySelector(".unblock").hidden = !isBlocked;
    this.isOpen = isOpen;
    this.showKeys(this.keysShown);
  }

  /** Take over the keys of the bot (ReplyKeyboardMarkup or null). */
  setKeys(markup) {
    if (JSON.stringify(markup) === JSON.stringify(this.markup)) return;
    this.markup = markup;
    putKeys(this.keys, markup, { ...this.chat.actions, say: (text) => this.tapKey(text) });
    this.field.placeholder = markup?.input_field_placeholder || say(this.chat.person.language, "message");
    this.showKeys(true);
  }

  tapKey(text) {
    if (this.markup.one_time_keyboard) this.showKeys(false);
    this.chat.actions.say(text);
  }

  showKeys(shown) {
    const canHide = this.markup && !this.markup.is_persistent;
    this.keysShown = shown || !canHide;
    this.keys.hidden = !this.markup || !this.isOpen || !this.keysShown;
    this.toggle.hidden = !canHide;
    this.toggle.setAttribute("aria-pressed", String(this.keysShown));
  }
}
