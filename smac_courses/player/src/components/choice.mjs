/** Single choice and several answers: reads and shows an answer in the form that the compiler wrote. */

import { element, wordsOf } from "../dom.mjs";

/** @param {HTMLFormElement} form */
export function readAnswer(form) {
  return inputs(form).filter((input) => input.checked).map((input) => input.value);
}

/**
 * @param {HTMLFormElement} form
 * @param {string[]} answer
 */
export function showAnswer(form, answer) {
  for (const input of inputs(form)) input.checked = answer.includes(input.value);
}

/**
 * Put the options into the order of an attempt.
 *
 * @param {HTMLFormElement} form
 * @param {string[]} order - ids of all options
 */
export function arrange(form, order) {
  const fieldset = form.querySelector("fieldset");
  const options = new Map(optionsOf(form).map((option) => [option.dataset.option, option]));
  for (const id of order) fieldset.append(options.get(id));
}

/**
 * Mark what was chosen, in words, not by colour alone.
 *
 * @param {HTMLFormElement} form
 * @param {import("../grading.mjs").Question} question
 * @param {string[]} answer
 * @param {boolean} withKey - also mark what would have been right
 * @param {(name: string) => string} words
 */
export function markOptions(form, question, answer, withKey, words) {
  for (const option of optionsOf(form)) {
    const { id, correct } = question.options.find((one) => one.id === option.dataset.option);
    const chosen = answer.includes(id);
    option.classList.toggle("is-right", correct && (chosen || withKey));
    option.classList.toggle("is-wrong", chosen && !correct);
    const said = [];
    if (chosen) said.push(words(correct ? "correct" : "not_correct"));
    else if (withKey && correct) said.push(words("right_answer"));
    option.querySelector(".mark").textContent = said.join("");
  }
}

/** Take all marks away, as soon as the answer changes. @param {HTMLFormElement} form */
export function clearMarks(form) {
  for (const option of optionsOf(form)) {
    option.classList.remove("is-right", "is-wrong");
    option.querySelector(".mark").textContent = "";
  }
}

/**
 * Show what the author wrote about this answer: for each ticked option, then for everyone.
 *
 * @param {HTMLFormElement} form
 * @param {string[]} answer
 * @param {string} verdict
 * @param {boolean} isCorrect
 * @param {string} [hint]
 */
export function showFeedback(form, answer, verdict, isCorrect, hint = "") {
  const box = form.querySelector(".feedback");
  box.classList.toggle("is-right", isCorrect);
  const parts = [element("p", { class: "verdict" }, [verdict])];
  for (const id of [...answer, ""]) {
    const template = form.querySelector(`template[data-feedback="${id}"]`);
    if (!template) continue;
    // With several ticks, each remark says which answer it is about.
    if (id && answer.length > 1) parts.push(element("p", { class: "about" }, [wordsOfOption(form, id)]));
    parts.push(template.content.cloneNode(true));
  }
  if (hint) parts.push(element("p", { class: "try-again" }, [hint]));
  box.replaceChildren(...parts);
}

/**
 * The words of one answer.
 *
 * @param {HTMLFormElement} form
 * @param {string} id
 */
export function wordsOfOption(form, id) {
  return wordsOf(form.querySelector(`[data-option="${id}"] :is(label, .label)`));
}

/**
 * What is said about an answer: with several right ones, that it is the set that counts.
 *
 * @param {import("../grading.mjs").Question} question
 * @param {string[]} answer
 * @param {boolean} correct
 */
export function verdictOf(question, answer, correct) {
  if (answer.length === 0) return "not_answered";
  if (correct) return "correct";
  const hasRight = question.options.some((option) => option.correct && answer.includes(option.id));
  return question.kind === "multiple" && hasRight ? "not_quite" : "not_correct";
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
    if (event.target.closest(".label") && !event.target.closest("a")) event.target.closest(".option").querySelector("input").click();
  });
  form.querySelector("[data-check]")?.addEventListener("click", check);
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("input")) return;
    event.preventDefault();
    if (form.querySelector("[data-check]")) check();
  });
}

/** @param {HTMLFormElement} form */
function inputs(form) {
  return [...form.querySelectorAll(".option input")];
}

/** @param {HTMLFormElement} form */
function optionsOf(form) {
  return [...form.querySelectorAll(".option")];
}
