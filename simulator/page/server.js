/** The requests to the server. Every function resolves to the response as an object, or throws an Error that says why not. */

async function request(method, path, body) {
  const headers = body ? { "Content-Type": "application/json" } : {};
  const response = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  return resultOf(response);
}

async function resultOf(response) {
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ?? response.statusText);
  return answer;
}

const personPath = (person, rest) => `/phone/people/${person.id}/${rest}`;

/** Let a phone's person do something in the chat that the phone shows. */
const act = (phone, action, fields) => request("POST", personPath(phone.person, action), { ...fields, chat: phone.chatId });

/** Read the bot, the time, the people and the groups. */
export const readOverview = () => request("GET", "/phone");
/** Read the chat that a phone shows. */
export const readChat = (phone) => request("GET", `${personPath(phone.person, "chat")}?chat=${phone.chatId}`);
/** Add a person with `name`, `language` and `time_zone`. */
export const addPerson = (fields) => request("POST", "/phone/people", fields);
/** Make a group with a `title` and `members` (ids of people; the first one owns it). */
export const addGroup = (fields) => request("POST", "/phone/groups", fields);
/** Change a person's `language`, `time_zone` or `blocked`. */
export const changePerson = (person, changes) => request("PATCH", `/phone/people/${person.id}`, changes);
/** Write a message with a `text` (and `reply_to`, the id of another message) or a `location`, or share the person's `own_contact` (true). */
export const write = (phone, message) => act(phone, "messages", message);
/** Send a file (a File of the browser) of a `kind`: photo, voice or document. */
export async function sendFile(phone, kind, file) {
  const query = new URLSearchParams({ kind, name: file.name, type: file.type, chat: phone.chatId });
  const response = await fetch(`${personPath(phone.person, "files")}?${query}`, { method: "POST", body: file });
  return resultOf(response);
}
/** Press a button and wait for the bot's answer. */
export const press = (phone, message_id, data) => act(phone, "presses", { message_id, data });
/** React to a message. An empty emoji removes the reaction. */
export const react = (phone, message_id, emoji) => act(phone, "reactions", { message_id, emoji });
/** Write the bot's name and a query, and wait for its results. */
export const askInline = (phone, query) => act(phone, "inline_queries", { query });
/** Send one of the results of a query. */
export const chooseInline = (phone, query_id, result_id) => act(phone, "inline_results", { query_id, result_id });
/** Move the clock forward: by `seconds`, or `until` it is a time of day (HH:MM) where `person` (id) is. */
export const skip = (span) => request("POST", "/phone/clock", span);
/** The address of a file that the bot sent. */
export const fileAddress = (id) => `/phone/files/${encodeURIComponent(id)}`;

const RECONNECT_MILLISECONDS = 3000;

/**
 * Listen to the server's events. `onOpen` is called at every connection, even when one is made again. Everything must
 * be read again then, because events were missed. `onLost` is called when the connection is lost.
 */
export function listen({ onOpen, onEvent, onLost }) {
  const source = new EventSource("/phone/events");
  source.onopen = onOpen;
  source.onmessage = (message) => onEvent(JSON.parse(message.data));
  source.onerror = () => {
    onLost();
    // The browser reconnects by itself, unless the response was not a stream (a proxy's error page, for example).
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen({ onOpen, onEvent, onLost }), RECONNECT_MILLISECONDS);
  };
}
