/** Answers to tick: one, several, true or false, pieces of a post, a scale, an opinion. */

import { addKinds } from "../kinds.mjs";
import { nothing, pointsFor } from "../credit.mjs";
import { wordsOf } from "../dom.mjs";

const UNSCORED = ["likert", "survey"];
const ONE = ["single", "true-false"];

class Choice {
  judge(question, answer) {
    const ids = question.options.map(({ id }) => id);
    const ticked = ids.filter((id) => answer.includes(id));
    if (!ticked.length) return nothing();
    if (UNSCORED.includes(question.kind)) return { ...nothing(), feedback: ticked };
    const { right, weights = {} } = question.solution;
    const sum = (chosen) => chosen.reduce((total, id) => total + (weights[id] ?? 1), 0);
    const isRight = (id) => right.includes(id);
    const parts = Object.fromEntries(ticked.map((id) => [id, isRight(id)]));
    const hits = ticked.filter(isRight);
    if (ONE.includes(question.kind)) {
      const isOne = ticked.length === 1 && hits.length === 1;
      return { points: isOne ? question.points : 0, parts, feedback: ticked, hasRight: isOne };
    }
    const tally = {
      right: sum(hits),
      wrong: sum(ticked) - sum(hits),
      total: sum(right),
      fit: sum(ids.filter((id) => isRight(id) === ticked.includes(id))),
      of: sum(ids),
    };
    return { points: pointsFor(question, tally), parts, feedback: ticked, hasRight: hits.length > 0 };
  }

  pack(question, answer) {
    return question.options.filter(({ id }) => answer.includes(id)).map(({ n }) => n).sort((one, other) => one - other);
  }

  unpack(question, numbers) {
    return question.options.filter(({ n }) => numbers.includes(n)).map(({ id }) => id);
  }

  interaction(question, answer, withKey) {
    const pattern = withKey && !UNSCORED.includes(question.kind) ? question.solution.right : null;
    if (question.kind === "true-false") return { type: "true-false", response: answer[0], pattern: pattern && pattern[0] };
    return { type: question.kind === "likert" ? "likert" : "choice", response: answer, pattern };
  }

  read(form) {
    return inputs(form).filter((input) => input.checked).map((input) => input.value);
  }

  show(form, question, answer) {
    for (const input of inputs(form)) input.checked = answer.includes(input.value);
  }

  /** Put the options into the order of an attempt. */
  arrange(form, order) {
    const options = new Map(optionsOf(form).map((option) => [option.dataset.option, option]));
    for (const id of order) form.querySelector("fieldset").append(options.get(id));
  }

  /** Mark what was chosen, in words, not by colour alone. */
  mark(form, question, judgement, withKey, words) {
    const right = (judgement && question.solution.right) ?? [];
    for (const option of optionsOf(form)) {
      const id = option.dataset.option;
      const isChosen = judgement !== null && id in judgement.parts;
      const isRight = right.includes(id);
      option.classList.toggle("is-right", isRight && (isChosen || withKey));
      option.classList.toggle("is-wrong", isChosen && !isRight);
      let said = "";
      if (isChosen) said = words(isRight ? "correct" : "not_correct");
      else if (withKey && isRight) said = words("right_answer");
      option.querySelector(".mark").textContent = said;
    }
  }

  said(form, question, answer) {
    return answer.map((id) => this.wordsOf(form, id));
  }

  wordsOf(form, id) {
    return wordsOf(form.querySelector(`[data-option="${id}"] :is(label, .label)`));
  }
}

function inputs(form) {
  return [...form.querySelectorAll(".option input")];
}

function optionsOf(form) {
  return [...form.querySelectorAll(".option")];
}

addKinds(["single", "multiple", "true-false", "post-review", "likert", "survey"], new Choice());
