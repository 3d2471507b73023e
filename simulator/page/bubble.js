/** One message as an element: who wrote it, what is in it, when, and the buttons below it. */

import { icon, make } from "./dom.js";
import { nodes } from "./entities.js";
import { inlineKeyboard } from "./keyboards.js";
import { clockTime, inFull } from "./moment.js";
import { placeName } from "./places.js";
import { reactionButton, reactionChips } from "./reactions.js";
import { fileAddress } from "./server.js";
import { say } from "./words.js";

/** The element of a message. `chat` is `{person, bot, actions}`; see phone.js for the actions. */
export function bubble(message, chat) {
  const side = message.local.mine ? "mine" : "theirs";
  const element = make("article", { className: `message ${side}`, tabIndex: -1 });
  element.dataset.id = message.message_id;
  element.setAttribute("aria-label", `${author(message, chat)}, ${clockTime(chat.person, message.date * 1000)}`);
  element.append(make("div", { className: "body" }, balloon(message, chat), inlineKeyboard(message, chat)));
  element.append(reactionButton(message, chat));
  return element;
}

/** Who wrote a message. */
export function author(message, { person, bot }) {
  return message.local.mine ? say(person.language, "you") : bot.name;
}

/** What a message says, as one plain line. */
export function inShort(message, { person }) {
  const text = message.text ?? message.caption ?? "";
  return text.split("\n").filter(Boolean).join(" ") || say(person.language, kindOf(message));
}

function kindOf(message) {
  if (message.photo) return "picture";
  if (message.location) return "place";
  return message.document ? "file" : "other_kind";
}

function balloon(message, chat) {
  const hasPicture = Boolean(message.photo);
  const balloon = make("div", { className: `balloon ${hasPicture ? "pictured" : ""}` });
  balloon.append(make("span", { className: "unseen", textContent: `${author(message, chat)}: ` }));
  const parts = [answered(message, chat), picture(message, chat), place(message, chat), file(message)];
  balloon.append(...parts.filter(Boolean), words(message, chat, parts.some(Boolean)));
  const chips = reactionChips(message, chat);
  if (chips) balloon.append(chips);
  return balloon;
}

function words(message, chat, hasOther) {
  const text = message.text ?? message.caption ?? "";
  const entities = message.entities ?? message.caption_entities;
  const shown = nodes(text, entities, chat.person, chat.actions.say);
  if (!text && !hasOther) shown.push(make("em", { textContent: say(chat.person.language, "other_kind") }));
  const bare = text || !hasOther ? "" : "bare";
  return make("div", { className: `words ${bare}`, dir: "auto" }, ...shown, about(message, chat));
}

/** The small line at the end: edited, without sound, the time, the ticks of one's own messages. */
function about(message, { person }) {
  const word = (key) => say(person.language, key);
  const marked = (name, key) => make("span", { title: word(key) }, icon(name), unseen(word(key)));
  const time = make("time", { textContent: clockTime(person, message.date * 1000), title: inFull(person, message.date) });
  time.dateTime = new Date(message.date * 1000).toISOString();
  return make("span", { className: "about" },
    message.local.silent && marked("silent", "silent"),
    message.local.edited && make("span", { className: "edited", textContent: word("edited") }),
    time,
    message.local.mine && marked("sent", "sent"));
}

const unseen = (text) => make("span", { className: "unseen", textContent: text });

function answered({ reply_to_message: original }, chat) {
  if (!original) return null;
  const name = original.from?.id === chat.person.id ? say(chat.person.language, "you") : chat.bot.name;
  return make("div", { className: "answered" }, make("b", { textContent: name }), inShort(original, chat));
}

function picture(message, { person }) {
  if (!message.photo) return null;
  const largest = message.photo.at(-1);
  const alt = say(person.language, message.caption ? "picture_for" : "picture");
  const { width, height } = largest;
  return make("img", { className: "picture", src: fileAddress(largest.file_id), alt, width, height });
}

function place({ location }, { person }) {
  if (!location) return null;
  const { latitude, longitude } = location;
  const name = placeName([latitude, longitude]) ?? say(person.language, "place");
  const map = make("div", { className: "map" }, icon("place"));
  const spot = `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`;
  return make("div", { className: "place" }, map, make("b", { textContent: name }), make("span", { textContent: spot }));
}

function file({ document: sent }) {
  if (!sent) return null;
  const size = sent.file_size ? ` (${Math.ceil(sent.file_size / 1024)} KB)` : "";
  const name = sent.file_name ?? "";
  return make("a", { className: "file", href: fileAddress(sent.file_id), download: name, textContent: name + size });
}
