/** The command menu: opened by its button or by "/", narrowed by what is typed, walked with the arrow keys. */

import { make } from "./dom.js";
import { say } from "./words.js";

let menus = 0;

export class CommandMenu {
  /** `send` gets the command that is chosen, with its slash. */
  constructor(root, chat, send) {
    this.chat = chat;
    this.send = send;
    this.commands = [];
    this.button = root.querySelector(".menu");
    this.field = root.querySelector("textarea");
    this.panel = root.querySelector(".commands");
    this.panel.id = `commands-${++menus}`;
    this.panel.setAttribute("role", "listbox");
    this.field.setAttribute("aria-controls", this.panel.id);
    this.field.setAttribute("aria-autocomplete", "list");
    this.listen();
    this.hide();
  }

  listen() {
    this.button.onclick = () => (this.isOpen ? this.hide() : this.open());
    this.button.onpointerdown = (event) => event.preventDefault();
    this.panel.onpointerdown = (event) => event.preventDefault();
    this.field.addEventListener("input", () => this.follow());
    this.field.addEventListener("blur", () => this.hide());
  }

  get isOpen() {
    return !this.panel.hidden;
  }

  /** Take over the commands the bot has set. */
  set(commands) {
    this.commands = commands;
    this.button.hidden = commands.length === 0;
    this.panel.setAttribute("aria-label", say(this.chat.person.language, "commands"));
    if (this.isOpen) this.follow();
  }

  open() {
    this.field.focus();
    this.offer(this.commands);
  }

  hide() {
    this.panel.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }

  /** Show the commands that begin as the field does. */
  follow() {
    const typed = this.field.value;
    const fitting = this.commands.filter(({ command }) => `/${command}`.startsWith(typed));
    if (typed.startsWith("/") && fitting.length) this.offer(fitting);
    else this.hide();
  }

  offer(commands) {
    this.panel.replaceChildren(...commands.map((each, place) => this.option(each, place)));
    this.panel.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    this.mark(this.field.value ? 0 : -1);
  }

  option({ command, description }, place) {
    const name = `/${command}`;
    const texts = [make("b", { textContent: name }), make("span", { textContent: description })];
    const option = make("div", { id: `${this.panel.id}-${place}`, onclick: () => this.choose(name) }, ...texts);
    option.dataset.command = name;
    option.setAttribute("role", "option");
    return option;
  }

  mark(place) {
    const options = [...this.panel.children];
    this.marked = options[(place + options.length) % options.length];
    if (place < 0) this.marked = undefined;
    for (const each of options) each.setAttribute("aria-selected", String(each === this.marked));
    this.field.setAttribute("aria-activedescendant", this.marked?.id ?? "");
    this.marked?.scrollIntoView({ block: "nearest" });
  }

  move(step) {
    const options = [...this.panel.children];
    const from = options.indexOf(this.marked);
    this.mark(from < 0 && step < 0 ? options.length - 1 : (from + step + options.length) % options.length);
  }

  choose(name) {
    this.hide();
    this.send(name);
  }

  /** Deal with a key pressed in the field; true if it was meant for the menu. */
  takes(event) {
    if (!this.isOpen) return false;
    const deed = {
      ArrowDown: () => this.move(1),
      ArrowUp: () => this.move(-1),
      Escape: () => this.hide(),
      Enter: this.marked && (() => this.choose(this.marked.dataset.command)),
      Tab: this.marked && !event.shiftKey && (() => this.complete(this.marked.dataset.command)),
    }[event.key];
    deed?.();
    return Boolean(deed);
  }

  complete(name) {
    this.field.value = `${name} `;
    this.hide();
  }
}
