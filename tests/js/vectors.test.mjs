/** The player's functions against the vectors that Python runs too. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { drawExam, murmur3, optionOrder } from "../../smac_courses/player/src/draw.mjs";
import { better, countingResult, judge, mayAttempt, percentOf, scoreExam } from "../../smac_courses/player/src/grading.mjs";
import { moreTime, spentAfterBreak, timeAllowed, timeLeft, waitLeft, warningDue } from "../../smac_courses/player/src/timing.mjs";
import { decimalOf, firstLine, holds, isCamelCase, length, normalised } from "../../smac_courses/player/src/words.mjs";
import "./kinds.mjs";
import { packState, unpackState } from "../../smac_courses/player/src/state.mjs";

const vectors = (name) => JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), "utf8"));

for (const file of readdirSync(new URL("../vectors/grading/", import.meta.url))) {
  for (const { name, question, answer, points, parts, feedback, has_right: hasRight } of vectors(`grading/${file.slice(0, -5)}`)) {
    test(`${file}: ${name}`, () => assert.deepEqual(judge(question, answer), { points, parts, feedback, hasRight }));
  }
}

test("words", () => {
  const rows = vectors("words/words");
  for (const [text, exact, joined, result] of rows.normalised) assert.equal(normalised(text, exact, joined), result);
  for (const [text, comma, result] of rows.decimal) assert.equal(decimalOf(text, comma), result, text);
  for (const [text, wanted, result] of rows.holds) assert.equal(holds(text, wanted), result, `${text}: ${wanted}`);
  for (const [text, result] of rows.first_line) assert.equal(firstLine(text), result);
  for (const [text, result] of rows.length) assert.equal(length(text), result, text);
  for (const [text, result] of rows.camel_case) assert.equal(isCamelCase(text), result, text);
});

for (const { name, exam, drawn, answers, score } of vectors("rollup/exam")) {
  test(`rollup: ${name}`, () => assert.deepEqual(scoreExam(exam, drawn, answers), score));
}

test("attempts", () => {
  const attempts = vectors("rollup/attempts");
  for (const [one, other, best] of attempts.better) assert.deepEqual(better(one, other), best);
  for (const [counts, best, last, result] of attempts.counting) assert.deepEqual(countingResult({ counts }, best, last), result);
  for (const [limit, used, passed, may] of attempts.may_attempt) assert.equal(mayAttempt({ attempts: limit }, used, passed), may);
  for (const [points, maximum, percent] of attempts.percent_of) assert.equal(percentOf(points, maximum), percent);
});

test("times", () => {
  const timing = vectors("timing/timing");
  const timed = (timeLimitMinutes, more = {}) => ({ timeLimitMinutes, extraTime: [], pause: false, waitHours: 0, ...more });
  for (const [minutes, allowance, seconds] of timing.allowed) assert.equal(timeAllowed(timed(minutes), allowance), seconds);
  for (const [minutes, allowance, spent, seconds] of timing.left) assert.equal(timeLeft(timed(minutes), allowance, spent), seconds);
  for (const [pause, spent, savedAt, now, after] of timing.after_break) assert.equal(spentAfterBreak(timed(30, { pause }), spent, savedAt, now), after);
  for (const [minutes, allowance, before, spent, warning] of timing.warning) assert.equal(warningDue(timed(minutes), allowance, before, spent), warning);
  for (const [extraTime, allowance, spent, more] of timing.more) assert.equal(moreTime(timed(30, { extraTime }), allowance, spent), more);
  for (const [waitHours, finishedAt, now, seconds] of timing.wait) assert.equal(waitLeft({ waitHours }, finishedAt, now), seconds);
});

for (const { text, seed, hash } of vectors("draw/murmur3")) {
  test(`murmur3 of "${text}" with ${seed}`, () => assert.equal(murmur3(text, seed), hash));
}

test("draws", () => {
  const { exams, draws } = vectors("draw/exam");
  for (const { exam: name, seed, drawn, options } of draws) {
    const exam = exams[name];
    assert.deepEqual(drawExam(exam, seed), drawn);
    for (const question of exam.pools.flatMap((pool) => pool.questions)) {
      if (!(question.key in options)) continue;
      assert.deepEqual(optionOrder(question, seed, exam.rules.shuffle), options[question.key]);
    }
  }
});

for (const { name, state, text } of vectors("state/states")) {
  test(`state: ${name}`, () => {
    assert.equal(packState(state), text);
    assert.deepEqual(unpackState(text), state);
  });
}

test("a state that was cut, changed or lower-cased is not understood", () => {
  const { text } = vectors("state/states").at(-1);
  for (let length = 0; length < text.length; length += 7) assert.equal(unpackState(text.slice(0, length)), null);
  for (const wrong of [text.toLowerCase(), `${text} `, `1${text.slice(1)}`, "undefined", "null", "{}"]) assert.equal(unpackState(wrong), null);
});
