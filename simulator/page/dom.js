/** Making elements. Texts only ever become text nodes: nothing here reads markup. */

/** A new element; `fields` are its properties, `children` elements and strings (empty ones are left out). */
export function make(tag, fields = {}, ...children) {
  const element = Object.assign(document.createElement(tag), fields);
  element.append(...children.filter(Boolean));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** One of the symbols of index.html. It says nothing to those who hear the page. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#${name}`);
  svg.classList.add("icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

/** The content of a template of index.html. */
export function fromTemplate(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

/** Fill a select with `[value, text]` pairs and choose one. */
export function fillSelect(select, options, chosen) {
  select.replaceChildren(...options.map(([value, text]) => make("option", { value, textContent: text })));
  select.value = chosen;
}

/** Tell something to those who hear the page, and to nobody else. */
export function tell(text) {
  document.getElementById("heard").textContent = text;
}

/**
 * Let `button` show and hide `panel`. Escape and a press elsewhere hide it; Escape gives the focus back.
 * `onOpen` is called before it is shown. Returns a function that hides it.
 */
export function disclose(button, panel, onOpen = () => {}) {
  const show = (shown) => {
    panel.hidden = !shown;
    button.setAttribute("aria-expanded", String(shown));
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
