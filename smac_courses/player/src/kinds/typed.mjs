/** A few words, a number, a longer text. */

import { addKinds } from "../kinds.mjs";
import { nothing } from "../credit.mjs";
import { decimalOf, isAtLeast, normalised, same } from "../words.mjs";
import { Fields } from "./fields.mjs";

class Text extends Fields {
  judge(question, answer) {
    const { points, solution } = question;
    const [given = ""] = answer;
    if (!normalised(given)) return nothing();
    if (solution.accept.some((text) => same(text, given, question))) return { points, parts: { "": true }, feedback: [], hasRight: true };
    const near = solution.near.find(({ text }) => same(text, given, question));
    const earned = near ? Math.min(near.points, points) : 0;
    return { points: earned, parts: { "": false }, feedback: near ? [near.id] : [], hasRight: Boolean(near) };
  }

  interaction(question, answer, withKey) {
    return { type: "fill-in", response: answer[0], pattern: withKey ? question.solution.accept[0] : null };
  }

  keyOf(form, { solution }) {
    return solution.accept[0];
  }
}

class NumberAnswer extends Fields {
  judge(question, answer) {
    if (!normalised(answer[0] ?? "")) return nothing();
    const number = decimalOf(answer[0], question.comma);
    const { low, high } = question.solution;
    const isRight = number !== null && isAtLeast(number, low) && isAtLeast(high, number);
    return { points: isRight ? question.points : 0, parts: { "": isRight }, feedback: [], hasRight: isRight };
  }

  interaction(question, answer, withKey) {
    const number = decimalOf(answer[0], question.comma);
    const { low, high, value } = question.solution;
    const pattern = { value, low, high };
    return number === null
      ? { type: "fill-in", response: answer[0], pattern: null }
      : { type: "numeric", response: number, pattern: withKey ? pattern : null };
  }

  isWhole(question, answer) {
    return decimalOf(answer[0], question.comma) !== null;
  }

  problem(form, question, answer, words) {
    const isNumber = !answer.length || decimalOf(answer[0], question.comma) !== null;
    return isNumber ? super.problem(form, question, answer, words) : words("write_number");
  }

  keyOf(form, { solution, comma }) {
    const shown = solution.value || `${solution.low} – ${solution.high}`;
    return comma ? shown.replace(/\./g, ",") : shown;
  }
}

class Essay extends Fields {
  interaction(question, answer) {
    return { type: "long-fill-in", response: answer[0], pattern: null };
  }
}

addKinds(["text"], new Text());
addKinds(["number"], new NumberAnswer());
addKinds(["essay"], new Essay());
