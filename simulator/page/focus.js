/** Keeping the focus where it is when messages are drawn again: their elements are new then. */

/** Return what identifies the focused element inside `root`; null if the focus is elsewhere. For `restoreFocus`. */
export function focusedIn(root) {
  const active = document.activeElement;
  if (!root.contains(active) || active === root) return null;
  const message = active.closest(".message");
  const index = [...message.querySelectorAll("button, a")].indexOf(active);
  return { id: message.dataset.id, data: active.dataset.data, index };
}

/**
 * Focus the element that `focusedIn` identified: the button with the same callback data, else the one with the same
 * index in its message, else the message.
 */
export function restoreFocus(root, { id, data, index }) {
  const message = root.closest(".message") ?? root.querySelector(`[data-id="${id}"]`);
  if (!message) return;
  const targets = [...message.querySelectorAll("button, a")];
  const target = targets.find((element) => data && element.dataset.data === data) ?? targets[index] ?? message;
  target.focus({ preventScroll: true });
}
