/** One message as an element: its author, its content, its time, and the buttons below it. */

import { icon, make } from "./dom.js";
import { textNodes } from "./entities.js";
import { inlineKeyboard } from "./keyboards.js";
import { cityAt } from "./places.js";
import { reactionButton, reactionChips } from "./reactions.js";
import { fileAddress } from "./server.js";
import { clockTime, inFull } from "./time.js";
import { translate } from "./words.js";

/** Return whether a person wrote a message, or it was sent in their name. */
export function isOwn(message, person) {
  return message.from?.id === person.id;
}

/** Return the element of a message. `chat` has `person`, `bot`, `isPrivate` and `actions`; a Phone is one. */
export function messageElement(message, chat) {
  const side = isOwn(message, chat.person) ? "mine" : "theirs";
  const element = make("article", { className: `message ${side}`, tabIndex: -1 });
  element.dataset.id = message.message_id;
  element.setAttribute("aria-label", `${author(message, chat)}, ${clockTime(chat.person, message.date * 1000)}`);
  element.append(make("div", { className: "body" }, balloon(message, chat), inlineKeyboard(message, chat)));
  element.append(reactionButton(message, chat));
  return element;
}

/** Return what a message says, on one line without formatting. */
export function summary(message, { person }) {
  const text = message.text ?? message.caption ?? "";
  return text.split("\n").filter(Boolean).join(" ") || translate(person.language, kindOf(message));
}

function author(message, { person, bot }) {
  if (isOwn(message, person)) return translate(person.language, "you");
  return message.from?.is_bot === false ? message.from.first_name : bot.name;
}

function kindOf(message) {
  if (message.photo) return "picture";
  if (message.voice) return "recording";
  if (message.location) return "place";
  if (message.contact) return "contact";
  return message.document ? "file" : "other_kind";
}

function balloon(message, chat) {
  const balloon = make("div", { className: `balloon ${message.photo ? "pictured" : ""}` });
  balloon.append(authorLine(message, chat));
  const contents = [picture(message, chat), recording(message, chat), place(message, chat), contactCard(message), file(message)];
  const parts = [repliedTo(message, chat), ...contents].filter(Boolean);
  balloon.append(...parts, words(message, chat, parts.length > 0));
  const chips = reactionChips(message, chat);
  if (chips) balloon.append(chips);
  return balloon;
}

/** Return who wrote a message. In a private chat only screen readers need it. */
function authorLine(message, chat) {
  const name = author(message, chat);
  if (chat.isPrivate || isOwn(message, chat.person)) return make("span", { className: "unseen", textContent: `${name}: ` });
  return make("b", { className: "author", textContent: name });
}

function words(message, chat, hasOtherParts) {
  const text = message.text ?? message.caption ?? "";
  const entities = message.entities ?? message.caption_entities;
  const nodes = textNodes(text, entities, chat.person, chat.actions.say);
  if (!text && !hasOtherParts) nodes.push(make("em", { textContent: translate(chat.person.language, "other_kind") }));
  const bare = text || !hasOtherParts ? "" : "bare";
  return make("div", { className: `words ${bare}`, dir: "auto" }, ...nodes, details(message, chat));
}

/** Return the small line at the end: silent, edited, the time, and the tick of the person's own messages. */
function details(message, { person }) {
  const mark = (name) => {
    const title = translate(person.language, name);
    return make("span", { title }, icon(name), make("span", { className: "unseen", textContent: title }));
  };
  const time = make("time", { textContent: clockTime(person, message.date * 1000), title: inFull(person, message.date) });
  time.dateTime = new Date(message.date * 1000).toISOString();
  return make("span", { className: "about" },
    message.local.silent && mark("silent"),
    message.local.edited && make("span", { className: "edited", textContent: translate(person.language, "edited") }),
    time,
    isOwn(message, person) && mark("sent"));
}

function repliedTo({ reply_to_message: original }, chat) {
  if (!original) return null;
  return make("div", { className: "answered" }, make("b", { textContent: author(original, chat) }), summary(original, chat));
}

function picture(message, { person }) {
  if (!message.photo) return null;
  const largest = message.photo.at(-1);
  const alt = translate(person.language, message.caption ? "picture_for" : "picture");
  const { width, height } = largest;
  return make("img", { className: "picture", src: fileAddress(largest.file_id), alt, width, height });
}

function recording({ voice }, { person }) {
  if (!voice) return null;
  const player = make("audio", { className: "recording", src: fileAddress(voice.file_id), controls: true, preload: "metadata" });
  player.setAttribute("aria-label", translate(person.language, "recording"));
  return player;
}

function place({ location }, { person }) {
  if (!location) return null;
  const { latitude, longitude } = location;
  const name = cityAt([latitude, longitude]) ?? translate(person.language, "place");
  const map = make("div", { className: "map" }, icon("place"));
  const coordinates = `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`;
  return make("div", { className: "place" }, map, make("b", { textContent: name }), make("span", { textContent: coordinates }));
}

function contactCard({ contact }) {
  if (!contact) return null;
  const name = [contact.first_name, contact.last_name].filter(Boolean).join(" ");
  return make("div", { className: "place" }, make("b", { textContent: name }), make("span", { textContent: contact.phone_number }));
}

function file({ document }) {
  if (!document) return null;
  const size = document.file_size ? ` (${Math.ceil(document.file_size / 1024)} KB)` : "";
  const name = document.file_name ?? "";
  return make("a", { className: "file", href: fileAddress(document.file_id), download: name, textContent: name + size });
}
