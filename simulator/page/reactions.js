/** Answering a message with an emoji or with words: the small button for both, and the reactions that are shown. */

import { disclose, icon, make } from "./dom.js";
import { translate } from "./words.js";

const OFFERED = ["👍", "❤", "🙏", "👏", "😁", "😢", "👎"];

/** Return the button that offers emoji for a message, and to reply to it. */
export function reactionButton(message, { person, actions }) {
  const label = translate(person.language, "react");
  const button = make("button", { type: "button", className: "react-open", title: label, ariaLabel: label }, icon("smile"));
  const panel = make("div", { className: "panel emoji", ariaLabel: translate(person.language, "reactions") });
  panel.setAttribute("role", "group");
  const choose = (emoji) => {
    hide();
    button.focus();
    actions.react(message, emoji);
  };
  panel.append(...OFFERED.map((emoji) => make("button", { type: "button", textContent: emoji, onclick: () => choose(emoji) })));
  panel.append(replyButton(message, person, actions, () => hide()));
  const hide = disclose(button, panel);
  return make("div", { className: "react" }, button, panel);
}

function replyButton(message, { language }, { replyTo }, hide) {
  const label = translate(language, "reply");
  const onclick = () => {
    hide();
    replyTo(message);
  };
  return make("button", { type: "button", title: label, ariaLabel: label, onclick }, icon("reply"));
}

/** Return the reactions of a message as elements; null if it has none. A press removes the person's own. */
export function reactionChips(message, { person, actions }) {
  const { [person.id]: own = [], ...others } = message.local.reactions; // lists of emoji by the id of who reacted
  const theirs = Object.values(others).flat();
  if (!own.length && !theirs.length) return null;
  const ownChips = own.map((emoji) => {
    const ariaLabel = translate(person.language, "remove_reaction", { emoji });
    return make("button", { type: "button", textContent: emoji, ariaLabel, onclick: () => actions.react(message, "") });
  });
  const theirChips = theirs.map((emoji) => {
    const chip = make("span", { textContent: emoji, ariaLabel: translate(person.language, "reaction", { emoji }) });
    chip.setAttribute("role", "img"); // without a role, a span's label is not read
    return chip;
  });
  return make("div", { className: "chips" }, ...theirChips, ...ownChips);
}
