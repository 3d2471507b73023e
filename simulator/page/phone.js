/** One person's phone: their chat with the bot, from the strip with the time at the top to the keys at the foot. */

import { attempt, makeActions } from "./actions.js";
import { inShort } from "./bubble.js";
import { disclose, fillSelect, fromTemplate } from "./dom.js";
import { Log } from "./log.js";
import { city, clockTime, zones } from "./moment.js";
import * as server from "./server.js";
import { LANGUAGES, putWords, say } from "./words.js";
import { Writing } from "./writing.js";

const TYPING_FOR = 5000;

export class Phone {
  constructor(person, bot) {
    this.person = person;
    this.bot = bot;
    this.element = fromTemplate("phone");
    this.actions = makeActions(this);
    this.log = new Log(this.element, this);
    this.writing = new Writing(this.element, this);
    this.pinned = null;
    this.early = null;
    this.listen();
    this.setName(bot.name);
    this.update(person);
  }

  find(selector) {
    return this.element.querySelector(selector);
  }

  word(key, values) {
    return say(this.person.language, key, values);
  }

  listen() {
    const change = (name) => (event) => attempt(this, () => server.changePerson(this.person, { [name]: event.target.value }));
    this.hidePanel = disclose(this.find(".person-open"), this.find(".person-panel"), () => this.fillPanel());
    this.find("[name=language]").onchange = change("language");
    this.find("[name=time_zone]").onchange = change("time_zone");
    this.find(".block").onclick = () => {
      this.hidePanel();
      this.actions.setBlocked(!this.person.blocked);
    };
    this.find(".pinned").onclick = () => this.log.goTo(this.pinned);
  }

  fillPanel() {
    fillSelect(this.find("[name=language]"), Object.entries(LANGUAGES), this.person.language);
    fillSelect(this.find("[name=time_zone]"), zones(this.person.time_zone), this.person.time_zone);
  }

  /** Take over what is now known of the person. */
  update(person) {
    const { language, time_zone: zone } = this.person;
    const isNew = !this.element.lang;
    this.person = person;
    if (isNew || language !== person.language) this.translate();
    if (!isNew && (language !== person.language || zone !== person.time_zone)) this.load();
    this.find(".owner").textContent = person.name;
    this.find(".block").textContent = this.word(person.blocked ? "unblock" : "block");
    this.tick();
    this.setTyping(false);
    this.showState();
  }

  translate() {
    this.element.lang = this.person.language;
    putWords(this.element, this.person.language);
    this.element.setAttribute("aria-label", this.word("phone_of", { name: this.person.name }));
  }

  setBot(bot) {
    this.bot = bot;
    this.setName(bot.name);
    this.setTyping(false);
  }

  setName(name) {
    this.bot = { ...this.bot, name };
    this.find("h2").textContent = name;
  }

  /** Show the time of now. */
  tick() {
    this.find(".local-time").textContent = `${city(this.person.time_zone)} ${clockTime(this.person)}`;
  }

  /** Read the whole chat. What happens meanwhile is kept and taken over afterwards. */
  async load() {
    this.early ??= [];
    const reading = (this.reading = server.readChat(this.person));
    const chat = await reading.catch(() => null);
    if (reading !== this.reading) return;
    if (chat) this.showChat(chat);
    const early = this.early;
    this.early = null;
    early.forEach((event) => this.receive(event));
  }

  showChat(chat) {
    this.setName(chat.name);
    this.log.show(chat.messages);
    this.setPinned(chat.pinned);
    this.find(".description").textContent = chat.description;
    this.writing.menu.set(chat.commands);
    this.writing.setKeys(chat.reply_keyboard);
    this.setTyping(chat.typing);
    this.showState();
  }

  /** Take over an event about this person's chat. */
  receive(event) {
    if (this.early) this.early.push(event);
    else this[`on_${event.kind}`]?.(event);
  }

  on_message({ message }) {
    if (message.chat.id !== this.person.id) return;
    this.take(message);
    if (!message.local.mine) this.setTyping(false);
    // A message without buttons of its own may have brought or taken away the keys below the chat.
    if (!message.local.mine && !message.reply_markup) this.loadKeys();
  }

  on_edit({ message }) {
    if (message.chat.id !== this.person.id) return;
    this.take(message);
    this.setPinned(this.pinned);
  }

  on_delete({ message_id }) {
    this.log.remove(message_id);
    if (this.pinned === message_id) this.load();
  }

  on_pin({ message_id }) {
    this.setPinned(message_id);
  }

  on_commands() {
    this.load();
  }

  on_typing({ action }) {
    this.setTyping(action !== "cancel");
  }

  on_reaction(event) {
    this.log.react(event);
  }

  take(message) {
    this.log.put(message);
    this.showState();
  }

  async loadKeys() {
    const chat = await server.readChat(this.person).catch(() => null);
    if (chat) this.writing.setKeys(chat.reply_keyboard);
  }

  setTyping(typing) {
    clearTimeout(this.typing);
    const activity = this.find(".activity");
    activity.textContent = this.word(typing ? "typing" : this.person.blocked ? "blocked" : "bot");
    activity.classList.toggle("typing", typing);
    if (typing) this.typing = setTimeout(() => this.setTyping(false), TYPING_FOR);
  }

  setPinned(id) {
    this.pinned = id;
    const message = this.log.messages.get(id);
    this.find(".pinned").hidden = !message;
    if (message) this.find(".pinned-text").textContent = inShort(message, this);
  }

  showState() {
    const isEmpty = this.log.isEmpty;
    this.find(".empty").hidden = !isEmpty;
    this.writing.update({ isEmpty, isBlocked: this.person.blocked });
  }
}
