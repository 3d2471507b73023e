/** Inline mode: a button shows what the bot offers, and the chosen result is sent. Here it is sent into the same chat. */

import { attempt } from "./actions.js";
import { make } from "./dom.js";
import { toast } from "./notices.js";
import * as server from "./server.js";

const KINDS = ["switch_inline_query", "switch_inline_query_current_chat", "switch_inline_query_chosen_chat"];

/** Return the query that a button starts; undefined if it starts none. */
export function inlineQuery(button) {
  const started = KINDS.map((kind) => button[kind]).find((query) => query !== undefined);
  return typeof started === "object" ? (started.query ?? "") : started;
}

/** Let the person choose one of the bot's results for a query, and send it. */
export async function offerResults(phone, query) {
  const shown = await server.askInline(phone, query);
  if (!shown.answered) return toast(phone.element, phone.translate("no_answer"));
  const dialog = phone.find("dialog.inline");
  const send = (result) => {
    dialog.close();
    attempt(phone, async () => phone.put(await server.chooseInline(phone, shown.query_id, result.id)));
  };
  dialog.querySelector("ul").replaceChildren(...shown.results.map((result) => resultButton(result, () => send(result))));
  dialog.showModal();
}

function resultButton({ title, description }, onclick) {
  const words = [make("b", { textContent: title ?? "" }), make("span", { textContent: description ?? "" })];
  return make("li", {}, make("button", { type: "button", onclick }, ...words));
}
