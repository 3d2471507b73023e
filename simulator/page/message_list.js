/** The list of messages. It keeps their order, its scroll position, and the focus when a message changes. */

import { announce, make } from "./dom.js";
import { focusedIn, restoreFocus } from "./focus.js";
import { isOwn, messageElement, summary } from "./message.js";
import { day, localDate, now } from "./time.js";
import { translate } from "./words.js";

const NEAR_THE_END_PIXELS = 80;
const DAY_MILLISECONDS = 86_400_000;

export class MessageList {
  /** `root` is the phone's element; `chat` has `person`, `bot` and `actions`. */
  constructor(root, chat) {
    this.chat = chat;
    this.messages = new Map();
    this.pressed = null; // the id of the message whose button was pressed last
    this.list = root.querySelector(".log");
    this.scroller = root.querySelector(".scroller");
    this.jump = root.querySelector(".jump");
    this.unread = 0;
    this.jump.onclick = () => this.toEnd();
    this.stayAtEnd();
  }

  /** Stay at the end when the list grows or the room for it shrinks (a keyboard, a long draft). */
  stayAtEnd() {
    this.staysAtEnd = true;
    this.size = "";
    const resized = new ResizeObserver(() => {
      this.size = this.measure();
      if (this.staysAtEnd) this.toEnd();
    });
    resized.observe(this.scroller);
    resized.observe(this.list);
    this.scroller.onscroll = () => this.noteScrolling();
  }

  measure() {
    return `${this.scroller.scrollHeight} ${this.scroller.clientHeight}`;
  }

  /** Note whether the person has scrolled to the end. If the sizes have changed, the browser scrolled, not the person. */
  noteScrolling() {
    if (this.measure() !== this.size) return;
    this.staysAtEnd = this.isAtEnd();
    if (this.staysAtEnd) this.setUnread(0);
  }

  get isEmpty() {
    return this.messages.size === 0;
  }

  /** Replace all messages. */
  show(messages) {
    const present = messages.filter((message) => !message.local.deleted);
    this.messages = new Map(present.map((message) => [message.message_id, message]));
    this.redraw();
  }

  /** Draw everything again, after a change of language, time zone or date. Screen readers stay silent. */
  redraw() {
    this.list.setAttribute("aria-live", "off");
    const focused = focusedIn(this.list);
    const elements = [];
    let before = null;
    for (const message of this.messages.values()) {
      elements.push(...this.drawWithDay(message, before));
      before = message;
    }
    this.list.replaceChildren(...elements);
    if (focused) restoreFocus(this.list, focused);
    if (this.staysAtEnd) this.toEnd();
    requestAnimationFrame(() => this.list.setAttribute("aria-live", "polite"));
  }

  /** Add a message, or replace it if it is there. */
  put(message) {
    const known = this.messages.get(message.message_id);
    const last = [...this.messages.values()].at(-1);
    this.messages.set(message.message_id, message);
    if (known) this.replace(message);
    else if (last && last.message_id > message.message_id) this.sort();
    else this.append(message, last);
  }

  append(message, before) {
    this.noteScrolling();
    if (isOwn(message, this.chat.person)) this.staysAtEnd = true;
    const elements = this.drawWithDay(message, before);
    elements.at(-1).classList.add("arriving");
    this.list.append(...elements);
    if (this.staysAtEnd) this.toEnd();
    else this.setUnread(this.unread + 1);
  }

  /** Put the messages in the order of their ids. The response to a request can come after a later message's event. */
  sort() {
    this.show([...this.messages.values()].sort((a, b) => a.message_id - b.message_id));
  }

  /** Draw a message again inside its old element, so that the element keeps its place and its animation ends. */
  replace(message) {
    const element = this.element(message.message_id);
    const focused = focusedIn(element);
    const drawn = messageElement(message, this.chat);
    element.setAttribute("aria-live", "off");
    keepPicture(element, drawn);
    element.className = drawn.className;
    element.replaceChildren(...drawn.childNodes);
    if (focused) restoreFocus(element, focused);
    this.announceChange(message);
  }

  /** Announce the change that follows a press. Other changes, such as a countdown, are not announced. */
  announceChange(message) {
    if (this.pressed !== message.message_id) return;
    this.pressed = null;
    const { person, bot } = this.chat;
    announce(translate(person.language, "changed", { name: bot.name, text: summary(message, this.chat) }));
  }

  remove(id) {
    this.messages.delete(id);
    this.redraw();
  }

  /** Show the reaction of an event. */
  react({ message_id, user, emoji }) {
    const message = this.messages.get(message_id);
    if (!message) return;
    message.local.reactions[user] = emoji;
    this.replace(message);
  }

  /** Return the element of a message. If it is the first one of its day, the day's heading stands before it. */
  drawWithDay(message, before) {
    const date = localDate(this.chat.person, message.date * 1000);
    const element = messageElement(message, this.chat);
    if (before && localDate(this.chat.person, before.date * 1000) === date) return [element];
    return [make("p", { className: "day", textContent: this.dayName(message.date * 1000) }), element];
  }

  dayName(milliseconds) {
    const { person } = this.chat;
    const date = localDate(person, milliseconds);
    if (date === localDate(person)) return translate(person.language, "today");
    if (date === localDate(person, now() - DAY_MILLISECONDS)) return translate(person.language, "yesterday");
    return day(person, milliseconds);
  }

  element(id) {
    return this.list.querySelector(`[data-id="${id}"]`);
  }

  /** Scroll to a message and focus it. */
  goTo(id) {
    const element = this.element(id);
    element?.scrollIntoView({ block: "center" });
    element?.focus({ preventScroll: true });
  }

  isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_THE_END_PIXELS;
  }

  toEnd() {
    this.staysAtEnd = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.setUnread(0);
  }

  setUnread(count) {
    this.unread = count;
    this.jump.hidden = count === 0;
    this.jump.querySelector("b").textContent = count || "";
  }
}

/** Keep the old picture element if the picture is the same. A new element would flicker. */
function keepPicture(old, drawn) {
  const [before, after] = [old.querySelector(".picture"), drawn.querySelector(".picture")];
  if (before && after?.src === before.src) after.replaceWith(before);
}
