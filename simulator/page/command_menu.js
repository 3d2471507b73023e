/** The command menu. Its button or a "/" in the field opens it, typing narrows it, arrow keys move through it. */

import { make } from "./dom.js";
import { translate } from "./words.js";

let menuCount = 0;

export class CommandMenu {
  /** `send` is called with the command that is chosen, with its slash. */
  constructor(root, chat, send) {
    this.chat = chat;
    this.send = send;
    this.commands = [];
    this.button = root.querySelector(".menu");
    this.field = root.querySelector("textarea");
    this.panel = root.querySelector(".commands");
    this.panel.id = `commands-${++menuCount}`;
    this.panel.setAttribute("role", "listbox");
    this.field.setAttribute("aria-controls", this.panel.id);
    this.field.setAttribute("aria-autocomplete", "list");
    this.listen();
    this.hide();
  }

  listen() {
    this.button.onclick = () => (this.isOpen ? this.hide() : this.open());
    // The field must keep the focus: losing it hides the menu before the click arrives.
    this.button.onpointerdown = (event) => event.preventDefault();
    this.panel.onpointerdown = (event) => event.preventDefault();
    this.field.addEventListener("input", () => this.filter());
    this.field.addEventListener("blur", () => this.hide());
  }

  get isOpen() {
    return !this.panel.hidden;
  }

  /** Replace the commands by those that the bot has set. */
  setCommands(commands) {
    this.commands = commands;
    this.button.hidden = commands.length === 0;
    this.panel.setAttribute("aria-label", translate(this.chat.person.language, "commands"));
    if (this.isOpen) this.filter();
  }

  open() {
    this.field.focus();
    this.show(this.commands);
  }

  hide() {
    this.panel.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }

  /** Show the commands that start with the text in the field; hide the menu if there are none. */
  filter() {
    const typed = this.field.value;
    const matching = this.commands.filter(({ command }) => `/${command}`.startsWith(typed));
    if (typed.startsWith("/") && matching.length) this.show(matching);
    else this.hide();
  }

  show(commands) {
    this.panel.replaceChildren(...commands.map((command, index) => this.option(command, index)));
    this.panel.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    this.select(this.field.value ? 0 : -1);
  }

  option({ command, description }, index) {
    const name = `/${command}`;
    const texts = [make("b", { textContent: name }), make("span", { textContent: description })];
    const option = make("div", { id: `${this.panel.id}-${index}`, onclick: () => this.choose(name) }, ...texts);
    option.dataset.command = name;
    option.setAttribute("role", "option");
    return option;
  }

  /** Select the option with this index; -1 selects none. */
  select(index) {
    const options = [...this.panel.children];
    this.selected = index < 0 ? undefined : options[index];
    for (const option of options) option.setAttribute("aria-selected", String(option === this.selected));
    this.field.setAttribute("aria-activedescendant", this.selected?.id ?? "");
    this.selected?.scrollIntoView({ block: "nearest" });
  }

  /** Select the next option (`step` 1) or the one before (-1). The first follows the last. */
  move(step) {
    const options = [...this.panel.children];
    const from = options.indexOf(this.selected);
    this.select(from < 0 && step < 0 ? options.length - 1 : (from + step + options.length) % options.length);
  }

  choose(name) {
    this.hide();
    this.send(name);
  }

  /** Handle a key that was pressed in the field. Return whether it was meant for the menu. */
  handleKey(event) {
    if (!this.isOpen) return false;
    const action = {
      ArrowDown: () => this.move(1),
      ArrowUp: () => this.move(-1),
      Escape: () => this.hide(),
      Enter: this.selected && (() => this.choose(this.selected.dataset.command)),
      Tab: this.selected && !event.shiftKey && (() => this.complete(this.selected.dataset.command)),
    }[event.key];
    action?.();
    return Boolean(action);
  }

  complete(name) {
    this.field.value = `${name} `;
    this.hide();
  }
}
