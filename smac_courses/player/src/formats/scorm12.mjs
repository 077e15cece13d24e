/**
 * Answers and times as SCORM 1.2 writes them (RTE 3.4): one character for each thing that was chosen, at most 255 in all.
 */

const OPTION_CODES = "abcdefghijklmnopqrstuvwxyz0123456789";
const LONGEST_ANSWER = 255;

/**
 * An answer as CMIFeedback: letters for what was chosen, `1.a` for a pair, words in one line and cut where the LMS would.
 *
 * @param {import("../grading.mjs").Question} question
 * @param {string} type
 * @param {any} value - as the session describes answers: see src/kinds.mjs
 */
export function written(question, type, value) {
  // What an update of the course took away has no letter any more.
  const codeOf = new Map(question.options.map(({ id, n }) => [id, OPTION_CODES[n]]));
  const code = (id) => codeOf.get(id) ?? "";
  switch (type) {
    case "true-false":
      return value[0];
    case "numeric":
      return typeof value === "string" ? value : value.value;
    case "matching":
      return value.filter((pair) => pair.every(code)).map((pair) => pair.map(code).join(".")).join(",");
    case "choice":
    case "likert":
      return value.map(code).filter(Boolean).sort(inCodeOrder).join(",");
    case "sequencing":
      return value.map(code).filter(Boolean).join(",");
    default:
      return cut([value].flat().join(", "));
  }
}

/** One line, and no half of a character at its end. */
function cut(text) {
  const line = text.replace(/\s+/g, " ").trim();
  return line.slice(0, LONGEST_ANSWER).replace(/[\ud800-\udbff]$/, "");
}

/**
 * A duration as CMITimespan: HHHH:MM:SS.SS, at most 9999 hours.
 *
 * @param {number} milliseconds - anything; what is not a duration counts as none
 */
export function timespan(milliseconds) {
  const limit = 9999 * 3600 + 59 * 60 + 59;
  const total = Math.min(Math.max(0, milliseconds / 1000 || 0), limit);
  const hundredths = Math.floor(total * 100);
  const seconds = Math.floor(hundredths / 100);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [hours, minutes, rest] = parts.map((part, index) => String(part).padStart(index ? 2 : 4, "0"));
  return `${hours}:${minutes}:${rest}.${String(hundredths % 100).padStart(2, "0")}`;
}

/** A time of day as CMITime: HH:MM:SS. @param {Date} date */
export function clockTime(date) {
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
}

function inCodeOrder(one, other) {
  return OPTION_CODES.indexOf(one) - OPTION_CODES.indexOf(other);
}
