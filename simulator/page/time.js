/** Times as a person reads them, in their time zone and language. The clock is the server's, which may be ahead of ours. */

let aheadMilliseconds = 0;

/** Set the clock to the server's time (ISO 8601). */
export function setNow(iso) {
  aheadMilliseconds = Date.parse(iso) - Date.now();
}

/** Return the present moment in milliseconds since 1970, by the server's clock. */
export function now() {
  return Date.now() + aheadMilliseconds;
}

/** Return the milliseconds until the server's clock shows the next minute. */
export function untilNextMinute() {
  return 60_000 - (now() % 60_000);
}

const LOCALES = { en: "en-GB", sv: "sv-SE" };
const localeOf = (person) => LOCALES[person.language] ?? "en-GB";
const formatters = new Map(); // making one is slow, and every message needs several

function format(person, options, milliseconds) {
  const key = JSON.stringify([person.language, person.time_zone, options]);
  if (!formatters.has(key)) {
    formatters.set(key, new Intl.DateTimeFormat(localeOf(person), { timeZone: person.time_zone, ...options }));
  }
  return formatters.get(key).format(milliseconds);
}

/** Return the time of day: "21:30". */
export function clockTime(person, milliseconds = now()) {
  return format(person, { hour: "2-digit", minute: "2-digit" }, milliseconds);
}

/** Return the day: "Saturday 22 November". */
export function day(person, milliseconds = now()) {
  return format(person, { weekday: "long", day: "numeric", month: "long" }, milliseconds);
}

/** Return the local date, to compare it with others. */
export function localDate(person, milliseconds = now()) {
  return format(person, { year: "numeric", month: "2-digit", day: "2-digit" }, milliseconds);
}

/** Return the city of a time zone: "Europe/Stockholm" is "Stockholm". */
export const city = (zone) => zone.split("/").at(-1).replaceAll("_", " ");

const STYLES = {
  w: { weekday: "long" },
  d: { day: "numeric", month: "numeric", year: "numeric" },
  D: { day: "numeric", month: "long", year: "numeric" },
  t: { hour: "2-digit", minute: "2-digit" },
  T: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
};

/** Return a time (Unix seconds) in a format of the `date_time` entity: letters of `STYLES`, or "r" for relative. */
export function formatDateTime(person, seconds, letters) {
  if (letters === "r") return relative(person, seconds);
  const options = Object.assign({}, ...[...letters].map((letter) => STYLES[letter]));
  return format(person, options, seconds * 1000);
}

/** Return weekday, date and time of a moment (Unix seconds), for the tooltip of a shorter form. */
export function inFull(person, seconds) {
  return formatDateTime(person, seconds, "wDt");
}

const UNITS = [["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]];

function relative(person, seconds) {
  const distance = seconds - now() / 1000;
  const [unit, unitSeconds] = UNITS.find(([, length]) => Math.abs(distance) >= length) ?? UNITS.at(-1);
  return new Intl.RelativeTimeFormat(localeOf(person)).format(Math.round(distance / unitSeconds), unit);
}

const COMMON_ZONES = ["Europe/Stockholm", "Europe/London", "Europe/Helsinki", "America/New_York", "Asia/Tokyo", "UTC"];

/** Return all time zones as `[value, text]`, common ones first. `chosen` is among them even if the browser lacks it. */
export function zones(chosen) {
  const all = new Set([...COMMON_ZONES, chosen, ...Intl.supportedValuesOf("timeZone")]);
  return [...all].map((zone) => [zone, zone.replaceAll("_", " ")]);
}
