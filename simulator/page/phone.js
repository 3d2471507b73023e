/** One person's phone with one open chat, from the strip with the time at the top to the keyboard at the bottom. */

import { attempt, makeActions } from "./actions.js";
import { Composer } from "./composer.js";
import { followLinks } from "./deep_links.js";
import { disclose, fillSelect, fromTemplate, make } from "./dom.js";
import { isOwn, summary } from "./message.js";
import { MessageList } from "./message_list.js";
import * as server from "./server.js";
import { city, clockTime, zones } from "./time.js";
import { LANGUAGES, putWords, translate } from "./words.js";

const TYPING_MILLISECONDS = 5000;

export class Phone {
  constructor(person, bot) {
    this.person = person;
    this.bot = bot;
    this.chatId = person.id; // of the open chat: the private one has the id of its person
    this.groups = [];
    this.members = [];
    this.unread = new Set(); // the ids of chats
    this.element = fromTemplate("phone");
    this.actions = makeActions(this);
    this.messages = new MessageList(this.element, this);
    this.composer = new Composer(this.element, this);
    this.pinned = null;
    this.waitingEvents = null; // a list while the chat is loading, else null
    this.listen();
    this.setName(bot.name);
    this.update(person);
  }

  find(selector) {
    return this.element.querySelector(selector);
  }

  translate(key, values) {
    return translate(this.person.language, key, values);
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
    this.find(".new-group").onclick = () => attempt(this, () => this.addGroup());
    followLinks(this.element, this.bot.username, this.actions.start);
    this.find(".pinned").onclick = () => this.messages.goTo(this.pinned);
  }

  fillPanel() {
    fillSelect(this.find("[name=language]"), Object.entries(LANGUAGES), this.person.language);
    fillSelect(this.find("[name=time_zone]"), zones(this.person.time_zone), this.person.time_zone);
  }

  get isPrivate() {
    return this.chatId === this.person.id;
  }

  /** Return a command as it is sent: in a group it names the bot, as there may be others. */
  addressed(command) {
    return this.isPrivate ? command : `${command}@${this.bot.username}`;
  }

  /** Make a group of everybody on this page, with the bot, and open it. */
  async addGroup() {
    const { people, groups } = await server.readOverview();
    const others = people.map(({ id }) => id).filter((id) => id !== this.person.id);
    const title = [this.translate("group"), groups.length && groups.length + 1].filter(Boolean).join(" ");
    const group = await server.addGroup({ title, members: [this.person.id, ...others] });
    this.hidePanel();
    this.open(group.id);
  }

  /** Offer the person's groups among all `groups`. If the open one is gone, the private chat opens. */
  setGroups(groups) {
    this.groups = groups.filter(({ members }) => members.includes(this.person.id));
    const isOpenThere = this.isPrivate || this.groups.some(({ id }) => id === this.chatId);
    if (isOpenThere) this.drawChats();
    else this.open(this.person.id);
  }

  /** Open another of the person's chats. */
  open(chatId) {
    if (chatId === this.chatId) return;
    this.chatId = chatId;
    this.unread.delete(chatId);
    this.messages.staysAtEnd = true;
    this.composer.setReply(null);
    this.drawChats();
    this.load();
  }

  drawChats() {
    const chats = [{ id: this.person.id, title: this.bot.name }, ...this.groups];
    this.find(".chats").hidden = chats.length === 1;
    this.find(".chats").replaceChildren(...chats.map((chat) => this.chatButton(chat)));
  }

  chatButton({ id, title }) {
    const button = make("button", { type: "button", textContent: title, onclick: () => this.choose(id) });
    button.classList.toggle("unread", this.unread.has(id));
    button.setAttribute("aria-current", String(id === this.chatId));
    return button;
  }

  choose(id) {
    this.open(id);
    this.find(".chats [aria-current=true]").focus();
  }

  /** Show what has changed about the person. */
  update(person) {
    const { language, time_zone: zone } = this.person;
    const isNew = !this.element.lang;
    this.person = person;
    if (isNew || language !== person.language) this.putWords();
    if (!isNew && (language !== person.language || zone !== person.time_zone)) this.load();
    this.find(".owner").textContent = person.name;
    this.find(".block").textContent = this.translate(person.blocked ? "unblock" : "block");
    this.tick();
    this.setTyping(false);
    this.showState();
  }

