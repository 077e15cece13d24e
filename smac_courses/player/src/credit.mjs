/** Points for answers that have parts, by the rules of smac_courses/grading/judge.py. */

const NOTHING = { points: 0, parts: {}, feedback: [], hasRight: false };

/** The judgement of an answer with nothing in it. @returns {import("./kinds.mjs").Judgement} */
export function nothing() {
  return { ...NOTHING };
}

/**
 * @param {{points: number, credit: "all"|"each"|"right-minus-wrong"}} question
 * @param {{right: number, wrong: number, total: number, fit: number, of: number}} tally
 */
export function pointsFor({ points, credit }, { right, wrong, total, fit, of }) {
  if (total === 0) return 0;
  if (credit === "each") return Math.floor((points * fit) / of);
  if (credit === "right-minus-wrong") return Math.floor((points * Math.max(0, right - wrong)) / total);
  return right === total && wrong === 0 ? points : 0;
}

/**
 * The judgement of parts that are right or wrong each.
 *
 * @param {any} question
 * @param {Record<string, boolean>} parts - those that were answered
 * @param {number} total
 * @param {string[]} [feedback]
 */
export function ofParts(question, parts, total, feedback = []) {
  const answered = Object.values(parts);
  const right = answered.filter(Boolean).length;
  const tally = { right, wrong: answered.length - right, total, fit: right, of: total };
  return { points: answered.length ? pointsFor(question, tally) : 0, parts, feedback, hasRight: right > 0 };
}
