/** Practice questions inside lessons: check, feedback, try again. */

import { byId } from "./dom.mjs";
import { clearMarks, markOptions, onCheck, readAnswer, showAnswer, showFeedback, verdictOf } from "./components/choice.mjs";

export class Practice {
  /**
   * @param {import("./session.mjs").Session} session
   * @param {(name: string, values?: object) => string} words
   * @param {() => void} onAnswered
   */
  constructor(session, words, onAnswered) {
    this.session = session;
    this.words = words;
    this.onAnswered = onAnswered;
    this.since = session.now();
    for (const lesson of session.course.lessons) lesson.practice.forEach((question) => this.enable(question));
  }

  /** A lesson comes on the screen: from now on its questions take time. */
  shown() {
    this.since = this.session.now();
  }

  enable(question) {
    const form = formOf(question);
    form.addEventListener("change", () => {
      clearMarks(form);
      form.querySelector(".feedback").replaceChildren();
      showProblem(form, "");
    });
    onCheck(form, () => this.check(form, question));
  }

  /** The answers that were given in earlier sittings. */
  fill() {
    for (const lesson of this.session.course.lessons) {
      for (const question of lesson.practice) {
        const kept = this.session.practiceAnswer(question);
        if (kept) showAnswer(formOf(question), kept);
      }
    }
  }

  check(form, question) {
    const { words } = this;
    const answer = readAnswer(form);
    if (answer.length === 0) {
      showProblem(form, words("choose_first"));
      form.querySelector("input").focus();
      return;
    }
    this.session.answerPractice(question, answer, (this.session.now() - this.since) / 1000);
    const correct = this.session.isCorrect(question, answer);
    this.since = this.session.now();
    showProblem(form, "");
    markOptions(form, question, answer, correct, words);
    // Focus stays on the button; the feedback is a status, so it is read out where the learner is.
    showFeedback(form, answer, words(verdictOf(question, answer, correct)), correct, correct ? "" : words("try_again"));
    form.querySelector(".feedback").scrollIntoView({ block: "nearest" });
    this.onAnswered();
  }
}

function formOf(question) {
  return document.querySelector(`form[data-question="${question.key}"]`);
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
