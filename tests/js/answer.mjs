/** Answers questions of tests/grading/test_agreement.py: one JSON array a line in, one JSON value a line out. */

import { createInterface } from "node:readline";

import { drawExam, murmur3, optionOrder } from "../../smac_courses/player/src/draw.mjs";
import "./kinds.mjs";
import { unsealed } from "../../smac_courses/player/src/sealed.mjs";
import { decimalOf, firstLine, holds, isCamelCase, length, normalised } from "../../smac_courses/player/src/words.mjs";
import { judge, scoreExam } from "../../smac_courses/player/src/grading.mjs";
import { packState, unpackState } from "../../smac_courses/player/src/state.mjs";

const ANSWERS = {
  murmur3,
  exam(exam, seed, answers) {
    const drawn = drawExam(exam, seed);
    const questions = exam.pools.flatMap((pool) => pool.questions).filter(({ key }) => drawn.includes(key));
    const orders = Object.fromEntries(questions.map((question) => [question.key, optionOrder(question, seed, exam.rules.shuffle)]));
    return { drawn, score: scoreExam(exam, drawn, answers), orders };
  },
  judge,
  unsealed,
  words(text, other, comma, exact, joined) {
    return {
      normalised: normalised(text, exact, joined),
      decimal: decimalOf(text, comma),
      holds: holds(text, other),
      firstLine: firstLine(text),
      length: length(text),
      camelCase: isCamelCase(text),
    };
  },
  letters: (text) => [...text].map((sign) => [sign.toLowerCase(), sign.toUpperCase(), sign.normalize("NFC")]),
  repacked(text) {
    const state = unpackState(text);
    return state && packState(state);
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const [name, ...values] = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(ANSWERS[name](...values))}\n`);
}
