/** Making and finding elements. Texts become text nodes only, so that no text of a bot is ever read as HTML. */

/** Return a new element. `fields` are its properties; `children` are elements and strings, and empty ones are skipped. */
export function make(tag, fields = {}, ...children) {
  const element = Object.assign(document.createElement(tag), fields);
  element.append(...children.filter(Boolean));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** Return one of the symbols of index.html as an icon. Screen readers skip it. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#${name}`);
  svg.classList.add("icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

/** Return a copy of a template of index.html. */
export function fromTemplate(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

/** Fill a select with `[value, text]` pairs and choose one value. */
export function fillSelect(select, options, chosen) {
  select.replaceChildren(...options.map(([value, text]) => make("option", { value, textContent: text })));
  select.value = chosen;
}

/** Have a screen reader read a text. It is not shown. */
export function announce(text) {
  document.getElementById("announcements").textContent = text;
}

/**
 * Let `button` show and hide `panel`. Escape and a press elsewhere hide the panel; Escape also focuses the button.
 * `onOpen` is called before the panel is shown. Return a function that hides it.
 */
export function disclose(button, panel, onOpen = () => {}) {
  const show = (isShown) => {
    panel.hidden = !isShown;
    button.setAttribute("aria-expanded", String(isShown));
  };
  const isOutside = (node) => !panel.contains(node) && !button.contains(node);
  button.addEventListener("click", () => {
    if (panel.hidden) onOpen();
    show(panel.hidden);
    if (!panel.hidden) panel.querySelector("button, input, select, a")?.focus();
  });
  document.addEventListener("pointerdown", (event) => !panel.hidden && isOutside(event.target) && show(false));
  panel.addEventListener("focusout", (event) => event.relatedTarget && isOutside(event.relatedTarget) && show(false));
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    show(false);
    button.focus();
  });
  show(false);
  return () => show(false);
}
