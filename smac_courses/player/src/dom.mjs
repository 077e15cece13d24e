/** Small helpers for the page. Text goes in as text: nothing here parses HTML. */

/** @param {string} id */
export function byId(id) {
  return document.getElementById(id);
}

/**
 * A new element.
 *
 * @param {string} tag
 * @param {Record<string, string>} [attributes]
 * @param {(Node|string)[]} [children]
 */
export function element(tag, attributes = {}, children = []) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/**
 * A button that does something.
 *
 * @param {string} words
 * @param {() => void} onClick
 * @param {string} [className]
 */
export function button(words, onClick, className = "") {
  const made = element("button", className ? { type: "button", class: className } : { type: "button" }, [words]);
  made.addEventListener("click", onClick);
  return made;
}

/**
 * Words for people: a sentence of the locale with its {names} filled in.
 *
 * @param {Record<string, string>} strings
 */
export function translator(strings) {
  return (name, values = {}) => {
    if (!(name in strings)) throw new Error(`no words for ${name}`);
    return strings[name].replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));
  };
}

/** The words of an element, without the note for screen readers that follows a link. @param {Element} node */
export function wordsOf(node) {
  return (node.textContent ?? "").trim();
}
