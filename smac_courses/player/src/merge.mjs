/** Two states of one learner, made on two devices or in two windows, into one in which nothing is missing. */

import { better } from "./grading.mjs";

const SEQUENCE_LIMIT = 65536;

/**
 * Whether `one` was saved later than `other`, by their running numbers, which begin anew after 65,535.
 *
 * @param {{sequence: number}} one
 * @param {{sequence: number}} other
 */
export function isLater(one, other) {
  const ahead = (one.sequence - other.sequence + SEQUENCE_LIMIT) % SEQUENCE_LIMIT;
  return ahead > 0 && ahead < SEQUENCE_LIMIT / 2;
}

/**
 * Everything of both; where they differ, the later one counts.
 *
 * @param {import("./state.mjs").State} later
 * @param {import("./state.mjs").State} earlier
 * @param {boolean} [areApart] - neither knew of the other: the attempts of both were used up
 * @returns {import("./state.mjs").State}
 */
export function mergedStates(later, earlier, areApart = false) {
  return {
    ...later,
    lessonsDone: [...new Set([...earlier.lessonsDone, ...later.lessonsDone])].sort((one, other) => one - other),
    practice: { ...earlier.practice, ...later.practice },
    exam: later.exam && earlier.exam ? mergedExams(later.exam, earlier.exam, areApart) : (later.exam ?? earlier.exam),
  };
}

/** Whoever submitted more attempts knows the last result; an attempt that both have open keeps every answer. */
function mergedExams(later, earlier, areApart) {
  const [ahead, behind] = earlier.used > later.used ? [earlier, later] : [later, earlier];
  const best = ahead.best && behind.best ? better(ahead.best, behind.best) : (ahead.best ?? behind.best);
  const isSame = later.attempt && earlier.attempt && later.attempt.seed === earlier.attempt.seed;
  const isBoth = isSame && later.used === earlier.used;
  const only = ahead.attempt ?? (later.used === earlier.used ? behind.attempt : null);
  const used = areApart ? ahead.used + behind.used : ahead.used;
  return { ...ahead, used, best, attempt: isBoth ? mergedAttempts(later.attempt, earlier.attempt) : only };
}

function mergedAttempts(later, earlier) {
  // Where only the earlier side has an answer it is kept, even if the later one took it away: better than one lost.
  const known = new Map(earlier.drawn.map((one) => [one.ordinal, one]));
  const drawn = later.drawn.map((one) => {
    const other = known.get(one.ordinal);
    // A checked answer is final, whichever side has it.
    if (other?.checked && !one.checked) return other;
    return one.answer === null && other ? other : one;
  });
  const timed = later.timed && earlier.timed ? mergedTimes(later.timed, earlier.timed) : later.timed;
  return { ...later, timed, drawn };
}

function mergedTimes(later, earlier) {
  return {
    allowance: Math.max(later.allowance, earlier.allowance),
    spent: Math.max(later.spent, earlier.spent),
    savedAt: Math.max(later.savedAt, earlier.savedAt),
  };
}
