/** The exam: one question at a time, a look at all answers before anything is submitted, the result. */

import { button, element, wordsOf } from "./dom.mjs";
import { arrange, markOptions, onCheck, readAnswer, showAnswer, showFeedback, verdictOf, wordsOfOption } from "./components/choice.mjs";
import { showProblem } from "./practice.mjs";

export class ExamScreen {
  /**
   * @param {HTMLElement} screen
   * @param {import("./session.mjs").Session} session
   * @param {(name: string, values?: object) => string} words
   * @param {() => number} now
   * @param {{refresh: () => void, title: (words: string) => void, quiet: () => void}} page
   */
  constructor(screen, session, words, now, page) {
    this.screen = screen;
    this.session = session;
    this.words = words;
    this.now = now;
    this.page = page;
    this.intro = screen.querySelector('[data-part="intro"]');
    this.work = screen.querySelector('[data-part="work"]');
    this.sources = screen.querySelector("[data-sources]");
    this.seconds = new Map();
    this.shownAt = 0;
    this.shown = null;
  }

  /** Show where the learner is: the open attempt, the last result, or the rules. */
  show() {
    this.leave();
    if (!this.session.examIsOpen()) this.showLocked();
    else if (this.session.state.exam?.attempt?.submitted) this.showResult();
    else this.showIntro();
  }

  showLocked() {
    const open = this.session.openLessons().map((lesson) =>
      element("li", {}, [element("a", { href: `#${lesson.key}` }, [titleOf(lesson.key)])]),
    );
    this.showOnly("intro");
    this.start().replaceChildren(element("p", {}, [this.words("exam_locked")]), element("ul", {}, open));
  }

  showIntro() {
    this.showOnly("intro");
    const attempt = this.session.openAttempt();
    const parts = [];
    if (!attempt && this.session.isPassed()) parts.push(element("p", {}, [this.words("course_done")]));
    if (attempt) {
      parts.push(element("p", {}, [this.words("exam_open_attempt")]));
      parts.push(button(this.words("continue_exam"), () => this.showQuestion(this.firstOpen()), "primary"));
    } else if (this.session.mayStartAttempt()) {
      const left = this.session.attemptsLeft();
      if (left !== null) parts.push(element("p", {}, [this.words("attempts_left", { count: left })]));
      parts.push(button(this.words("start_exam"), () => this.startAttempt(), "primary"));
    }
    this.start().replaceChildren(...parts);
  }

  startAttempt() {
    this.session.startAttempt();
    this.seconds.clear();
    this.page.refresh();
    this.showQuestion(0);
  }

  firstOpen() {
    const asked = this.session.askedQuestions();
    const open = asked.findIndex((question) => this.session.examAnswer(question) === null);
    return open < 0 ? 0 : open;
  }

  // -- one question ---------------------------------------------------------------------------------

  showQuestion(number) {
    const asked = this.session.askedQuestions();
    const question = asked[number];
    const heading = this.words("question_of", { number: number + 1, total: asked.length });
    const form = this.formOf(question);
    const kept = this.session.examAnswer(question);
    if (kept) showAnswer(form, kept);
    form.addEventListener("change", () => this.keep());
    onCheck(form, () => this.check(form, question));
    if (this.session.isChecked(question)) this.lock(form, question, kept);
    const isLast = number + 1 === asked.length;
    // Where a button "Check answer" makes an answer final, the overview must not sound like it.
    const toReview = this.words(this.session.exam.rules.feedback === "each" ? "to_overview" : "to_review");
    const onward = isLast ? () => this.showReview() : () => this.showQuestion(number + 1);
    const steps = element("p", { class: "actions" }, [
      button(isLast ? toReview : this.words("next"), onward, "primary"),
    ]);
    if (number > 0) steps.append(button(this.words("previous"), () => this.showQuestion(number - 1), "quiet"));
    if (!isLast) steps.append(button(toReview, () => this.showReview(), "quiet"));
    this.leave();
    this.shown = { question, form };
    this.shownAt = this.now();
    this.showWork(heading, [form, steps]);
  }

