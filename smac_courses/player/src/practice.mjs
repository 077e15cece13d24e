/** Practice questions inside lessons: check, feedback, try again. */

import { clear, finishedAnswer, onCheck, showFeedback } from "./form.mjs";
import { judge } from "./grading.mjs";
import { kindOf } from "./kinds.mjs";
import { showProblem } from "./problem.mjs";

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
    this.touched = new Set();
    for (const lesson of session.course.lessons) lesson.practice.forEach((question) => this.enable(question));
  }

  /** A lesson comes on the screen: from now on its questions take time. */
  shown() {
    this.since = this.session.now();
  }

  enable(question) {
    const form = formOf(question);
    // At once, not when the field is left: a line that goes away then would move the button from under the pointer.
    form.addEventListener("input", () => {
      this.touched.add(question);
      clear(form, question, this.words);
      showProblem(form, "");
    });
    kindOf(question).enable?.(form, question, this.words);
    onCheck(form, () => this.check(form, question));
  }

  /** What was begun in this sitting and not checked. */
  unsent() {
    return [...this.touched].filter((question) => kindOf(question).read(formOf(question), question, 0).length > 0);
  }

  /** The answers that were given in earlier sittings. */
  fill() {
    for (const lesson of this.session.course.lessons) {
      for (const question of lesson.practice) {
        const kept = this.session.practiceAnswer(question);
        if (kept) kindOf(question).show(formOf(question), question, kept, this.words);
      }
    }
  }

  check(form, question) {
    const { words } = this;
    if (form.querySelector("[data-check]").getAttribute("aria-disabled") === "true") return;
    const answer = finishedAnswer(form, question, this.session.moment(), words);
    if (!answer) return;
    this.touched.delete(question);
    this.session.answerPractice(question, answer, (this.session.now() - this.since) / 1000);
    const correct = this.session.isCorrect(question, answer);
    this.since = this.session.now();
    const judgement = judge(question, answer);
    kindOf(question).mark(form, question, judgement, correct, words);
    // Focus stays on the button; the feedback is a status, so it is read out where the learner is.
    showFeedback(form, question, answer, judgement, words, correct ? "" : words("try_again"));
    kindOf(question).confirmed?.(form, answer);
    form.querySelector(".feedback").scrollIntoView({ block: "nearest" });
    this.onAnswered();
  }
}

function formOf(question) {
  return document.querySelector(`form[data-question="${question.key}"]`);
}
