/**
 * Answers to points, points to a result. Twin of smac_courses/grading; bound to it by tests/vectors.
 *
 * @typedef {{key: string, ordinal: number, kind: string, points: number, credit: string,
 *   options: {id: string, n: number}[], solution: any}} Question - `solution` is the key; what else a kind has stands
 *   in smac_courses/model/codec.py
 * @typedef {{id: string, title: string, draw: number, mustPass: number, questions: Question[]}} Pool
 * @typedef {{percent: number, passed: boolean}} Result
 */

import { kindOf } from "./kinds.mjs";

/**
 * What one answer is worth.
 *
 * @param {Question} question
 * @param {string[]} answer - what the question does not know is ignored
 * @returns {import("./kinds.mjs").Judgement}
 */
export function judge(question, answer) {
  return kindOf(question).judge(question, answer);
}

/**
 * Points earned for one answer: whole, 0 to question.points.
 *
 * @param {Question} question
 * @param {string[]} answer
 */
export function scoreAnswer(question, answer) {
  return judge(question, answer).points;
}

/**
 * What is said about an answer, as the name of the words.
 *
 * @param {Question} question
 * @param {string[]} answer
 * @param {import("./kinds.mjs").Judgement} judgement
 */
export function verdictOf(question, answer, { points, hasRight }) {
  if (answer.length === 0) return "not_answered";
  if (question.points === 0) return "noted";
  if (points === question.points) return "correct";
  if (!hasRight) return "not_correct";
  if (question.kind === "text") return "nearly";
  return question.kind === "multiple" && !points ? "not_quite" : "partly";
}

/**
 * Per cent as a whole number, rounded down: 69.9 must never look like a pass at 70.
 *
 * @param {number} points
 * @param {number} maximum - 0 gives 0
 */
export function percentOf(points, maximum) {
  return maximum ? Math.floor((points * 100) / maximum) : 0;
}

/**
 * Grade one attempt.
 *
 * @param {{pools: Pool[], rules: {passPercent: number}}} exam
 * @param {string[]} drawn - keys of the questions that were asked
 * @param {Record<string, string[]>} answers - ticked option ids by key
 */
export function scoreExam(exam, drawn, answers) {
  const asked = new Set(drawn);
  const topics = [];
  for (const pool of exam.pools) {
    const questions = pool.questions.filter((question) => asked.has(question.key));
    if (questions.length === 0) continue;
    const points = sum(questions.map((question) => scoreAnswer(question, answers[question.key] ?? [])));
    const max = sum(questions.map((question) => question.points));
    const percent = percentOf(points, max);
    topics.push({ id: pool.id, points, max, percent, passed: percent >= pool.mustPass });
  }
  const points = sum(topics.map((topic) => topic.points));
  const max = sum(topics.map((topic) => topic.max));
  const percent = percentOf(points, max);
  const passed = max > 0 && percent >= exam.rules.passPercent && topics.every((topic) => topic.passed);
  return { points, max, percent, passed, topics };
}

/**
 * The result that is reported after an attempt. A pass once earned stays a pass.
 *
 * @param {{counts: "best"|"last"}} rules
 * @param {Result} best
 * @param {Result} last
 * @returns {Result}
 */
export function countingResult(rules, best, last) {
  const chosen = rules.counts === "best" ? best : last;
  return { percent: chosen.percent, passed: best.passed || last.passed };
}

/**
 * The better of two attempts: a pass before a fail, then the higher per cent; `one` when equal.
 *
 * @param {Result} one
 * @param {Result} other
 */
export function better(one, other) {
  if (other.passed !== one.passed) return other.passed ? other : one;
  return other.percent > one.percent ? other : one;
}

/**
 * Whether another attempt may be started after `used` finished ones.
 *
 * @param {{attempts: number}} rules - 0 attempts means any number
 * @param {number} used
 * @param {boolean} passed
 */
export function mayAttempt(rules, used, passed) {
  return !passed && (rules.attempts === 0 || used < rules.attempts);
}

/** @param {number[]} numbers */
function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