  putWords() {
    this.element.lang = this.person.language;
    putWords(this.element, this.person.language);
    this.element.setAttribute("aria-label", this.translate("phone_of", { name: this.person.name }));
  }

  setBot(bot) {
    this.bot = bot;
    this.setName(bot.name);
    this.setTyping(false);
  }

  setName(name) {
    this.bot = { ...this.bot, name };
    this.find("h2").textContent = name;
    this.drawChats();
  }

  /** Show the present time. */
  tick() {
    this.find(".local-time").textContent = `${city(this.person.time_zone)} ${clockTime(this.person)}`;
  }

  /** Read the whole chat. Events that arrive meanwhile wait and are handled afterwards. */
  async load() {
    this.waitingEvents ??= [];
    const reading = (this.reading = server.readChat(this));
    const chat = await reading.catch(() => null);
    if (reading !== this.reading) return; // a later call reads it again and handles the events
    if (chat) this.showChat(chat);
    const events = this.waitingEvents;
    this.waitingEvents = null;
    events.forEach((event) => this.receive(event));
  }

  showChat(chat) {
    if (this.isPrivate) this.setName(chat.name);
    else this.find("h2").textContent = chat.name;
    this.members = chat.members;
    this.messages.show(chat.messages);
    this.setPinned(chat.pinned);
    this.find(".description").textContent = chat.description;
    this.composer.menu.setCommands(chat.commands);
    this.setKeys(chat);
    this.setTyping(chat.typing);
    this.showState();
  }

  /** Handle an event about this person with the method whose name is `on_` and the event's kind. */
  receive(event) {
    if (event.chat !== this.chatId) this.noteElsewhere(event);
    else if (this.waitingEvents) this.waitingEvents.push(event);
    else this[`on_${event.kind}`]?.(event);
  }

  /** Mark the chat that a message arrived in while another one is open. */
  noteElsewhere({ kind, chat }) {
    if (kind !== "message") return;
    this.unread.add(chat);
    this.drawChats();
  }

  on_message({ message }) {
    this.put(message);
    const isFromPerson = isOwn(message, this.person);
    if (!isFromPerson) this.setTyping(false);
    // A message without buttons of its own may have set or removed the reply keyboard, or ask for a reply.
    if (isFromPerson) this.composer.setReply(null);
    else if (!message.reply_markup) this.loadKeys();
  }

  on_edit({ message }) {
    this.put(message);
    this.setPinned(this.pinned);
  }

  on_delete({ message_id }) {
    this.messages.remove(message_id);
    if (this.pinned === message_id) this.load();
  }

  on_pin({ message_id }) {
    this.setPinned(message_id);
  }

  on_typing({ action }) {
    this.setTyping(action !== "cancel");
  }

  on_reaction(event) {
    this.messages.react(event);
  }

  put(message) {
    if (message.chat.id !== this.chatId) return; // it was sent before another chat was opened
    this.messages.put(message);
    this.showState();
  }

  async loadKeys() {
    const { chatId } = this;
    const chat = await server.readChat(this).catch(() => null);
    if (chat && chatId === this.chatId) this.setKeys(chat);
  }

  setKeys({ reply_keyboard: keyboard, forced_reply: forced }) {
    this.composer.setKeys(keyboard);
    this.composer.setForcedReply(forced, this.messages.messages.get(forced?.message_id));
  }

  setTyping(isTyping) {
    clearTimeout(this.typingTimer);
    const activity = this.find(".activity");
    activity.textContent = isTyping ? this.translate("typing") : this.whoIsThere();
    activity.classList.toggle("typing", isTyping);
    if (isTyping) this.typingTimer = setTimeout(() => this.setTyping(false), TYPING_MILLISECONDS);
  }

  whoIsThere() {
    if (!this.isPrivate) return [...this.members, this.bot.name].join(", ");
    return this.translate(this.person.blocked ? "blocked" : "bot");
  }

  setPinned(id) {
    this.pinned = id;
    const message = this.messages.messages.get(id);
    this.find(".pinned").hidden = !message;
    if (message) this.find(".pinned-text").textContent = summary(message, this);
  }

  showState() {
    const isEmpty = this.isPrivate && this.messages.isEmpty;
    this.find(".empty").hidden = !isEmpty;
    this.composer.update({ isEmpty, isBlocked: this.isPrivate && this.person.blocked });
  }
}
