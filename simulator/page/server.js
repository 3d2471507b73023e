/** What the page asks of the server. Every function gives the answer as an object, or throws an Error that tells why not. */

async function ask(method, path, body) {
  const headers = body ? { "Content-Type": "application/json" } : {};
  const response = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ?? response.statusText);
  return answer;
}

const of = (person, what) => `/phone/people/${person.id}/${what}`;

/** The bot, the clock and the people. */
export const readOverview = () => ask("GET", "/phone");
/** One person's chat with the bot. */
export const readChat = (person) => ask("GET", of(person, "chat"));
/** Add somebody: `name`, `language`, `time_zone`. */
export const addPerson = (fields) => ask("POST", "/phone/people", fields);
/** Change a person: `language`, `time_zone`, `blocked`. */
export const changePerson = (person, changes) => ask("PATCH", `/phone/people/${person.id}`, changes);
/** Write a message: `text` or `location`. */
export const write = (person, message) => ask("POST", of(person, "messages"), message);
/** Press a button and wait for what the bot answers. */
export const press = (person, message_id, data) => ask("POST", of(person, "presses"), { message_id, data });
/** React to a message; an empty emoji takes the reaction back. */
export const react = (person, message_id, emoji) => ask("POST", of(person, "reactions"), { message_id, emoji });
/** Move the clock forward by `seconds`, or `until` a local time of a `person` (id). */
export const skip = (span) => ask("POST", "/phone/clock", span);
/** The address of a file. */
export const fileAddress = (id) => `/phone/files/${encodeURIComponent(id)}`;

const RETRY_AFTER = 3000;

/**
 * Listen to what happens. `onOpen` is called at every (re)connection, when all that is known may be stale;
 * `onLost` when the connection is gone.
 */
export function listen({ onOpen, onEvent, onLost }) {
  const source = new EventSource("/phone/events");
  source.onopen = onOpen;
  source.onmessage = (message) => onEvent(JSON.parse(message.data));
  source.onerror = () => {
    onLost();
    // The browser tries again by itself, unless the answer was no stream at all.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen({ onOpen, onEvent, onLost }), RETRY_AFTER);
  };
}
