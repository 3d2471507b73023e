/** Formatted text: a text and its entities become nodes. Both Telegram and JavaScript count in UTF-16 units. */

import { make } from "./dom.js";
import { formatDateTime, inFull } from "./time.js";
import { translate } from "./words.js";

/** Return the nodes of a formatted text. `reader` is the phone's person; `onCommand` is called with a tapped command. */
export function textNodes(text, entities, reader, onCommand) {
  const sorted = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return nodesBetween(0, text.length, sorted, { text, reader, onCommand });
}

const endOf = (entity) => entity.offset + entity.length;

/** Return the nodes between two offsets. `entities` are those that start there, outer ones before inner ones. */
function nodesBetween(from, to, entities, context) {
  const nodes = [];
  let position = from;
  let rest = entities;
  while (rest.length) {
    const [outer, ...others] = rest;
    const inner = nodesBetween(outer.offset, endOf(outer), partsInside(outer, others), context);
    nodes.push(plainText(context, position, outer.offset, nodes.at(-1)));
    nodes.push(elementOf(outer, inner, context));
    position = endOf(outer);
    rest = partsAfter(outer, others);
  }
  return [...nodes, plainText(context, position, to, nodes.at(-1))].filter((node) => node !== "");
}

/** Return a part of the text. A line break right after a block is left out: the block already ends its line. */
function plainText({ text }, from, to, before) {
  const start = before?.matches?.("blockquote, pre") && text[from] === "\n" ? from + 1 : from;
  return text.slice(start, Math.max(start, to));
}

/** Return the entities that start inside `outer`, cut off at its end. */
function partsInside(outer, entities) {
  const starting = entities.filter((entity) => entity.offset < endOf(outer));
  return starting.map((entity) => ({ ...entity, length: Math.min(endOf(entity), endOf(outer)) - entity.offset }));
}

/** Return the entities after `outer`, and the rest of those that `partsInside` has cut off. */
function partsAfter(outer, entities) {
  const reaching = entities.filter((entity) => endOf(entity) > endOf(outer));
  return reaching.map((entity) => {
    const offset = Math.max(entity.offset, endOf(outer));
    return { ...entity, offset, length: endOf(entity) - offset };
  });
}

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", blockquote: "blockquote" };

function elementOf(entity, children, context) {
  const text = context.text.slice(entity.offset, endOf(entity));
  const special = SPECIAL[entity.type];
  if (special) return special(entity, children, context, text);
  return make(TAGS[entity.type] ?? "span", { className: entity.type }, ...children);
}

const SPECIAL = {
  text_link: (entity, children) => link(entity.url, children),
  url: (_, children, __, text) => link(/^[a-z]+:/i.test(text) ? text : `http://${text}`, children),
  email: (_, children, __, text) => link(`mailto:${text}`, children),
  phone_number: (_, children, __, text) => link(`tel:${text.replace(/[^+\d]/g, "")}`, children),
  bot_command: (_, children, context, text) => command(text, children, context),
  spoiler: (_, children, context) => spoiler(children, context),
  expandable_blockquote: (_, children, context) => expandableQuote(children, context),
  date_time: (entity, children, context) => dateTime(entity, children, context),
  pre: (entity, children) => make("pre", { title: entity.language ?? "" }, make("code", {}, ...children)),
};

const SAFE_PROTOCOLS = new Set(["http:", "https:", "mailto:", "tel:", "tg:"]);

/** Return a link, or a span if the protocol is not safe: "javascript:" would run in this page. */
function link(address, children) {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || !SAFE_PROTOCOLS.has(url.protocol)) return make("span", { className: "mention" }, ...children);
  return make("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

function command(text, children, { onCommand }) {
  return make("button", { type: "button", className: "command", onclick: () => onCommand(text) }, ...children);
}

function spoiler(children, { reader }) {
  const hidden = make("span", { className: "spoiler" }, make("span", { ariaHidden: "true" }, ...children));
  const show = make("button", { type: "button", className: "cover", ariaLabel: translate(reader.language, "show_hidden") });
  show.onclick = () => {
    hidden.firstChild.removeAttribute("aria-hidden");
    hidden.classList.add("shown");
    show.remove();
  };
  hidden.append(show);
  return hidden;
}

function expandableQuote(children, { reader }) {
  const quote = make("blockquote", { className: "folded" }, make("div", {}, ...children));
  const more = make("button", { type: "button", className: "unfold", textContent: translate(reader.language, "show_all") });
  more.onclick = () => {
    quote.classList.remove("folded");
    more.remove();
  };
  quote.append(more);
  return quote;
}

function dateTime(entity, children, { reader }) {
  const { unix_time: seconds, date_time_format: format } = entity;
  const shown = format ? [formatDateTime(reader, seconds, format)] : children;
  return make("time", { dateTime: new Date(seconds * 1000).toISOString(), title: inFull(reader, seconds) }, ...shown);
}
