/** Short messages over the chat: a toast that disappears by itself, and an alert that must be closed. */

import { make } from "./dom.js";

const TOAST_MILLISECONDS = 4000;

/** Show a text at the bottom of the chat for some seconds. It replaces the one before. */
export function toast(root, text) {
  const element = make("p", { className: "toast", textContent: text });
  root.querySelector(".toasts").replaceChildren(element);
  setTimeout(() => element.remove(), TOAST_MILLISECONDS);
}

/** Show a text until it is closed. The browser then returns the focus to where it was. */
export function alert(root, text) {
  const dialog = root.querySelector("dialog.alert");
  dialog.querySelector("p").textContent = text;
  dialog.showModal();
}
