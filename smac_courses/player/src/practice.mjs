/** Practice questions inside lessons: check, feedback, try again. */

import { byId } from "./dom.mjs";
import { clearMarks, markOptions, readAnswer, showAnswer, showFeedback } from "./components/choice.mjs";

/**
 * @param {import("./session.mjs").Session} session
 * @param {(name: string, values?: object) => string} words
 * @param {() => number} now
 */
export function enablePractice(session, words, now) {
  for (const lesson of session.course.lessons) {
    for (const question of lesson.practice) enable(question, session, words, now);
  }
}

function enable(question, session, words, now) {
  const form = document.querySelector(`form[data-question="${question.key}"]`);
  let since = now();
  const kept = session.practiceAnswer(question);
  if (kept) {
    showAnswer(form, kept);
    form.dataset.answered = "";
  }
  form.addEventListener("focusin", () => {
    since ||= now();
  });
  form.addEventListener("change", () => {
    clearMarks(form);
    form.querySelector(".feedback").replaceChildren();
    showProblem(form, "");
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const answer = readAnswer(form);
    if (answer.length === 0) {
      showProblem(form, words("choose_first"));
      form.querySelector("input").focus();
      return;
    }
    const { correct } = session.answerPractice(question, answer, (now() - since) / 1000);
    since = 0;
    form.dataset.answered = "";
    showProblem(form, "");
    markOptions(form, question, answer, correct, words);
    // Focus stays on the button; the feedback is a status, so it is read out where the learner is.
    showFeedback(form, answer, words(correct ? "correct" : "not_correct"), correct ? "" : words("try_again"));
  });
}

/**
 * A problem in words, tied to the group of answers. An empty text takes it away.
 *
 * @param {HTMLFormElement} form
 * @param {string} text
 */
export function showProblem(form, text) {
  const problem = byId(`${form.dataset.question}.problem`);
  const fieldset = form.querySelector("fieldset");
  problem.textContent = text;
  problem.hidden = !text;
  if (text) fieldset.setAttribute("aria-describedby", problem.id);
  else fieldset.removeAttribute("aria-describedby");
}
