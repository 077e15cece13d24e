/** A conversation: what was said decides what comes next. */

import { addKinds } from "../kinds.mjs";
import { pointsFor } from "../credit.mjs";
import { wordsOf } from "../dom.mjs";
import { tellChange } from "../problem.mjs";

class Scenario {
  judge(question, answer) {
    const { points } = question.solution;
    const parts = {};
    let earned = 0;
    for (const { choices, choice } of way(question, answer)) {
      earned += points[choice.id];
      parts[choice.id] = points[choice.id] === Math.max(...choices.map(({ id }) => points[id]));
    }
    const said = answer.slice(0, Object.keys(parts).length);
    const total = mostPoints(question);
    const tally = { right: earned, wrong: total - earned, total, fit: earned, of: total };
    return { points: said.length ? pointsFor(question, tally) : 0, parts, feedback: said, hasRight: earned > 0 };
  }

  pack(question, answer) {
    const numberOf = new Map(question.options.map(({ id, n }) => [id, n]));
    return answer.filter((id) => numberOf.has(id)).map((id) => numberOf.get(id));
  }

  unpack(question, numbers) {
    const idOf = new Map(question.options.map(({ id, n }) => [n, id]));
    const answer = numbers.map((n) => idOf.get(n));
    return way(question, answer).map(({ choice }) => choice.id);
  }

  interaction(question, answer) {
    return { type: "sequencing", response: answer, pattern: null };
  }

  enable(form, question) {
    form.addEventListener("click", ({ target }) => {
      const say = target.closest("[data-say]");
      if (say) this.go(form, question, [...said(form), say.dataset.say]);
      else if (target.closest("[data-again]")) this.go(form, question, []);
    });
    this.show(form, question, []);
  }

  go(form, question, answer) {
    this.show(form, question, answer);
    stepsOf(form).filter((step) => !step.hidden).pop().querySelector(".line").focus();
    tellChange(form);
  }

  read(form) {
    return said(form);
  }

  isWhole(question, answer) {
    const last = way(question, answer).pop();
    return last !== undefined && !question.steps[last.choice.to].length;
  }

  problem(form, question, answer, words) {
    return this.isWhole(question, answer) ? "" : words("go_to_end");
  }

  /** The steps of a way, in its order; of what was behind, only what the learner said. */
  show(form, question, answer) {
    const steps = stepsOf(form);
    const shown = [0, ...way(question, answer).map(({ choice }) => choice.to)];
    for (const step of steps) step.hidden = !shown.includes(Number(step.dataset.step));
    for (const button of form.querySelectorAll("[data-say]")) {
      const isSaid = answer.includes(button.dataset.say);
      button.closest("li").hidden = !isSaid && button.closest(".step") !== steps[shown[shown.length - 1]];
      button.classList.toggle("is-said", isSaid);
      button.disabled = isSaid;
    }
    for (const number of shown) steps[number].parentNode.append(steps[number]);
    form.dataset.said = answer.join(" ");
    form.querySelector("[data-again]").hidden = !answer.length;
  }

  mark(form, question, judgement, withKey, words) {
    for (const mark of form.querySelectorAll(".mark")) {
      const isRight = judgement?.parts[mark.dataset.part];
      mark.parentNode.classList.toggle("is-right", isRight === true);
      mark.parentNode.classList.toggle("is-wrong", isRight === false);
      mark.textContent = isRight === undefined ? "" : words(isRight ? "good_choice" : "better_choice");
    }
  }

  said(form, question, answer) {
    return answer.map((id) => this.wordsOf(form, id));
  }

  wordsOf(form, id) {
    return wordsOf(form.querySelector(`[data-say="${id}"]`));
  }
}

/** The steps that an answer goes through, as far as the conversation has them. */
function way(question, answer) {
  const passed = [];
  let step = 0;
  for (const id of answer) {
    const choices = question.steps[step] ?? [];
    const choice = choices.find((one) => one.id === id);
    if (!choice || passed.some((one) => one.choice === choice)) break;
    passed.push({ choices, choice });
    step = choice.to;
  }
  return passed;
}

/** Points of the best way. */
function mostPoints({ steps, solution }) {
  const best = steps.map(() => 0);
  for (let step = steps.length - 1; step >= 0; step -= 1) {
    const ways = steps[step].map(({ id, to }) => solution.points[id] + (to > step ? (best[to] ?? 0) : 0));
    best[step] = Math.max(0, ...ways);
  }
  return best[0] ?? 0;
}

function said(form) {
  return form.dataset.said ? form.dataset.said.split(" ") : [];
}

function stepsOf(form) {
  return [...form.querySelectorAll(".step")].sort((one, other) => Number(one.dataset.step) - Number(other.dataset.step));
}

addKinds(["scenario"], new Scenario());
