/** The exam: one question at a time, a look at all answers before anything is submitted. */

import { button, element, linkTo, wordsOf } from "./dom.mjs";
import { finishedAnswer, lockForm, onCheck, showFeedback } from "./form.mjs";
import { judge } from "./grading.mjs";
import { kindOf } from "./kinds.mjs";
import { showProblem } from "./problem.mjs";
import { Clock } from "clock";
import { Result } from "./result.mjs";

// A page that is open for so long is rare; what waits longer shows when the exam is opened again.
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const KEEP_AFTER_MS = 3000;

export class ExamScreen {
  /**
   * @param {HTMLElement} screen
   * @param {{session: import("./session.mjs").Session, words: import("./dom.mjs").Words, refresh: () => void,
   *   setTitle: (words: string) => void, saving: import("./saving.mjs").Saving}} page
   */
  constructor(screen, page) {
    const { session, words } = page;
    this.screen = screen;
    this.session = session;
    this.attempts = session.attempts;
    this.words = words;
    this.page = page;
    this.intro = screen.querySelector('[data-part="intro"]');
    this.work = screen.querySelector('[data-part="work"]');
    this.sources = screen.querySelector("[data-sources]");
    this.seconds = new Map();
    this.shownAt = 0;
    this.shown = null;
    this.waiting = 0;
    this.writing = 0;
    this.isTimeUpShown = false;
    this.clock = new Clock(this.attempts, words, { warn: (text) => page.saving.warn(text), onTimeUp: () => this.onTimeUp() });
    this.result = new Result(this, session, words);
  }

  /** Show where the learner is: the open attempt, the last result, or the rules. */
  show() {
    if (!this.attempts.isOpen()) this.showLocked();
    else if (this.attempts.state.attempt?.submitted) this.result.show();
    else this.showIntro();
  }

  /** The exam leaves the screen. */
  leave() {
    this.leaveQuestion();
    this.clock.run(false);
    window.clearTimeout(this.waiting);
  }

  /** The window is hidden, or seen again. */
  pause(isHidden) {
    if (isHidden) this.keepShown();
    this.clock.run(!isHidden && this.isAtWork());
    if (!isHidden && this.attempts.isTimeUp()) this.onTimeUp();
  }

  isAtWork() {
    return !this.screen.hidden && !this.work.hidden && this.attempts.current() !== null;
  }

  /** Where the exam is on the screen, its answers are locked; elsewhere the learner is told. */
  onTimeUp() {
    if (this.isAtWork() && !this.isTimeUpShown) this.showReview();
    else this.page.saving.warn(this.words("time_up_title"), true);
  }

  showLocked() {
    const open = this.session.openLessons().map(({ key }) => element("li", {}, [linkTo(key)]));
    this.showOnly("intro");
    this.start().replaceChildren(element("p", {}, [this.words("exam_locked")]), element("ul", {}, open));
  }

  showIntro() {
    this.showOnly("intro");
    const { attempts, words } = this;
    const parts = [];
    if (attempts.current()) {
      parts.push(element("p", {}, [words("exam_open_attempt")]));
      parts.push(button(words("continue_exam"), () => this.goOn(), "primary"));
    } else {
      if (attempts.isPassed()) parts.push(element("p", {}, [words("course_done")]));
      parts.push(...this.waysToStart("start_exam"));
    }
    this.start().replaceChildren(...parts);
  }

  /** How a new attempt begins: how many are left, from when on, with how much time. */
  waysToStart(label) {
    const { attempts, words } = this;
    const left = attempts.left();
    const parts = attempts.isAnyLeft() && left !== null ? [element("p", {}, [words("attempts_left", { count: left })])] : [];
    if (attempts.mayStart()) {
      const choice = this.clock.choice();
      if (choice) parts.push(choice);
      const allowance = () => Number(choice?.querySelector("input:checked")?.value ?? 0);
      parts.push(element("p", { class: "actions" }, [button(words(label), () => this.startAttempt(allowance()), "primary")]));
    } else if (attempts.isAnyLeft() && attempts.wait() > 0) {
      const wait = attempts.wait();
      parts.push(element("p", {}, [words("wait_until", { time: words.moment(this.session.moment() + wait) })]));
      window.clearTimeout(this.waiting);
      this.waiting = window.setTimeout(() => !this.screen.hidden && this.show(), Math.min(wait * 1000, LONGEST_TIMER_MS));
    }
    return parts;
  }

  startAttempt(allowance) {
    this.attempts.start(allowance);
    this.seconds.clear();
    this.page.refresh();
    this.showQuestion(0);
  }

  /** Back into an attempt: to its first open question, or to the overview when its time is over. */
  goOn() {
    const asked = this.attempts.asked();
    const open = asked.findIndex((question) => this.attempts.answerTo(question) === null);
    if (this.attempts.isTimeUp()) this.showReview();
    else this.showQuestion(open < 0 ? 0 : open);
  }

