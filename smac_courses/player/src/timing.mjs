/**
 * Time limits and waiting times, in whole seconds. Twin of smac_courses/grading/timing.py.
 *
 * A moment is a number of seconds since 1970-01-01T00:00Z.
 *
 * @typedef {{timeLimitMinutes: number, extraTime: number[], pause: boolean, waitHours: number}} TimeRules
 */

const NO_LIMIT = 3;
const HOUR = 3600;
const WARNINGS = [20, 60, 300];

/**
 * Seconds of one attempt, or null without a limit.
 *
 * @param {TimeRules} rules
 * @param {number} allowance - 0 standard, 1 one and a half times, 2 twice, 3 no limit
 */
export function timeAllowed(rules, allowance) {
  if (!rules.timeLimitMinutes || allowance === NO_LIMIT) return null;
  return rules.timeLimitMinutes * 30 * (2 + allowance);
}

/**
 * Seconds that are left, or null without a limit.
 *
 * @param {TimeRules} rules
 * @param {number} allowance
 * @param {number} spent
 */
export function timeLeft(rules, allowance, spent) {
  const allowed = timeAllowed(rules, allowance);
  return allowed === null ? null : Math.max(0, allowed - spent);
}

/**
 * Seconds spent, when an attempt that was saved at a moment is taken up again now.
 *
 * @param {TimeRules} rules
 * @param {number} spent
 * @param {number} savedAt
 * @param {number} now
 */
export function spentAfterBreak(rules, spent, savedAt, now) {
  return rules.pause ? spent : spent + Math.max(0, now - savedAt);
}

/**
 * The warning to give when the time spent went from `before` to `spent`: its seconds, or 0 for none.
 *
 * @param {TimeRules} rules
 * @param {number} allowance
 * @param {number} before
 * @param {number} spent
 */
export function warningDue(rules, allowance, before, spent) {
  const allowed = timeAllowed(rules, allowance);
  if (allowed === null) return 0;
  return WARNINGS.find((seconds) => seconds * 2 <= allowed && before < allowed - seconds && allowed - seconds <= spent) ?? 0;
}

/**
 * The next larger allowance that the rules offer and that leaves any time, or null.
 *
 * @param {TimeRules} rules
 * @param {number} allowance
 * @param {number} spent
 */
export function moreTime(rules, allowance, spent) {
  const more = rules.extraTime.filter((step) => step > allowance && timeLeft(rules, step, spent) !== 0);
  return more.length ? Math.min(...more) : null;
}

/**
 * Seconds until the next attempt may begin, after one that was submitted at a moment.
 *
 * @param {TimeRules} rules
 * @param {number} finishedAt
 * @param {number} now
 */
export function waitLeft(rules, finishedAt, now) {
  return Math.max(0, rules.waitHours * HOUR - Math.max(0, now - finishedAt));
}
