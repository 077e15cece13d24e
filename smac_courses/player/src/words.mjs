/** Typed answers. Twin of smac_courses/grading/words.py, which says why it is done this way. */

const SPACES = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;
const START = /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;
const END = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/;
const UNSEEN = /[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;
const PLAIN = /^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)$/;
const BY_POINT = /^[+-]?[1-9][0-9]{0,2}(\.[0-9]{3})+(,[0-9]*)?$/;
const BY_COMMA = /^[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]*)?$/;
const MOST_DIGITS = 30;
const HASHTAG = /#([^ #.,:;!?'"()[\]{}<>/\\|@&*+=~^%$-]+)/g;
const ONE_WORD = 9;
const BEFORE_MORE = 125;

/**
 * A text as it is compared.
 *
 * @param {string} text
 * @param {boolean} [exact] - capitals count
 * @param {boolean} [joined] - white space does not
 */
export function normalised(text, exact = false, joined = false) {
  const plain = text
    .replace(UNSEEN, "")
    .normalize("NFC")
    .replace(/[\u2018-\u201b\u02bc\u00b4\u2032]/g, "'")
    .replace(/[\u201c-\u201f\u00ab\u00bb\u2033]/g, '"')
    .replace(/[\u2010-\u2015\u2212]/g, "-")
    .replace(/\u2026/g, "...")
    .replace(SPACES, joined ? "" : " ")
    .replace(/^ | $/g, "");
  return exact ? plain : plain.toLowerCase().normalize("NFC").replace(/\u03c2/g, "\u03c3");
}

/**
 * Whether a typed answer is an accepted one.
 *
 * @param {string} one
 * @param {string} other
 * @param {{exact: boolean, joined: boolean}} how
 */
export function same(one, other, { exact, joined }) {
  const [first, second] = [one, other].map((text) => normalised(text, exact, joined));
  return first === second || (bare(first) !== "" && bare(first) === bare(second));
}

/** @param {string} text - normalised */
function bare(text) {
  return text
    .replace(/^["']+|["']+$/g, "")
    .replace(/[.!?,;:\u3002\uff01\uff1f\u061f\u060c\u061b\u0964]+$/, "")
    .replace(/^["']+|["']+$/g, "")
    .replace(/^ +| +$/g, "");
}

/**
 * A typed number as a plain decimal, or null.
 *
 * @param {string} text
 * @param {boolean} comma - learners write 0,5
 */
export function decimalOf(text, comma) {
  const ascii = text
    .replace(/[\u0660-\u0669\u06f0-\u06f9\uff10-\uff19]/g, (digit) => String(digit.charCodeAt(0) & 15))
    .replace(/\u066b/g, comma ? "," : ".")
    .replace(/[\u066a\uff05]/g, "%")
    .replace(/\uff0e/g, ".")
    .replace(/\u066c/g, " ")
    .replace(/\uff0c/g, ",")
    .replace(/\uff0d/g, "-")
    .replace(/\uff0b/g, "+");
  let number = normalised(ascii)
    .replace(/ ?%$/, "")
    .replace(/^([+-]) /, "$1")
    .replace(/([0-9])[' ](?=[0-9]{3}(?![0-9]))/g, "$1");
  const [usual, other] = comma ? [BY_POINT, BY_COMMA] : [BY_COMMA, BY_POINT];
  if (usual.test(number) || (other.test(number) && number.includes(comma ? "." : ","))) {
    number = number.split(usual.test(number) === comma ? "." : ",").join("");
  }
  if (!number.includes(".") && number.split(",").length === 2) number = number.replace(",", ".");
  if (!PLAIN.test(number) || number.length > MOST_DIGITS) return null;
  const [left, right = ""] = number.replace(/^[+-]/, "").split(".");
  const whole = left.replace(/^0+/, "") || "0";
  const rest = right.replace(/0+$/, "");
  const shown = rest ? `${whole}.${rest}` : whole;
  return number.startsWith("-") && shown !== "0" ? `-${shown}` : shown;
}

/**
 * Whether a plain decimal is at least another one.
 *
 * @param {string} one
 * @param {string} other
 */
export function isAtLeast(one, other) {
  const places = Math.max(...[one, other].map((text) => (text.split(".")[1] ?? "").length));
  const [first, second] = [one, other].map((text) => {
    const [whole, rest = ""] = text.split(".");
    return BigInt(whole + rest.padEnd(places, "0"));
  });
  return first >= second;
}

/**
 * Whether some words stand in a text as words.
 *
 * @param {string} text
 * @param {string} words
 */
export function holds(text, words) {
  const inside = [...normalised(text)];
  const wanted = [...normalised(words)];
  if (!wanted.length) return false;
  for (let at = 0; at + wanted.length <= inside.length; at += 1) {
    if (!wanted.every((sign, index) => inside[at + index] === sign)) continue;
    const isInWord = isWordy(inside[at - 1]) && isWordy(wanted[0]);
    const goesOn = isWordy(inside[at + wanted.length]) && isWordy(wanted[wanted.length - 1]);
    if (!isInWord && !goesOn) return true;
  }
  return false;
}

/** The first line with anything on it, as far as networks show it before "more". @param {string} text */
export function firstLine(text) {
  const line = text.split(/[\n\r\u0085\u2028\u2029]/).find((one) => normalised(one)) ?? "";
  return [...line].slice(0, BEFORE_MORE).join("");
}

/** How long a text is, in code points of NFC, without white space around it. @param {string} text */
export function length(text) {
  return [...text.normalize("NFC").replace(START, "").replace(END, "")].length;
}

/** Whether every long hashtag has a capital. @param {string} text */
export function isCamelCase(text) {
  const tags = [...normalised(text, true).matchAll(HASHTAG)].map((found) => found[1]);
  return tags.every((tag) => [...tag.replace(/[0-9_]/g, "")].length <= ONE_WORD || tag.toLowerCase() !== tag || tag.toUpperCase() === tag);
}

/** @param {string|undefined} sign */
function isWordy(sign) {
  return sign !== undefined && (sign.toLowerCase() !== sign.toUpperCase() || /[0-9_]/.test(sign));
}