  formOf(question) {
    const copy = this.screen.querySelector(`template[data-bank="${question.key}"]`).content.cloneNode(true);
    const form = copy.querySelector("form");
    arrange(form, this.session.shownOptions(question));
    form.prepend(copy.querySelector(".points"));
    return form;
  }

  /** Keep the answer as it stands: every change is saved, nothing is graded. */
  keep() {
    this.session.answerExam(this.shown.question, readAnswer(this.shown.form));
    this.page.refresh();
  }

  /** With feedback after each question, a checked answer is final. */
  check(form, question) {
    const answer = readAnswer(form);
    if (answer.length === 0) {
      showProblem(form, this.words("choose_first"));
      form.querySelector("input").focus();
      return;
    }
    showProblem(form, "");
    this.session.checkExam(question, answer, this.secondsOf(question));
    this.lock(form, question, answer);
    // The button that had the focus is gone; the way on is the natural next stop.
    this.work.querySelector(".actions .primary").focus();
  }

  lock(form, question, answer) {
    this.showJudged(form, question, answer);
    form.querySelector(".actions")?.remove();
  }

  showJudged(form, question, answer) {
    const verdict = verdictOf(question, answer, this.session.isCorrect(question, answer));
    markOptions(form, question, answer, true, this.words);
    showFeedback(form, answer, this.words(verdict));
    for (const input of form.querySelectorAll("input")) input.disabled = true;
  }

  secondsOf(question) {
    const before = this.seconds.get(question.key) ?? 0;
    return this.shown?.question === question ? before + (this.now() - this.shownAt) / 1000 : before;
  }

  leave() {
    if (!this.shown) return;
    this.seconds.set(this.shown.question.key, this.secondsOf(this.shown.question));
    this.shown = null;
  }

  // -- before submitting ----------------------------------------------------------------------------

  showReview() {
    this.leave();
    const asked = this.session.askedQuestions();
    const open = asked.filter((question) => this.session.examAnswer(question) === null).length;
    const rows = asked.map((question, index) => this.reviewRow(question, index));
    this.showWork(this.words("review_title"), [
      element("p", {}, [open ? this.words("review_open", { count: open }) : this.words("review_ready")]),
      element("ol", { class: "review" }, rows),
      element("p", { class: "actions" }, [
        button(this.words("submit"), () => this.submit(), "primary"),
        button(this.words("previous"), () => this.showQuestion(asked.length - 1), "quiet"),
      ]),
    ]);
  }

  reviewRow(question, index) {
    const form = this.formOf(question);
    const answer = this.session.examAnswer(question) ?? [];
    const chosen = answer.map((id) => element("li", {}, [wordsOfOption(form, id)]));
    const [verb, label] = this.session.isChecked(question) ? ["look", "look_label"] : ["change", "change_label"];
    const change = button(this.words(verb), () => this.showQuestion(index), "quiet");
    change.setAttribute("aria-label", this.words(label, { number: index + 1 }));
    return element("li", {}, [
      element("p", { class: "review-title" }, [wordsOf(form.querySelector("legend"))]),
      chosen.length ? element("ul", {}, chosen) : element("p", { class: "open" }, [this.words("not_answered")]),
      change,
    ]);
  }

  submit() {
    this.leave();
    this.session.submitExam((question) => this.secondsOf(question));
    this.page.refresh();
    this.showResult();
    this.work.querySelector("h3").focus();
  }

  // -- the result -----------------------------------------------------------------------------------

