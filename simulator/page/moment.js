/** Times as people read them: in their own zone and language. The clock is the bot's, which may have been skipped. */

let ahead = 0;

/** Take over the server's time (ISO 8601). */
export function setNow(iso) {
  ahead = Date.parse(iso) - Date.now();
}

/** The present moment in milliseconds, by the bot's clock. */
export function now() {
  return Date.now() + ahead;
}

/** The next full minute of the bot's clock, in milliseconds from now. */
export function untilNextMinute() {
  return 60_000 - (now() % 60_000);
}

const LOCALES = { en: "en-GB", sv: "sv-SE" };
const formats = new Map();

function format(person, options) {
  const key = JSON.stringify([person.language, person.time_zone, options]);
  if (!formats.has(key)) {
    const locale = LOCALES[person.language] ?? "en-GB";
    formats.set(key, new Intl.DateTimeFormat(locale, { timeZone: person.time_zone, ...options }));
  }
  return formats.get(key);
}

/** "21:30" */
export function clockTime(person, milliseconds = now()) {
  return format(person, { hour: "2-digit", minute: "2-digit" }).format(milliseconds);
}

/** "Saturday 22 November" */
export function day(person, milliseconds = now()) {
  return format(person, { weekday: "long", day: "numeric", month: "long" }).format(milliseconds);
}

/** A local date that can be compared: "2025-11-22". */
export function localDate(person, milliseconds = now()) {
  const parts = format(person, { year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(milliseconds);
  const part = (type) => parts.find((each) => each.type === type).value;
  return `${part("year")}-${part("month")}-${part("day")}`;
}

/** The city of a time zone: "Europe/Stockholm" is "Stockholm". */
export const city = (zone) => zone.split("/").at(-1).replaceAll("_", " ");

const STYLES = {
  w: { weekday: "long" },
  d: { day: "numeric", month: "numeric", year: "numeric" },
  D: { day: "numeric", month: "long", year: "numeric" },
  t: { hour: "2-digit", minute: "2-digit" },
  T: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
};

/** A time as a `date_time` entity wants it ("wDT" and the like, "r" for relative). */
export function formatted(person, seconds, wanted) {
  if (wanted === "r") return relative(person, seconds);
  const options = Object.assign({}, ...[...wanted].map((letter) => STYLES[letter]));
  return format(person, options).format(seconds * 1000);
}

/** A time in full, to be read beside a shorter form. */
export function inFull(person, seconds) {
  return formatted(person, seconds, "wDt");
}

const UNITS = [["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]];

function relative(person, seconds) {
  const distance = seconds - now() / 1000;
  const [unit, size] = UNITS.find(([, each]) => Math.abs(distance) >= each) ?? UNITS.at(-1);
  return new Intl.RelativeTimeFormat(LOCALES[person.language] ?? "en-GB").format(Math.round(distance / size), unit);
}

const USUAL = ["Europe/Stockholm", "Europe/London", "Europe/Helsinki", "America/New_York", "Asia/Tokyo", "UTC"];

/** Time zones to choose from, the usual ones first, as `[value, text]`. */
export function zones(chosen) {
  const all = new Set([...USUAL, chosen, ...Intl.supportedValuesOf("timeZone")]);
  return [...all].map((zone) => [zone, zone.replaceAll("_", " ")]);
}
