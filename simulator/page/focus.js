/** Keeping the focus when messages are drawn anew. */

/** What has the focus inside `root`, null if nothing has: enough to find it again. */
export function focusedIn(root) {
  const active = document.activeElement;
  if (!root.contains(active) || active === root) return null;
  const message = active.closest(".message");
  const place = [...message.querySelectorAll("button, a")].indexOf(active);
  return { id: message.dataset.id, data: active.dataset.data, place };
}

/** Give the focus to what has it by `focusedIn`; if that is gone, to what stands in its place, or to the message. */
export function giveFocus(root, { id, data, place }) {
  const message = root.closest(".message") ?? root.querySelector(`[data-id="${id}"]`);
  if (!message) return;
  const stops = [...message.querySelectorAll("button, a")];
  const target = stops.find((each) => data && each.dataset.data === data) ?? stops[place] ?? message;
  target.focus({ preventScroll: true });
}
