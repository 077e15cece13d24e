/** The result of an attempt: the score, topic by topic, what to read again, every answer with its feedback. */

import { element, linkTo } from "./dom.mjs";
import { kindOf } from "./kinds.mjs";

export class Result {
  /**
   * @param {import("./exam.mjs").ExamScreen} screen
   * @param {import("./session.mjs").Session} session
   * @param {import("./dom.mjs").Words} words
   */
  constructor(screen, session, words) {
    this.screen = screen;
    this.session = session;
    this.attempts = session.attempts;
    this.words = words;
  }

  show() {
    const { attempts, words } = this;
    const { best, last, used } = attempts.state;
    const { passPercent, feedback } = attempts.rules;
    const score = words("score", { percent: words.percent(last.percent), pass: words.percent(passPercent) });
    const parts = [element("p", { class: "score" }, [score])];
    if (used > 1) parts.push(element("p", {}, [words("best_score", { percent: words.percent(best.percent) })]));
    // An update of the course may have changed the questions since; then the result stands without them.
    const graded = attempts.score();
    const isWhole = graded.percent === last.percent && attempts.isWhole();
    if (isWhole) parts.push(this.topicTable(graded), ...this.lessonsBehind());
    parts.push(...this.afterwards(), ...this.statement());
    const withAnswers = isWhole && feedback !== "never";
    if (withAnswers) parts.push(element("h4", {}, [words("your_answers")]), ...this.judgedForms());
    this.screen.showWork(words(attempts.isPassed() ? "passed_title" : "failed_title"), parts, false);
    this.screen.work.classList.toggle("is-passed", attempts.isPassed());
    this.screen.showSources(withAnswers);
  }

  afterwards() {
    const { attempts, words } = this;
    if (attempts.isPassed()) return [element("p", {}, [words("course_done")])];
    if (!attempts.isAnyLeft()) return [element("p", {}, [words("no_attempts")])];
    return this.screen.waysToStart("retry");
  }

  /** What the learner keeps of a pass. */
  statement() {
    const { attempts, session, words } = this;
    const { percent, passed } = attempts.counting();
    if (!passed) return [];
    const paper = this.screen.screen.querySelector("[data-statement]").content.cloneNode(true);
    const told = [session.name, session.course.course.version, words.percent(percent), words.moment(attempts.state.finishedAt)];
    paper.querySelectorAll("[data-told]").forEach((place, at) => place.append(told[at]));
    return [paper];
  }

  /** Without saying which answers were wrong: that is for the feedback, where the rules allow it. */
  lessonsBehind() {
    const lessons = this.attempts.lessonsBehind();
    if (!lessons.length) return [];
    const items = lessons.map((lesson) => element("li", {}, [linkTo(lesson)]));
    return [element("h4", {}, [this.words("worth_reading")]), element("ul", {}, items)];
  }

  topicTable(score) {
    const { words } = this;
    const pools = new Map(this.attempts.exam.pools.map((pool) => [pool.id, pool]));
    const names = ["topic", "topic_score", "topic_needed", "topic_result"].map((name) => words(name));
    const head = names.map((name) => element("th", { scope: "col" }, [name]));
    const rows = score.topics.map((topic) => {
      const { title, mustPass } = pools.get(topic.id);
      const cells = [words.percent(topic.percent), mustPass ? words.percent(mustPass) : "–"];
      cells.push(mustPass ? words(topic.passed ? "topic_passed" : "topic_failed") : "–");
      return element("tr", {}, [
        element("th", { scope: "row" }, [title]),
        ...cells.map((cell, at) => element("td", { "data-name": names[at + 1] }, [cell])),
      ]);
    });
    const caption = element("caption", { id: "_topics" }, [words("topics")]);
    const table = element("table", {}, [caption, element("thead", {}, [element("tr", {}, head)]), element("tbody", {}, rows)]);
    return element("div", { class: "table topics", role: "region", tabindex: "0", "aria-labelledby": caption.id }, [table]);
  }

  judgedForms() {
    return this.attempts.asked().map((question) => {
      const form = this.screen.formOf(question);
      const answer = this.attempts.answerTo(question) ?? [];
      kindOf(question).enable?.(form, question, this.words);
      kindOf(question).show(form, question, answer, this.words);
      this.screen.lock(form, question, answer);
      form.querySelector(".feedback").removeAttribute("role");
      const title = form.querySelector("legend h4");
      title.replaceWith(element("h5", { id: title.id }, [...title.childNodes]));
      return form;
    });
  }
}
