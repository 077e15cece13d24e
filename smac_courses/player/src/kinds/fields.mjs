/** One text for each field: what the kinds with typed answers share. */

import { nothing } from "../credit.mjs";
import { excess, fitting, packTexts, unpackTexts } from "../letters.mjs";
import { wordsOf } from "../dom.mjs";
import { showProblem } from "../problem.mjs";

const SAY_AFTER_MS = 1000;

export class Fields {
  /** Nothing can be right or wrong in it, unless a kind says so. */
  judge() {
    return nothing();
  }

  pack(question, answer) {
    return packTexts(answer);
  }

  unpack(question, numbers) {
    return unpackTexts(numbers);
  }

  read(form) {
    const texts = fieldsOf(form).map((field) => fitting(field.value, Number(field.dataset.room) || Infinity));
    return texts.some((text) => text.trim()) ? texts : [];
  }

  /** Too much is said at once; what fits is the answer. */
  enable(form, question, words) {
    let timer = 0;
    form.addEventListener("input", () => {
      window.clearTimeout(timer);
      const problem = this.tooLong(form, words);
      const isNew = Boolean(problem) !== Boolean(form.querySelector(".problem").textContent);
      // Read out at once when it begins, and then only after a pause.
      if (isNew) showProblem(form, problem);
      else timer = window.setTimeout(() => showProblem(form, this.tooLong(form, words)), SAY_AFTER_MS);
    });
  }

  problem(form, question, answer, words) {
    return answer.length ? this.tooLong(form, words) : words("write_first");
  }

  tooLong(form, words) {
    const over = fieldsOf(form).map(({ value, dataset }) => excess(value, Number(dataset.room) || Infinity));
    const count = Math.max(...over);
    return count > 0 ? words("too_long", { count }) : "";
  }

  show(form, question, answer) {
    fieldsOf(form).forEach((field, index) => {
      field.value = answer[index] ?? "";
    });
  }

  said(form, question, answer) {
    return fieldsOf(form).map((field, index) => wordsIn(field, answer[index] ?? "")).filter(Boolean);
  }

  /** Mark the field of each part, and say with the key what belongs there. */
  mark(form, question, judgement, withKey, words) {
    for (const mark of form.querySelectorAll(".mark")) {
      const isRight = judgement?.parts[mark.dataset.part];
      const field = mark.closest("fieldset").querySelector(`[data-field="${mark.dataset.part}"]`);
      field?.classList.toggle("is-right", isRight === true);
      field?.classList.toggle("is-wrong", isRight === false);
      field?.setAttribute("aria-invalid", String(isRight === false));
      // Where there is one field only, the verdict stands below it.
      const isOne = mark.dataset.part === "";
      const said = isOne || isRight === undefined ? [] : [words(isRight ? "correct" : "not_correct")];
      const key = judgement && withKey && !isRight ? this.keyOf(form, question, mark.dataset.part) : "";
      if (key) said.push(words("right_is", { answer: key }));
      mark.textContent = said.join(" · ");
    }
  }

  /** What would have been right in one part, in words. */
  keyOf() {
    return "";
  }

  wordsOf() {
    return "";
  }
}

/** @param {HTMLFormElement} form @returns {HTMLInputElement[]} */
export function fieldsOf(form) {
  return [...form.querySelectorAll("[data-field]")];
}

/** What stands in a field when it has this value. */
export function wordsIn(field, value) {
  if (field.tagName !== "SELECT") return value;
  const chosen = value && [...field.options].find((option) => option.value === value);
  return chosen ? wordsOf(chosen) : "";
}
