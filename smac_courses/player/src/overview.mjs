/** What the page says about the whole course: the outline with its ticks, the start page, answered questions. */

import { button, byId, element } from "./dom.mjs";
import { EXAM, HOME } from "./session.mjs";

export class Overview {
  /**
   * @param {import("./session.mjs").Session} session
   * @param {import("./dom.mjs").Words} words
   * @param {Element[]} screens - of the page, in order
   * @param {(screen: string) => void} go
   */
  constructor(session, words, screens, go) {
    this.session = session;
    this.words = words;
    this.screens = screens;
    this.go = go;
    byId("_outline-button").addEventListener("click", () => this.unfold(!this.isUnfolded()));
  }

  /** @param {string} current - the screen that is shown @param {string} resumeAt - where the learner was at the start */
  refresh(current, resumeAt) {
    const { session, words } = this;
    for (const link of byId("_outline-list").querySelectorAll("a")) {
      const id = link.hash.slice(1);
      const lesson = session.lesson(id);
      const isDone = lesson ? session.isDone(lesson) : id === EXAM && session.isFinished();
      link.classList.toggle("is-done", isDone);
      // The space keeps the words apart in the name of the link.
      link.querySelector(".state").textContent = isDone ? ` ${words("done")}` : "";
      if (id === current) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    this.refreshAnswered(current);
    this.refreshHome(resumeAt);
  }

  refreshAnswered(current) {
    const shown = byId(current).querySelector("[data-answered]");
    if (!shown) return;
    const lesson = this.session.lesson(current);
    const total = lesson.practice.length;
    shown.textContent = this.words("answered_of", { done: total - this.session.unanswered(lesson).length, total });
  }

  refreshHome(resumeAt) {
    const { session, words } = this;
    const done = session.doneCount();
    const total = session.course.lessons.length;
    const first = session.openLessons()[0];
    const parts = [];
    if (total) {
      parts.push(element("p", { class: "progress", id: "_progress" }, [words("progress", { done, total })]));
      parts.push(element("progress", { max: String(total), value: String(done), "aria-labelledby": "_progress" }));
    }
    if (session.isFinished()) parts.push(element("p", {}, [words("course_done")]));
    const next = first ? this.wayInto(first) : session.attempts && EXAM;
    const label = first ? words(done || resumeAt !== HOME ? "resume" : "start") : words("to_exam");
    if (next) parts.push(element("p", { class: "actions" }, [button(label, () => this.go(next), "primary")]));
    byId("_home-actions").replaceChildren(...parts);
  }

  /** A module's first lesson is entered through the module's opening page. */
  wayInto(lesson) {
    const at = this.screens.findIndex((screen) => screen.id === lesson.key);
    const before = this.screens[at - 1];
    return before.dataset.screen === "opening" ? before.id : lesson.key;
  }

  isUnfolded() {
    return byId("_outline-button").getAttribute("aria-expanded") === "true";
  }

  /** On a narrow screen the outline lies folded behind a button. @param {boolean} isUnfolded */
  unfold(isUnfolded) {
    byId("_outline-button").setAttribute("aria-expanded", String(isUnfolded));
  }
}