  showResult() {
    const { session, words } = this;
    const { best, last, used } = session.examState();
    const rules = session.exam.rules;
    const parts = [element("p", { class: "score" }, [words("score", { percent: last.percent, pass: rules.passPercent })])];
    if (used > 1) parts.push(element("p", {}, [words("best_score", { percent: best.percent })]));
    parts.push(...this.afterwards());
    // An update of the course may have changed the questions since; then the result stands without them.
    const score = session.lastScore();
    const isWhole = score.percent === last.percent && session.hasAllQuestions();
    if (isWhole) parts.push(this.topicTable(score));
    if (isWhole && rules.feedback !== "never") {
      parts.push(element("h4", {}, [words("your_answers")]), ...this.judgedForms());
    }
    this.showWork(words(session.isPassed() ? "passed_title" : "failed_title"), parts, false);
    this.work.classList.toggle("is-passed", session.isPassed());
    this.showSources(isWhole && rules.feedback !== "never");
  }

  /** Sources stand under the questions, but only where something on the screen points to them. */
  showSources(isWanted) {
    if (this.sources) this.sources.hidden = !(isWanted && this.work.querySelector('[role="doc-noteref"]'));
  }

  afterwards() {
    const { session, words } = this;
    if (session.isPassed()) return [element("p", {}, [words("course_done")])];
    if (!session.mayStartAttempt()) return [element("p", {}, [words("no_attempts")])];
    const left = session.attemptsLeft();
    const parts = left === null ? [] : [element("p", {}, [words("attempts_left", { count: left })])];
    return [...parts, element("p", { class: "actions" }, [button(words("retry"), () => this.startAttempt(), "primary")])];
  }

  topicTable(score) {
    const { words } = this;
    const titles = new Map(this.session.exam.pools.map((pool) => [pool.id, pool]));
    const head = ["topic", "topic_score", "topic_needed", "topic_result"].map((name) =>
      element("th", { scope: "col" }, [words(name)]),
    );
    const rows = score.topics.map((topic) => {
      const { title, mustPass } = titles.get(topic.id);
      const needed = mustPass ? words("percent", { percent: mustPass }) : "–";
      const cells = [words("percent", { percent: topic.percent }), needed];
      if (mustPass) cells.push(words(topic.passed ? "topic_passed" : "topic_failed"));
      else cells.push("–");
      return element("tr", {}, [
        element("th", { scope: "row" }, [title]),
        ...cells.map((cell) => element("td", {}, [cell])),
      ]);
    });
    const caption = element("caption", { id: "_topics" }, [words("topics")]);
    const table = element("table", {}, [caption, element("thead", {}, [element("tr", {}, head)]), element("tbody", {}, rows)]);
    return element("div", { class: "table", role: "region", tabindex: "0", "aria-labelledby": caption.id }, [table]);
  }

  judgedForms() {
    return this.session.askedQuestions().map((question) => {
      const form = this.formOf(question);
      const answer = this.session.examAnswer(question) ?? [];
      showAnswer(form, answer);
      this.showJudged(form, question, answer);
      form.querySelector(".actions")?.remove();
      form.querySelector(".feedback").removeAttribute("role");
      const title = form.querySelector("legend h4");
      title.replaceWith(element("h5", {}, [...title.childNodes]));
      return form;
    });
  }

  // -- parts of the screen --------------------------------------------------------------------------

  start() {
    return this.screen.querySelector(".exam-start");
  }

  showOnly(part) {
    this.intro.hidden = part !== "intro";
    this.work.hidden = part !== "work";
    this.work.classList.remove("is-passed");
    if (this.sources) this.sources.hidden = true;
  }

  showWork(heading, children, withFocus = true) {
    this.showOnly("work");
    const title = element("h3", { tabindex: "-1", class: "work-title" }, [heading]);
    this.work.replaceChildren(title, ...children);
    this.page.title(heading);
    this.page.quiet();
    this.showSources(true);
    if (withFocus) {
      title.focus();
      title.scrollIntoView({ block: "start" });
    }
  }
}

/** The words of a screen's heading. @param {string} screen */
export function titleOf(screen) {
  return wordsOf(document.getElementById(`${screen}._title`));
}
