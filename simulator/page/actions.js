/** What a person can do on a phone. Whoever does it hears whether it worked; what failed is told on the phone. */

import { alert, toast } from "./notices.js";
import * as server from "./server.js";

/** The deeds that the parts of a phone call for. */
export function makeActions(phone) {
  const write = (message) => attempt(phone, async () => phone.take(await server.write(phone.person, message)));
  return {
    say: (text) => write({ text }),
    sharePlace: (location) => write({ location }),
    shareOwnPlace: () => write({ location: phone.person.location }),
    react: (message, emoji) => attempt(phone, () => server.react(phone.person, message.message_id, emoji)),
    press: (message, data) => attempt(phone, () => press(phone, message, data)),
    setBlocked: (blocked) => attempt(phone, () => setBlocked(phone, blocked)),
    copy: (text) => copy(phone, text),
  };
}

/** Do something that can fail: true if it has worked. */
export async function attempt(phone, deed) {
  try {
    await deed();
    return true;
  } catch (error) {
    toast(phone.element, phone.word("failed", { why: error.message }));
    return false;
  }
}

async function press(phone, message, data) {
  phone.log.pressed = message.message_id;
  const answer = await server.press(phone.person, message.message_id, data);
  if (!answer.answered) toast(phone.element, phone.word("no_answer"));
  else if (answer.text) (answer.show_alert ? alert : toast)(phone.element, answer.text);
}

async function setBlocked(phone, blocked) {
  phone.update(await server.changePerson(phone.person, { blocked }));
  phone.find(blocked ? ".unblock" : "textarea").focus();
}

async function copy(phone, text) {
  const copied = await navigator.clipboard.writeText(text).then(() => true, () => false);
  toast(phone.element, phone.word(copied ? "copied" : "not_copied"));
}