  // -- one question ---------------------------------------------------------------------------------

  showQuestion(number) {
    const asked = this.attempts.asked();
    const question = asked[number];
    const heading = this.words("question_of", { number: number + 1, total: asked.length });
    const form = this.formOf(question);
    const kept = this.attempts.answerTo(question);
    // First, so that what a kind has to say of an input is not taken away by it.
    form.addEventListener("input", () => {
      showProblem(form, "");
      this.keepSoon();
    });
    kindOf(question).enable?.(form, question, this.words);
    if (kept) kindOf(question).show(form, question, kept, this.words);
    form.addEventListener("change", () => this.keep());
    onCheck(form, () => this.check(form, question));
    if (this.attempts.isChecked(question)) this.lock(form, question, kept);
    const isLast = number + 1 === asked.length;
    // Where a button "Check answer" makes an answer final, the overview must not sound like it.
    const toReview = this.words(this.attempts.rules.feedback === "each" ? "to_overview" : "to_review");
    const onward = isLast ? () => this.showReview() : () => this.showQuestion(number + 1);
    const steps = element("p", { class: "actions" }, [
      button(isLast ? toReview : this.words("next"), onward, "primary"),
    ]);
    if (number > 0) steps.append(button(this.words("previous"), () => this.showQuestion(number - 1), "quiet"));
    if (!isLast) steps.append(button(toReview, () => this.showReview(), "quiet"));
    if (this.attempts.moreTime() !== null) steps.append(button(this.words("more_time"), () => this.takeMoreTime(steps), "quiet"));
    this.leaveQuestion();
    this.shown = { question, form };
    this.shownAt = this.session.now();
    this.showWork(heading, [this.progress(number, asked.length), form, steps]);
  }

  progress(number, total) {
    return element("progress", { max: String(total), value: String(number), "aria-hidden": "true" });
  }

  formOf(question) {
    const copy = this.screen.querySelector(`template[data-bank="${question.key}"]`).content.cloneNode(true);
    const form = copy.querySelector("form");
    const order = this.attempts.shownOptions(question);
    if (order.length) kindOf(question).arrange(form, order);
    form.prepend(copy.querySelector(".points"));
    return form;
  }

  /** Whoever writes is not done with every letter, and may close the page before the field is left. */
  keepSoon() {
    this.writing ||= window.setTimeout(() => this.keep(), KEEP_AFTER_MS);
  }

  /** What stands in the form and was not kept yet: also what is being written when the time ends. */
  keepShown() {
    this.stopWriting();
    if (!this.shown) return;
    const { question, form } = this.shown;
    this.attempts.answer(question, kindOf(question).read(form, question, this.session.moment()), true);
  }

  stopWriting() {
    window.clearTimeout(this.writing);
    this.writing = 0;
  }

  /** Keep the answer as it stands: every change is saved, nothing is graded. */
  keep() {
    this.stopWriting();
    // A field that loses the keyboard because its question has gone was kept then.
    if (!this.shown) return;
    const { question, form } = this.shown;
    if (!this.attempts.answer(question, kindOf(question).read(form, question, this.session.moment()))) this.showReview();
    this.page.refresh();
  }

  /** With feedback after each question, a checked answer is final. */
  check(form, question) {
    const answer = finishedAnswer(form, question, this.session.moment(), this.words);
    if (!answer) return;
    if (!this.attempts.check(question, answer, this.secondsOf(question))) {
      this.showReview();
      return;
    }
    this.lock(form, question, answer);
    // The button that had the focus is gone; the way on is the natural next stop.
    this.work.querySelector(".actions .primary").focus();
  }

  lock(form, question, answer) {
    this.showJudged(form, question, answer);
    form.querySelector("[data-check]")?.closest("p").remove();
  }

  /** With the key, the author's feedback and what to read again. */
  showJudged(form, question, answer) {
    const isCorrect = this.session.isCorrect(question, answer);
    const judgement = judge(question, answer);
    kindOf(question).mark(form, question, judgement, true, this.words);
    showFeedback(form, question, answer, judgement, this.words);
    if (!isCorrect && question.lessons.length) {
      const links = question.lessons.flatMap((lesson, index) => (index ? [" · ", linkTo(lesson)] : [linkTo(lesson)]));
      form.querySelector(".feedback").append(element("p", { class: "behind" }, [this.words("read_again"), " ", ...links]));
    }
    lockForm(form);
  }

  secondsOf(question) {
    const before = this.seconds.get(question.key) ?? 0;
    return this.shown?.question === question ? before + (this.session.now() - this.shownAt) / 1000 : before;
  }

