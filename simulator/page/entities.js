/** Formatted text: a text and its entities become nodes. Offsets are UTF-16 units, as JavaScript counts. */

import { make } from "./dom.js";
import { formatted, inFull } from "./moment.js";
import { say } from "./words.js";

/** The nodes of a formatted text. `reader` is the person whose phone it is; `onCommand` gets a tapped command. */
export function nodes(text, entities, reader, onCommand) {
  const sorted = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return between(0, text.length, sorted, { text, reader, onCommand });
}

const end = (entity) => entity.offset + entity.length;

function between(from, to, entities, context) {
  const made = [];
  let at = from;
  let rest = entities;
  while (rest.length) {
    const [outer, ...others] = rest;
    made.push(plain(context, at, outer.offset, made.at(-1)));
    made.push(element(outer, between(outer.offset, end(outer), inside(outer, others), context), context));
    at = end(outer);
    rest = behind(outer, others);
  }
  return [...made, plain(context, at, to, made.at(-1))].filter((node) => node !== "");
}

/** A line break after a block is the block's own: shown, it would be an empty line. */
function plain({ text }, from, to, before) {
  const start = before?.matches?.("blockquote, pre") && text[from] === "\n" ? from + 1 : from;
  return text.slice(start, Math.max(start, to));
}

function inside(outer, entities) {
  const starting = entities.filter((each) => each.offset < end(outer));
  return starting.map((each) => ({ ...each, length: Math.min(end(each), end(outer)) - each.offset }));
}

/** Entities after `outer`, with what is left of those that reach beyond it. */
function behind(outer, entities) {
  const reaching = entities.filter((each) => end(each) > end(outer));
  return reaching.map((each) => {
    const offset = Math.max(each.offset, end(outer));
    return { ...each, offset, length: end(each) - offset };
  });
}

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", blockquote: "blockquote" };

function element(entity, children, context) {
  const text = context.text.slice(entity.offset, end(entity));
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
  expandable_blockquote: (_, children, context) => expandable(children, context),
  date_time: (entity, children, context) => time(entity, children, context),
  pre: (entity, children) => make("pre", { title: entity.language ?? "" }, make("code", {}, ...children)),
};

const SAFE = new Set(["http:", "https:", "mailto:", "tel:", "tg:"]);

function link(address, children) {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || !SAFE.has(url.protocol)) return make("span", { className: "mention" }, ...children);
  return make("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

function command(text, children, { onCommand }) {
  return make("button", { type: "button", className: "command", onclick: () => onCommand(text) }, ...children);
}

function spoiler(children, { reader }) {
  const hidden = make("span", { className: "spoiler" }, make("span", { ariaHidden: "true" }, ...children));
  const show = make("button", { type: "button", className: "cover", ariaLabel: say(reader.language, "show_hidden") });
  show.onclick = () => {
    hidden.firstChild.removeAttribute("aria-hidden");
    hidden.classList.add("shown");
    show.remove();
  };
  hidden.append(show);
  return hidden;
}

function expandable(children, { reader }) {
  const quote = make("blockquote", { className: "folded" }, make("div", {}, ...children));
  const more = make("button", { type: "button", className: "unfold", textContent: say(reader.language, "show_all") });
  more.onclick = () => {
    quote.classList.remove("folded");
    more.remove();
  };
  quote.append(more);
  return quote;
}

function time(entity, children, { reader }) {
  const iso = new Date(entity.unix_time * 1000).toISOString();
  const shown = entity.date_time_format ? [formatted(reader, entity.unix_time, entity.date_time_format)] : children;
  return make("time", { dateTime: iso, title: inFull(reader, entity.unix_time) }, ...shown);
}
