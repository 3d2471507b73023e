/** Sharing a location: one of some well-known cities, where the person is, or any coordinates. */

import { disclose, make } from "./dom.js";
import { translate } from "./words.js";

const CITIES = {
  Stockholm: [59.3293, 18.0686],
  Kiruna: [67.8558, 20.2253],
  London: [51.5074, -0.1278],
  Helsinki: [60.1699, 24.9384],
  "New York": [40.7128, -74.006],
  Tokyo: [35.6762, 139.6503],
};
const NEAR_DEGREES = 0.05;

/** Return the name of the city at about this latitude and longitude; undefined elsewhere. */
export function cityAt([latitude, longitude]) {
  const isNear = ([, [north, east]]) => Math.hypot(north - latitude, east - longitude) < NEAR_DEGREES;
  return Object.entries(CITIES).find(isNear)?.[0];
}

/** Let the phone's location button open its panel. `share` is called with the chosen `[latitude, longitude]`. */
export function offerPlaces(root, chat, share) {
  const panel = root.querySelector(".places");
  const form = panel.querySelector("form");
  const choose = (location) => {
    hide();
    root.querySelector(".place-open").focus();
    share(location);
  };
  const fill = () => {
    const own = [translate(chat.person.language, "here", { name: chat.person.name }), chat.person.location];
    const choices = [own, ...Object.entries(CITIES)].map(([name, location]) => placeButton(name, () => choose(location)));
    panel.querySelector("ul").replaceChildren(...choices);
  };
  const hide = disclose(root.querySelector(".place-open"), panel, fill);
  form.oninput = () => check(form);
  form.onsubmit = (event) => {
    event.preventDefault();
    choose([coordinate(form.latitude), coordinate(form.longitude)]);
    form.reset();
  };
}

function placeButton(name, onclick) {
  return make("li", {}, make("button", { type: "button", textContent: name, onclick }));
}

/** The number in an input. A comma counts as a decimal point, as in Swedish. An empty input is not a number. */
const coordinate = (input) => Number(input.value.trim().replace(",", ".") || NaN);

function check(form) {
  for (const [input, most] of [[form.latitude, 90], [form.longitude, 180]]) {
    const isValid = Math.abs(coordinate(input)) <= most;
    input.setCustomValidity(isValid ? "" : `-${most} … ${most}`);
  }
}
