/** What the forms of all kinds have in common: remarks, verdicts, the check button. */

import { element, parsed } from "./dom.mjs";
import { kindOf } from "./kinds.mjs";
import { verdictOf } from "./grading.mjs";
import { showProblem } from "./problem.mjs";

const IN_COMPOSITION = 229;

/**
 * Show what the author wrote about this answer: about its parts, then for everyone.
 *
 * @param {HTMLFormElement} form
 * @param {import("./grading.mjs").Question} question
 * @param {string[]} answer
 * @param {import("./kinds.mjs").Judgement} judgement
 * @param {(name: string) => string} words
 * @param {string} [hint]
 */
export function showFeedback(form, question, answer, judgement, words, hint = "") {
  const box = form.querySelector(".feedback");
  const verdict = verdictOf(question, answer, judgement);
  box.classList.toggle("is-right", verdict === "correct" || verdict === "noted");
  const parts = [element("p", { class: "verdict" }, [words(verdict)])];
  for (const id of [...judgement.feedback, ""]) {
    const remark = remarkOn(form, question, id);
    if (!remark) continue;
    // With several parts, each remark says which one it is about.
    const about = id && judgement.feedback.length > 1 && kindOf(question).wordsOf(form, id);
    if (about) parts.push(element("p", { class: "about" }, [about]));
    parts.push(remark);
  }
  if (hint) parts.push(element("p", { class: "try-again" }, [hint]));
  box.replaceChildren(...parts);
}

/** What the author wrote about one part, or null. */
function remarkOn(form, question, id) {
  const waiting = form.querySelector(`template[data-feedback="${id}"]`);
  if (waiting) return waiting.content.cloneNode(true);
  const sealed = question.remarks?.[id];
  return sealed ? parsed(sealed) : null;
}

/**
 * Take marks and remarks away, as soon as the answer changes.
 *
 * @param {HTMLFormElement} form
 * @param {import("./grading.mjs").Question} question
 * @param {(name: string) => string} words
 */
export function clear(form, question, words) {
  kindOf(question).mark(form, question, null, false, words);
  form.querySelector(".feedback").replaceChildren();
}

/**
 * The answer in a form, or null after saying what is still to do.
 *
 * @param {HTMLFormElement} form
 * @param {import("./grading.mjs").Question} question
 * @param {number} moment - the learner's clock, in seconds
 * @param {(name: string) => string} words
 * @returns {string[]|null}
 */
export function finishedAnswer(form, question, moment, words) {
  const kind = kindOf(question);
  const answer = kind.read(form, question, moment);
  let problem = kind.problem?.(form, question, answer, words) ?? (answer.length ? "" : words("choose_first"));
  if (!problem && kind.isWhole?.(question, answer) === false) problem = words("finish_first");
  showProblem(form, problem);
  if (problem) firstField(form).focus();
  return problem ? null : answer;
}

/** Where the keyboard goes when there is something to do. @param {HTMLFormElement} form */
export function firstField(form) {
  return form.querySelector("fieldset :is(input, select, textarea, button):enabled:not([hidden] *)");
}

/**
 * Check by the button or by Enter in a field. Not by submitting: some LMSs frame a course without `allow-forms`.
 *
 * @param {HTMLFormElement} form
 * @param {() => void} check
 */
export function onCheck(form, check) {
  form.addEventListener("submit", (event) => event.preventDefault());
  // An answer with code or a list has no <label>, which a click would follow.
  form.addEventListener("click", (event) => {
    if (event.target.closest(".label") && !event.target.closest("a")) event.target.closest(".option")?.querySelector("input")?.click();
  });
  form.querySelector("[data-check]")?.addEventListener("click", check);
  form.addEventListener("keydown", (event) => {
    // Enter that ends a composition, as in Japanese, is part of the writing.
    if (event.isComposing || event.keyCode === IN_COMPOSITION) return;
    if (event.key !== "Enter" || !event.target.matches("input")) return;
    event.preventDefault();
    if (form.querySelector("[data-check]")) check();
  });
}

/** Nothing in it can be changed any more. @param {HTMLFormElement} form */
export function lockForm(form) {
  for (const field of form.querySelectorAll("fieldset :is(input, select, textarea, button)")) field.disabled = true;
  for (const one of form.querySelectorAll("[data-again], .moves")) one.hidden = true;
}
