/**
 * Answers as SCORM 2004 writes them (RTE 4.2.9), within what real run-times take: short identifiers of letters, digits
 * and underscores, texts in one line and without braces, numbers of ten digits and seven decimals, nothing empty.
 */

const LONGEST_ITEM = 250;
const LONGEST_TEXT = 4000;
const MOST_DIGITS = 10;
const MOST_DECIMALS = 7;
// Some run-times part a typed answer at its commas, too, and take ten parts.
const MOST_COMMAS = 9;

/**
 * @param {{exact?: boolean}} question
 * @param {{type: string, response: any, pattern: any}} interaction - as the session describes answers: see kinds.mjs
 * @param {string} language - of the course
 * @returns {{type: string, response: string, pattern: string}} "" where there is nothing to write
 */
export function written(question, interaction, language) {
  const type = typeOf(interaction);
  const { response, pattern } = interaction;
  if (type !== interaction.type) return { type, response: inWords(type, response, language), pattern: "" };
  return {
    type,
    response: value(type, response, language),
    pattern: pattern === null ? "" : patternOf(question, type, pattern, language),
  };
}

/** What cannot be told as what it is, is told as words. */
function typeOf({ type, response }) {
  if (type === "numeric" && response.replace(/^-|\..*$/g, "").length > MOST_DIGITS) return "fill-in";
  const isLong = type === "fill-in" && [response].flat().join().split(",").length > MOST_COMMAS;
  return isLong ? "long-fill-in" : type;
}

function value(type, said, language) {
  switch (type) {
    case "true-false":
    case "likert":
      return [said].flat()[0];
    case "matching":
      return said.map((pair) => pair.join("[.]")).join("[,]");
    case "choice":
    case "sequencing":
      return said.join("[,]");
    case "numeric":
      return number(said);
    default:
      return inWords(type, said, language);
  }
}

/** Typed words are compared without regard to capitals, unless the question says otherwise. */
function patternOf(question, type, right, language) {
  if (type === "numeric") return `${number(right.low)}[:]${number(right.high)}`;
  const text = value(type, right, language);
  return type === "fill-in" && text ? `{case_matters=${question.exact === true}}{order_matters=true}${text}` : text;
}

function number(text) {
  const [whole, decimals = ""] = text.split(".");
  return decimals ? `${whole}.${decimals.slice(0, MOST_DECIMALS)}` : whole;
}

function inWords(type, said, language) {
  if (type === "long-fill-in") return inOneLine([said].flat().join(" "), LONGEST_TEXT, language);
  return [said].flat().map((text) => inOneLine(text, LONGEST_ITEM, language)).filter(Boolean).join("[,]");
}

/**
 * Words as a localised string: one line, no braces, no half of a character at its end.
 *
 * @param {string} text
 * @param {number} longest - characters with the mark of the language
 * @param {string} language
 */
export function inOneLine(text, longest, language) {
  const tag = `{lang=${language}}`;
  const line = text
    .replace(/[[{]/g, "(")
    .replace(/[\]}]/g, ")")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, longest - tag.length)
    .replace(/[\ud800-\udbff]$/, "");
  return line && tag + line;
}

/** A moment (RTE 4.1.1.6), in the one form with a zone that every run-time takes. @param {Date} date */
export function moment(date) {
  return `${date.toISOString().slice(0, 19)}.0Z`;
}

/** A duration with hundredths of a second. @param {number} milliseconds - what is not a duration counts as none */
export function duration(milliseconds) {
  const total = Math.floor(Math.max(0, milliseconds || 0) / 10);
  const minutes = Math.floor(total / 6000);
  return `PT${Math.floor(minutes / 60)}H${minutes % 60}M${(total % 6000) / 100}S`;
}
