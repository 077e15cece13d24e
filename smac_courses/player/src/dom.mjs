/** Small helpers for the page. Text goes in as text: only `parsed` reads HTML, and only what the compiler wrote. */

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

/** The nodes of sanitised HTML that came with the course data. @param {string} html */
export function parsed(html) {
  const made = document.createElement("template");
  made.innerHTML = html;
  return made.content;
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
 * Words for people: a sentence of the locale with its {names} filled in; numbers and dates as the language writes them.
 *
 * @param {Record<string, string>} strings
 * @param {string} locale - a tag that Intl knows
 * @typedef {((name: string, values?: object) => string) & {percent: Function, minutes: Function, seconds: Function,
 *   moment: (seconds: number) => string}} Words
 * @returns {Words}
 */
export function translator(strings, locale) {
  const words = (name, values = {}) => {
    if (!(name in strings)) throw new Error(`no words for ${name}`);
    return strings[name].replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));
  };
  const unit = (name) => {
    const format = new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay: "long" });
    return (value) => format.format(value);
  };
  const percent = new Intl.NumberFormat(locale, { style: "percent" });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" });
  return Object.assign(words, {
    percent: (value) => percent.format(value / 100),
    minutes: unit("minute"),
    seconds: unit("second"),
    moment: (seconds) => date.format(seconds * 1000),
  });
}

/** The words of an element, without the note for screen readers that follows a link. @param {Element} node */
export function wordsOf(node) {
  return (node.textContent ?? "").trim();
}

/** The words of a screen's heading. @param {string} screen */
export function titleOf(screen) {
  return wordsOf(byId(`${screen}._title`));
}

/** A link to a screen, by its title. @param {string} screen */
export function linkTo(screen) {
  return element("a", { href: `#${screen}` }, [titleOf(screen)]);
}

/** The words of a question, also of one that still waits in the exam's bank. @param {string} key */
export function headOf(key) {
  const bank = document.querySelector(`template[data-bank="${key}"]`);
  return wordsOf((bank?.content ?? document).querySelector(`[id="${key}._title"]`));
}