  leaveQuestion() {
    if (!this.shown) return;
    this.keepShown();
    this.seconds.set(this.shown.question.key, this.secondsOf(this.shown.question));
    this.shown = null;
  }

  // -- before submitting ----------------------------------------------------------------------------

  /** All answers at a glance. When the time is over they can be submitted, and not be changed. */
  showReview() {
    this.leaveQuestion();
    const { attempts, words } = this;
    const isTimeUp = attempts.isTimeUp();
    this.isTimeUpShown = isTimeUp;
    const asked = attempts.asked();
    const open = asked.filter((question) => attempts.answerTo(question) === null).length;
    const begun = asked.filter((question) => this.isBegun(question)).length;
    const rows = asked.map((question, index) => this.reviewRow(question, index, isTimeUp));
    const actions = element("p", { class: "actions" }, [button(words("submit"), () => this.submit(), "primary")]);
    if (!isTimeUp) actions.append(button(words("previous"), () => this.showQuestion(asked.length - 1), "quiet"));
    if (attempts.moreTime() !== null) actions.append(button(words("more_time"), () => this.takeMoreTime(actions), "quiet"));
    const lines = [open && words("review_open", { count: open }), begun && words("review_part", { count: begun })];
    const count = element("p", {}, [lines.filter(Boolean).join(" ") || words("review_ready")]);
    const list = element("ol", { class: "review" }, rows);
    // Nothing is left to do but to submit: no need to look for the button below the list.
    if (isTimeUp) this.showWork(words("time_up_title"), [element("p", {}, [words("time_up")]), count, actions, list]);
    else this.showWork(words("review_title"), [count, list, actions]);
  }

  reviewRow(question, index, isTimeUp) {
    const form = this.formOf(question);
    const answer = this.attempts.answerTo(question) ?? [];
    const chosen = kindOf(question).said(form, question, answer, this.words).map((one) => element("li", {}, [one]));
    const parts = [
      element("p", { class: "review-title" }, [wordsOf(form.querySelector("legend"))]),
      chosen.length ? element("ul", {}, chosen) : element("p", { class: "open" }, [this.words("not_answered")]),
    ];
    if (this.isBegun(question)) parts.push(element("p", { class: "open" }, [this.words("unfinished")]));
    if (isTimeUp) return element("li", {}, parts);
    const [verb, label] = this.attempts.isChecked(question) ? ["look", "look_label"] : ["change", "change_label"];
    const change = button(this.words(verb), () => this.showQuestion(index), "quiet");
    change.setAttribute("aria-label", this.words(label, { number: index + 1 }));
    return element("li", {}, [...parts, change]);
  }

  /** Whether a question has an answer that lacks something. */
  isBegun(question) {
    const answer = this.attempts.answerTo(question);
    return answer !== null && kindOf(question).isWhole?.(question, answer) === false;
  }

  /** @param {Element} actions - where the button stood: it goes when there is nothing more to take */
  takeMoreTime(actions) {
    const wasTimeUp = this.isTimeUpShown && this.attempts.isTimeUp();
    const said = this.clock.extend();
    if (wasTimeUp) this.showReview();
    else if (this.attempts.moreTime() === null) {
      actions.lastChild.remove();
      this.work.querySelector(".work-title").focus();
    }
    this.page.saving.warn(said);
  }

  submit() {
    this.leaveQuestion();
    this.attempts.submit((question) => this.secondsOf(question));
    this.page.refresh();
    this.result.show();
    this.work.querySelector("h3").focus();
  }

  // -- parts of the screen --------------------------------------------------------------------------

  start() {
    return this.screen.querySelector(".exam-start");
  }

  showOnly(part) {
    // What is not shown holds nothing: the choice of time may stand in either part, and has ids.
    if (part !== "intro") this.start().replaceChildren();
    else this.work.replaceChildren();
    this.intro.hidden = part !== "intro";
    this.work.hidden = part !== "work";
    this.work.classList.remove("is-passed");
    if (this.sources) this.sources.hidden = true;
  }

  /** @param {boolean} [withFocus] - false where the screen itself is new and has the focus */
  showWork(heading, children, withFocus = true) {
    this.showOnly("work");
    this.page.saving.announce("");
    this.clock.run(true);
    const title = element("h3", { tabindex: "-1", class: "work-title" }, [heading]);
    this.work.replaceChildren(title, ...children);
    this.page.setTitle(heading);
    this.showSources(true);
    if (withFocus) {
      title.focus();
      title.scrollIntoView({ block: "start" });
    }
  }

  /** Sources stand under the questions, but only where something on the screen points to them. */
  showSources(isWanted) {
    if (this.sources) this.sources.hidden = !(isWanted && this.work.querySelector('[role="doc-noteref"]'));
  }
}
