/** The page: one phone for each person, kept up to date by the server's events. */

import { Phone } from "./phone.js";
import * as server from "./server.js";
import { setNow, untilNextMinute } from "./time.js";
import { drawBar, drawClock, listenToClock, listenToNewcomers, listenToTheme } from "./top_bar.js";

const phones = new Map();
let bot = null;
let active = null;

/** Read everything again. Called at every connection, as the events before it were missed. */
async function start() {
  const overview = await server.readOverview();
  bot = overview.bot;
  setNow(overview.now);
  if (overview.people.length === 0) await addReader();
  for (const person of overview.people) showPerson(person);
  removeOthers(overview.people);
  offerGroups(overview);
  await Promise.all([...phones.values()].map((phone) => phone.load()));
  document.querySelector(".offline").hidden = true;
  document.body.dataset.ready = "true";
}

/** Add the reader of this page as the first person, if the server has none. */
function addReader() {
  const language = navigator.language.startsWith("sv") ? "sv" : "en";
  return server.addPerson({ language, time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone });
}

function showPerson(person) {
  const known = phones.get(person.id);
  if (known) known.update(person);
  else addPhone(person);
  redraw();
}

function addPhone(person) {
  const phone = new Phone(person, bot);
  phones.set(person.id, phone);
  phone.element.addEventListener("focusin", () => activate(phone));
  phone.element.addEventListener("pointerdown", () => activate(phone));
  document.querySelector("main").append(phone.element);
  if (!active) activate(phone);
}

/** Remove the phones of people whom the server does not know: it was restarted. */
function removeOthers(people) {
  const known = new Set(people.map((person) => person.id));
  for (const [id, phone] of phones) {
    if (known.has(id) || people.length === 0) continue;
    phone.element.remove();
    phones.delete(id);
    if (active === phone) active = null;
  }
  if (!active && phones.size) activate([...phones.values()][0]);
}

function offerGroups({ groups }) {
  for (const phone of phones.values()) phone.setGroups(groups);
}

function activate(phone) {
  if (phone === active) return;
  active?.element.classList.remove("active");
  active = phone;
  active.element.classList.add("active");
  redraw();
}

function choose(id) {
  activate(phones.get(id));
  active.element.scrollIntoView({ inline: "nearest", block: "nearest" });
  if (active.messages.staysAtEnd) active.messages.toEnd(); // a phone that was not shown could not scroll
  document.querySelector(".people [aria-current=true]").focus();
}

function redraw() {
  if (active) drawBar(phones, active, choose);
}

function tick() {
  for (const phone of phones.values()) phone.tick();
  if (active) drawClock(active.person);
}

function tickEveryMinute() {
  tick();
  setTimeout(tickEveryMinute, untilNextMinute());
}

/** By kind: the function that handles an event that is about everybody. */
const FOR_EVERYBODY = {
  clock({ now }) {
    setNow(now);
    tick();
    for (const phone of phones.values()) phone.messages.redraw();
  },
  async bot() {
    bot = (await server.readOverview()).bot;
    for (const phone of phones.values()) {
      phone.setBot(bot);
      phone.load();
    }
  },
  async groups() {
    offerGroups(await server.readOverview());
  },
  commands() {
    for (const phone of phones.values()) phone.load();
  },
};

async function receive(event) {
  if (event.kind === "person") {
    const isNew = !phones.has(event.person);
    showPerson(event.details);
    if (isNew) phones.get(event.person).load();
  } else if (event.person === null) await FOR_EVERYBODY[event.kind]?.(event);
  else phones.get(event.person)?.receive(event);
}

/** Bring the chat of a person who was added on this page to the front. */
async function welcome(person) {
  showPerson(person);
  const phone = phones.get(person.id);
  await phone.load();
  choose(person.id);
  phone.find(".start").focus();
}

function showOffline() {
  document.querySelector(".offline").hidden = false;
}

listenToTheme(() => active ?? { person: { language: navigator.language.slice(0, 2) } });
listenToClock(() => active);
listenToNewcomers(() => active, welcome);
server.listen({ onOpen: start, onEvent: receive, onLost: showOffline });
setTimeout(tickEveryMinute, untilNextMinute());
