/** A post to write, and what it has to meet. */

import { addKinds } from "../kinds.mjs";
import { nothing, pointsFor } from "../credit.mjs";
import { wordsOf } from "../dom.mjs";
import { firstLine, holds, isCamelCase, length, normalised } from "../words.mjs";
import { Fields } from "./fields.mjs";

const TESTS = {
  "first-line": ({ words }, text) => words.some((word) => holds(firstLine(text), word)),
  contains: ({ words }, text) => words.some((word) => holds(text, word)),
  never: ({ words }, text, alt) => !words.some((word) => holds(text, word) || holds(alt, word)),
  "alt-text": ({ least, most }, text, alt) => least <= length(alt) && length(alt) <= most,
  length: ({ least, most }, text) => least <= length(text) && length(text) <= most,
  "camel-case": (criterion, text) => isCamelCase(text),
};

const ABSTAINING = ["never", "camel-case"];

class Draft extends Fields {
  judge(question, answer) {
    const [text = "", alt = ""] = answer;
    if (!normalised(text) && !normalised(alt)) return nothing();
    const { criteria } = question.solution;
    const parts = Object.fromEntries(criteria.map((one) => [one.id, TESTS[one.test](one, text, alt)]));
    const sum = (chosen) => chosen.reduce((total, { points }) => total + points, 0);
    // Whoever writes next to nothing breaks no rule; that alone earns nothing, where there is something to do.
    const toDo = criteria.filter(({ test }) => !ABSTAINING.includes(test));
    const isIdle = toDo.length > 0 && !toDo.some(({ id }) => parts[id]);
    const met = isIdle ? 0 : sum(criteria.filter(({ id }) => parts[id]));
    const total = sum(criteria);
    const tally = { right: met, wrong: total - met, total, fit: met, of: total };
    const missed = criteria.filter(({ id }) => !parts[id]).map(({ id }) => id);
    return { points: pointsFor(question, tally), parts, feedback: missed, hasRight: met > 0 };
  }

  interaction(question, answer) {
    return { type: "long-fill-in", response: answer.filter(Boolean).join("\n\n"), pattern: null };
  }

  mark(form, question, judgement, withKey, words) {
    for (const item of form.querySelectorAll(".criteria > li")) {
      const isMet = judgement?.parts[item.dataset.part];
      item.classList.toggle("is-right", isMet === true);
      item.classList.toggle("is-wrong", isMet === false);
      item.querySelector(".mark").textContent = isMet === undefined ? "" : words(isMet ? "met" : "not_met");
    }
  }

  wordsOf(form, id) {
    return wordsOf(form.querySelector(`.criteria [data-part="${id}"] .label`));
  }
}

addKinds(["post-draft"], new Draft());
