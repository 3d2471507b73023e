/** What a bot answers to a press: a notice that goes by itself, or one that must be closed. */

import { make } from "./dom.js";

const SHOWN_FOR = 4000;

/** Show a notice at the foot of the chat for some seconds. */
export function toast(root, text) {
  const element = make("p", { className: "toast", textContent: text });
  root.querySelector(".toasts").replaceChildren(element);
  setTimeout(() => element.remove(), SHOWN_FOR);
}

/** Show a text until it is closed; the focus goes back to where it was. */
export function alert(root, text) {
  const dialog = root.querySelector("dialog.alert");
  dialog.querySelector("p").textContent = text;
  dialog.showModal();
}
