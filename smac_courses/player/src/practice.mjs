/** Practice questions inside lessons: check, feedback, try again. */

import { byId } from "./dom.mjs";
import { clearMarks, markOptions, onCheck, readAnswer, showAnswer, showFeedback, verdictOf } from "./components/choice.mjs";

export class Practice {
  /**
   * @param {import("./session.mjs").Session} session
   * @param {(name: string, values?: object) => string} words
   * @param {() => number} now
   * @param {() => void} onAnswered
   */
  constructor(session, words, now, onAnswered) {
    this.session = session;
    this.words = words;
    this.now = now;
    this.onAnswered = onAnswered;
    this.since = now();
    for (const lesson of session.course.lessons) lesson.practice.forEach((question) => this.enable(question));
  }

  /** A lesson comes on the screen: from now on its questions take time. */
  shown() {
    this.since = this.now();
  }

  enable(question) {
    const form = document.querySelector(`form[data-question="${question.key}"]`);
    const kept = this.session.practiceAnswer(question);
    if (kept) showAnswer(form, kept);
    form.addEventListener("change", () => {
      clearMarks(form);
      form.querySelector(".feedback").replaceChildren();
      showProblem(form, "");
    });
    onCheck(form, () => this.check(form, question));
  }

  check(form, question) {
    const { words } = this;
    const answer = readAnswer(form);
    if (answer.length === 0) {
      showProblem(form, words("choose_first"));
      form.querySelector("input").focus();
      return;
    }
    const { correct } = this.session.answerPractice(question, answer, (this.now() - this.since) / 1000);
    this.since = this.now();
    showProblem(form, "");
    markOptions(form, question, answer, correct, words);
    // Focus stays on the button; the feedback is a status, so it is read out where the learner is.
    showFeedback(form, answer, words(verdictOf(question, answer, correct)), correct ? "" : words("try_again"));
    form.querySelector(".feedback").scrollIntoView({ block: "nearest" });
    this.onAnswered();
  }
}

/**
 * A problem in words, tied to the group of answers. An empty text takes it away.
 *
 * @param {HTMLFormElement} form
 * @param {string} text
 */
export function showProblem(form, text) {
  const problem = byId(`${form.dataset.question}._problem`);
  const fieldset = form.querySelector("fieldset");
  problem.textContent = text;
  problem.hidden = !text;
  if (text) fieldset.setAttribute("aria-describedby", problem.id);
  else fieldset.removeAttribute("aria-describedby");
}
