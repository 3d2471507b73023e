/** Emoji on messages: the small button to react, and the chips that show who did. */

import { disclose, icon, make } from "./dom.js";
import { say } from "./words.js";

const OFFERED = ["👍", "❤", "🙏", "👏", "😁", "😢", "👎"];

/**
 * Tell one's own reaction from the bot's. The server lists them together, so a list read afresh is taken to be
 * the bot's on one's own messages, and one's own on the bot's.
 */
export function sortReactions({ local }) {
  local.own ??= local.mine ? [] : local.reactions;
  local.bots ??= local.mine ? local.reactions : [];
}

/** The button that offers emoji for a message. */
export function reactionButton(message, { person, actions }) {
  const word = say(person.language, "react");
  const button = make("button", { type: "button", className: "react-open", title: word, ariaLabel: word }, icon("smile"));
  const panel = make("div", { className: "panel emoji", ariaLabel: say(person.language, "reactions") });
  panel.setAttribute("role", "group");
  const choose = (emoji) => {
    hide();
    button.focus();
    actions.react(message, emoji);
  };
  panel.append(...OFFERED.map((emoji) => make("button", { type: "button", textContent: emoji, onclick: () => choose(emoji) })));
  const hide = disclose(button, panel);
  return make("div", { className: "react" }, button, panel);
}

/** The reactions a message has, null if none. A press on one's own takes it back. */
export function reactionChips(message, { person, actions }) {
  const { own, bots } = message.local;
  if (!own.length && !bots.length) return null;
  const mine = own.map((emoji) => {
    const ariaLabel = say(person.language, "take_back", { emoji });
    return make("button", { type: "button", textContent: emoji, ariaLabel, onclick: () => actions.react(message, "") });
  });
  const theirs = bots.map((emoji) => {
    const chip = make("span", { textContent: emoji, ariaLabel: say(person.language, "reaction", { emoji }) });
    chip.setAttribute("role", "img");
    return chip;
  });
  return make("div", { className: "chips" }, ...theirs, ...mine);
}
