/** The bar at the top: people, the clock that can be skipped ahead, and the colours. It speaks the active person's language. */

import { disclose, fillSelect, make, tell } from "./dom.js";
import { city, clockTime, day, setNow, zones } from "./moment.js";
import * as server from "./server.js";
import { LANGUAGES, putLabel, putWords, say } from "./words.js";

const find = (selector) => document.querySelector(selector);

/** Fill the bar for the active person. `onChoose` gets the id of a person who is chosen. */
export function drawBar(phones, active, onChoose) {
  const { language } = active.person;
  document.documentElement.lang = language;
  for (const part of [find(".bar"), find(".offline"), find("main"), find(".newcomer")]) putOwnWords(part, language);
  find(".people").replaceChildren(...[...phones.values()].map((phone) => chip(phone, phone === active, onChoose)));
  labelTheme(language);
  drawClock(active.person);
}

function putOwnWords(part, language) {
  if (part.matches("main")) putLabel(part, say(language, part.dataset.label));
  else if (part.dataset.word) part.textContent = say(language, part.dataset.word);
  else putWords(part, language);
}

function chip(phone, isActive, onChoose) {
  const { id, name } = phone.person;
  const chip = make("button", { type: "button", textContent: name, onclick: () => onChoose(id) });
  chip.setAttribute("aria-current", String(isActive));
  return chip;
}

/** Show the time of now at the person's place. */
export function drawClock(person) {
  const time = clockTime(person);
  find(".clock-open time").textContent = time;
  putLabel(find(".clock-open"), say(person.language, "clock_of", { time, name: person.name }));
  find(".clock-shown b").textContent = time;
  find(".clock-shown small").textContent = `${day(person)}, ${city(person.time_zone)}`;
}

/** Make the clock work; `active` gives the phone whose time it shows. */
export function listenToClock(active) {
  disclose(find(".clock-open"), find(".clock-panel"));
  const go = async (span) => {
    setNow((await server.skip(span)).now);
    const { person } = active();
    tell(say(person.language, "skipped", { time: clockTime(person), name: person.name }));
  };
  find(".skips").onclick = ({ target }) => {
    const { skip, until } = target.dataset;
    if (skip) go({ seconds: Number(skip) });
    if (until) go({ until, person: active().person.id });
  };
  find(".until").onsubmit = (event) => {
    event.preventDefault();
    go({ until: event.target.until.value, person: active().person.id });
  };
}

/** Make the dialog for a new person work; it proposes the language and zone of the active one. `onAdded` gets the person. */
export function listenToNewcomers(active, onAdded) {
  const dialog = find(".newcomer");
  const form = dialog.querySelector("form");
  find(".add-person").onclick = () => {
    const { language, time_zone: zone } = active().person;
    form.reset();
    fillSelect(form.language, Object.entries(LANGUAGES), language);
    fillSelect(form.time_zone, zones(zone), zone);
    dialog.showModal();
  };
  form.querySelector(".cancel").onclick = () => dialog.close();
  form.onsubmit = async () => {
    const [name, language, time_zone] = [form.elements.name, form.language, form.time_zone].map((each) => each.value.trim());
    onAdded(await server.addPerson({ name, language, time_zone }));
  };
}

const system = matchMedia("(prefers-color-scheme: dark)");
const chosen = () => document.documentElement.dataset.theme;
const isDark = () => (chosen() ? chosen() === "dark" : system.matches);

/** Make the switch of colours work: what is chosen is kept, until it is what the system says anyway. */
export function listenToTheme(active) {
  const relabel = () => labelTheme(active().person.language);
  setTheme(localStorage.getItem("theme"));
  find(".theme").onclick = () => {
    const wanted = isDark() ? "light" : "dark";
    setTheme(wanted === (system.matches ? "dark" : "light") ? null : wanted);
    relabel();
  };
  system.addEventListener("change", relabel);
}

function setTheme(theme) {
  if (theme) {
    document.documentElement.dataset.theme = theme;
    localStorage.setItem("theme", theme);
  } else {
    delete document.documentElement.dataset.theme;
    localStorage.removeItem("theme");
  }
}

function labelTheme(language) {
  putLabel(find(".theme"), say(language, isDark() ? "to_light" : "to_dark"));
  find(".theme use").setAttribute("href", isDark() ? "#light" : "#dark");
}
