/** The bar at the top: people, the clock that can be skipped ahead, and the colours. It is in the active person's language. */

import { announce, disclose, fillSelect, make } from "./dom.js";
import * as server from "./server.js";
import { city, clockTime, day, setNow, zones } from "./time.js";
import { LANGUAGES, putLabel, putWords, translate } from "./words.js";

const find = (selector) => document.querySelector(selector);

/** Draw the bar for the active phone. `onChoose` is called with the id of the person whose name is pressed. */
export function drawBar(phones, active, onChoose) {
  const { language } = active.person;
  document.documentElement.lang = language;
  putWords(find(".bar"), language);
  putWords(find(".newcomer"), language);
  find(".offline").textContent = translate(language, "offline");
  putLabel(find("main"), translate(language, "chats")); // not putWords: each phone in it has its own language
  find(".people").replaceChildren(...[...phones.values()].map((phone) => personButton(phone, phone === active, onChoose)));
  labelTheme(language);
  drawClock(active.person);
}

function personButton(phone, isActive, onChoose) {
  const { id, name } = phone.person;
  const button = make("button", { type: "button", textContent: name, onclick: () => onChoose(id) });
  button.setAttribute("aria-current", String(isActive));
  return button;
}

/** Show the present time where a person is. */
export function drawClock(person) {
  const time = clockTime(person);
  find(".clock-open time").textContent = time;
  putLabel(find(".clock-open"), translate(person.language, "clock_of", { time, name: person.name }));
  find(".clock-shown b").textContent = time;
  find(".clock-shown small").textContent = `${day(person)}, ${city(person.time_zone)}`;
}

/** Make the clock's buttons work. `active` returns the phone whose time the clock shows. */
export function listenToClock(active) {
  disclose(find(".clock-open"), find(".clock-panel"));
  const skip = async (span) => {
    setNow((await server.skip(span)).now);
    const { person } = active();
    announce(translate(person.language, "skipped", { time: clockTime(person), name: person.name }));
  };
  find(".skips").onclick = ({ target }) => {
    const { skip: seconds, until } = target.dataset;
    if (seconds) skip({ seconds: Number(seconds) });
    if (until) skip({ until, person: active().person.id });
  };
  find(".until").onsubmit = (event) => {
    event.preventDefault();
    skip({ until: event.target.until.value, person: active().person.id });
  };
}

/**
 * Make the dialog for a new person work. It proposes the language and time zone of the active phone's person.
 * `onAdded` is called with the new person.
 */
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
    // `form.name` would be the form's own name, not its field.
    const fields = { name: form.elements.name.value.trim(), language: form.language.value, time_zone: form.time_zone.value };
    onAdded(await server.addPerson(fields));
  };
}

const system = matchMedia("(prefers-color-scheme: dark)");
const chosenTheme = () => document.documentElement.dataset.theme;
const isDark = () => (chosenTheme() ? chosenTheme() === "dark" : system.matches);

/** Make the switch of colours work. A choice is stored only while it differs from the system's. */
export function listenToTheme(active) {
  const relabel = () => labelTheme(active().person.language);
  setTheme(localStorage.getItem("theme"));
  find(".theme").onclick = () => {
    const theme = isDark() ? "light" : "dark";
    setTheme(theme === (system.matches ? "dark" : "light") ? null : theme);
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
  putLabel(find(".theme"), translate(language, isDark() ? "to_light" : "to_dark"));
  find(".theme use").setAttribute("href", isDark() ? "#light" : "#dark");
}
