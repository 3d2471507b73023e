/** What a person can do on a phone. An action that fails is reported on that phone. */

import { startCommand } from "./deep_links.js";
import { offerResults } from "./inline_mode.js";
import { alert, toast } from "./notices.js";
import * as server from "./server.js";

/** Return the actions of a phone's person. Each resolves to true if it worked, else to false (`copy` and `replyTo` to nothing). */
export function makeActions(phone) {
  const write = (message) => attempt(phone, async () => phone.put(await server.write(phone, message)));
  return {
    say: (text, replyTo) => write({ text, ...(replyTo && { reply_to: replyTo }) }),
    start: (command) => {
      phone.open(phone.person.id);
      return write({ text: command });
    },
    replyTo: (message) => phone.composer.setReply(message),
    shareLocation: (location) => write({ location }),
    shareOwnLocation: () => write({ location: phone.person.location }),
    shareOwnContact: () => write({ own_contact: true }),
    sendFile: (file) => attempt(phone, async () => phone.put(await server.sendFile(phone, kindOf(file), file))),
    react: (message, emoji) => attempt(phone, () => server.react(phone, message.message_id, emoji)),
    press: (message, data) => attempt(phone, () => press(phone, message, data)),
    setBlocked: (blocked) => attempt(phone, () => setBlocked(phone, blocked)),
    useInline: (query) => attempt(phone, () => offerResults(phone, query)),
    copy: (text) => copy(phone, text),
  };
}

/** Return the kind of message in which a phone sends a file: "photo", "voice" or "document". */
function kindOf({ type }) {
  if (["image/png", "image/jpeg", "image/webp"].includes(type)) return "photo";
  return ["audio/ogg", "video/ogg"].includes(type) ? "voice" : "document"; // some browsers take .ogg for a video
}

/** Run an asynchronous function that may throw. Resolve to true if it worked; else report why not, on the phone. */
export async function attempt(phone, action) {
  try {
    await action();
    return true;
  } catch (error) {
    toast(phone.element, phone.translate("failed", { why: error.message }));
    return false;
  }
}

async function press(phone, message, data) {
  phone.messages.pressed = message.message_id;
  const answer = await server.press(phone, message.message_id, data);
  if (!answer.answered) toast(phone.element, phone.translate("no_answer"));
  else if (answer.text) (answer.show_alert ? alert : toast)(phone.element, answer.text);
  else if (answer.url) await phone.actions.start(startCommand(answer.url, phone.bot.username));
}

async function setBlocked(phone, blocked) {
  phone.update(await server.changePerson(phone.person, { blocked }));
  phone.find(blocked ? ".unblock" : "textarea").focus();
}

async function copy(phone, text) {
  const isCopied = await navigator.clipboard.writeText(text).then(() => true, () => false);
  toast(phone.element, phone.translate(isCopied ? "copied" : "not_copied"));
}
