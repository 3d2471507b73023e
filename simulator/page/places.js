/** Sharing a location: some known places, where the person is, or any coordinates. */

import { disclose, make } from "./dom.js";
import { say } from "./words.js";

const KNOWN = {
  Stockholm: [59.3293, 18.0686],
  Kiruna: [67.8558, 20.2253],
  London: [51.5074, -0.1278],
  Helsinki: [60.1699, 24.9384],
  "New York": [40.7128, -74.006],
  "Tokyo": [35.6762, 139.6503],
};
const CLOSE = 0.05;

/** The name of a known place at about this latitude and longitude; undefined elsewhere. */
export function placeName([latitude, longitude]) {
  const isThere = ([, [north, east]]) => Math.hypot(north - latitude, east - longitude) < CLOSE;
  return Object.entries(KNOWN).find(isThere)?.[0];
}

/** Let the phone's location button open its panel; `share` gets `[latitude, longitude]`. */
export function offerPlaces(root, chat, share) {
  const panel = root.querySelector(".places");
  const form = panel.querySelector("form");
  const give = (place) => {
    hide();
    root.querySelector(".place-open").focus();
    share(place);
  };
  const fill = () => panel.querySelector("ul").replaceChildren(...choices(chat.person).map((each) => choice(each, give)));
  const hide = disclose(root.querySelector(".place-open"), panel, fill);
  form.oninput = () => check(form);
  form.onsubmit = (event) => {
    event.preventDefault();
    give([coordinate(form.latitude), coordinate(form.longitude)]);
    form.reset();
  };
}

function choices(person) {
  return [[say(person.language, "here", { name: person.name }), person.location], ...Object.entries(KNOWN)];
}

function choice([name, place], give) {
  return make("li", {}, make("button", { type: "button", textContent: name, onclick: () => give(place) }));
}

const coordinate = (input) => Number(input.value.trim().replace(",", ".") || NaN);

function check(form) {
  for (const [input, most] of [[form.latitude, 90], [form.longitude, 180]]) {
    const isFine = Math.abs(coordinate(input)) <= most;
    input.setCustomValidity(isFine ? "" : `-${most} … ${most}`);
  }
}
