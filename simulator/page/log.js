/** The list of messages: keeps its order, its place when scrolled, and the focus when a message changes. */

import { bubble, inShort } from "./bubble.js";
import { make, tell } from "./dom.js";
import { focusedIn, giveFocus } from "./focus.js";
import { day, localDate, now } from "./moment.js";
import { sortReactions } from "./reactions.js";
import { say } from "./words.js";

const NEAR_THE_END = 80;
const DAY = 86_400_000;

export class Log {
  /** `root` is the phone's element; `chat` as bubble.js wants it; `pressed` may hold the id of a message just pressed. */
  constructor(root, chat) {
    this.chat = chat;
    this.messages = new Map();
    this.pressed = null;
    this.list = root.querySelector(".log");
    this.scroller = root.querySelector(".scroller");
    this.jump = root.querySelector(".jump");
    this.unread = 0;
    this.jump.onclick = () => this.toEnd();
    this.stayAtEnd();
  }

  /** The list may grow and the room for it shrink (keys, a long draft): who was at the end stays there. */
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

  /** Note where the person has scrolled to; if the sizes have changed, it was not the person who scrolled. */
  noteScrolling() {
    if (this.measure() !== this.size) return;
    this.staysAtEnd = this.isAtEnd();
    if (this.staysAtEnd) this.setUnread(0);
  }

  get isEmpty() {
    return this.messages.size === 0;
  }

  /** Show these messages in place of all before. */
  show(messages) {
    this.messages = new Map(messages.filter((each) => !each.local.deleted).map((each) => [each.message_id, each]));
    this.redraw();
  }

  /** Draw everything again: the language, the zone or the date may have changed. Nothing of it is read aloud. */
  redraw() {
    this.list.setAttribute("aria-live", "off");
    const focused = focusedIn(this.list);
    const drawn = [];
    let before = null;
    for (const message of this.messages.values()) {
      drawn.push(...this.withDay(message, before));
      before = message;
    }
    this.list.replaceChildren(...drawn);
    if (focused) giveFocus(this.list, focused);
    if (this.staysAtEnd) this.toEnd();
    requestAnimationFrame(() => this.list.setAttribute("aria-live", "polite"));
  }

  /** Add a message, or take over what has changed in it. */
  put(message) {
    const known = this.messages.get(message.message_id);
    const last = [...this.messages.values()].at(-1);
    if (known) keepReactions(known, message);
    this.messages.set(message.message_id, message);
    if (known) this.replace(message);
    else if (last && last.message_id > message.message_id) this.reorder();
    else this.append(message, last);
  }

  append(message, before) {
    this.noteScrolling();
    if (message.local.mine) this.staysAtEnd = true;
    const drawn = this.withDay(message, before);
    drawn.at(-1).classList.add("arriving");
    this.list.append(...drawn);
    if (this.staysAtEnd) this.toEnd();
    else this.setUnread(this.unread + 1);
  }

  reorder() {
    this.show([...this.messages.values()].sort((a, b) => a.message_id - b.message_id));
  }

  replace(message) {
    const old = this.element(message.message_id);
    const focused = focusedIn(old);
    const drawn = this.draw(message);
    old.setAttribute("aria-live", "off");
    keepPicture(old, drawn);
    old.className = drawn.className;
    old.replaceChildren(...drawn.childNodes);
    if (focused) giveFocus(old, focused);
    this.tellChange(message);
  }

  /** A change that somebody waits for is told; a message that counts along is not. */
  tellChange(message) {
    if (this.pressed !== message.message_id) return;
    this.pressed = null;
    const { person, bot } = this.chat;
    tell(say(person.language, "changed", { name: bot.name, text: inShort(message, this.chat) }));
  }

  remove(id) {
    this.messages.delete(id);
    this.redraw();
  }

  /** Take over a reaction event. */
  react({ message_id, emoji, mine }) {
    const message = this.messages.get(message_id);
    if (!message) return;
    message.local[mine ? "own" : "bots"] = emoji;
    this.replace(message);
  }

  draw(message) {
    sortReactions(message);
    return bubble(message, this.chat);
  }

  withDay(message, before) {
    const { person } = this.chat;
    const date = (each) => each && localDate(person, each.date * 1000);
    const drawn = this.draw(message);
    if (date(before) === date(message)) return [drawn];
    return [make("p", { className: "day", textContent: this.dayName(message.date * 1000) }), drawn];
  }

  dayName(moment) {
    const { person } = this.chat;
    const date = localDate(person, moment);
    if (date === localDate(person)) return say(person.language, "today");
    if (date === localDate(person, now() - DAY)) return say(person.language, "yesterday");
    return day(person, moment);
  }

  element(id) {
    return this.list.querySelector(`[data-id="${id}"]`);
  }

  /** Scroll to a message and put the focus on it. */
  goTo(id) {
    const element = this.element(id);
    element?.scrollIntoView({ block: "center" });
    element?.focus({ preventScroll: true });
  }

  isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_THE_END;
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

function keepReactions(known, message) {
  message.local.own = known.local.own;
  message.local.bots = known.local.bots;
}

/** A picture that is the same stays, so that it does not flicker. */
function keepPicture(old, drawn) {
  const [before, after] = [old.querySelector(".picture"), drawn.querySelector(".picture")];
  if (before && after?.src === before.src) after.replaceWith(before);
}
