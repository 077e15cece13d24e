/** The page: one screen at a time, the outline, the state of saving, the beginning and the end. */

import { button, byId, element, translator, wordsOf } from "./dom.mjs";
import { enablePractice } from "./practice.mjs";
import { ExamScreen, titleOf } from "./exam.mjs";
import { EXAM, HOME, Session } from "./session.mjs";
import { createTracker } from "tracker";

class Player {
  constructor(data) {
    this.words = translator(data.strings);
    this.session = new Session(data, randomSeed);
    this.now = () => performance.now();
    this.courseTitle = document.title;
    this.screens = [...document.querySelectorAll(".screen")];
    this.wasUnsaved = false;
    this.tracker = createTracker({
      window,
      now: this.now,
      clock: () => new Date(),
      pack: () => this.session.pack(),
      place: () => this.session.place(),
      onStatus: (status) => this.showStatus(status),
    });
  }

  start() {
    const { session, words } = this;
    session.start(this.tracker);
    this.resumeAt = session.place();
    enablePractice(session, words, this.now);
    const page = {
      go: (screen) => this.go(screen),
      refresh: () => this.refresh(),
      title: (part) => this.setTitle(part),
    };
    const screen = byId(EXAM);
    this.exam = screen ? new ExamScreen(screen, session, words, this.now, page) : null;
    document.documentElement.classList.add("is-ready");
    document.addEventListener("click", (event) => this.onClick(event));
    window.addEventListener("hashchange", () => this.onHash());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.tracker.save();
    });
    window.addEventListener("pagehide", () => this.tracker.close());
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) window.location.reload();
    });
    byId("_save-exit").addEventListener("click", () => this.exit());
    byId("_outline-button").addEventListener("click", () => this.toggleOutline());
    this.showBeginning();
    this.refresh();
  }

  showBeginning() {
    const { session, words } = this;
    const asked = this.screenOf(window.location.hash.slice(1));
    const first = asked && asked !== HOME ? asked : this.resumeAt;
    if (!session.connected) this.notice(words(this.tracker.found ? "connection_failed" : "not_connected"));
    else if (session.stateWasLost) this.notice(words("state_lost"));
    else if (session.mode !== "normal") this.notice(words("read_only"));
    else if (first !== HOME) this.notice(words("welcome_back", { place: titleOf(first) }));
    if (session.mode !== "normal") byId("_save-state").textContent = words("read_only_short");
    this.show(first, false);
  }

  // -- screens --------------------------------------------------------------------------------------

  screenOf(id) {
    return this.screens.some((screen) => screen.id === id) ? id : null;
  }

  onClick(event) {
    const link = event.target.closest("a[href^='#']");
    const target = link && this.screenOf(link.hash.slice(1));
    if (target) {
      event.preventDefault();
      this.go(target);
    } else if (event.target.closest("[data-continue]")) {
      this.onContinue();
    }
  }

  /** Back and forward in the browser's history. */
  onHash() {
    const target = this.screenOf(window.location.hash.slice(1)) ?? (window.location.hash ? null : HOME);
    if (target && target !== this.current) this.show(target, true);
  }

  go(id) {
    if (id !== this.current) window.history.pushState(null, "", `#${id}`);
    this.show(id, true);
  }

  show(id, withFocus) {
    this.current = id;
    this.exam?.leave();
    for (const screen of this.screens) {
      screen.hidden = screen.id !== id;
      screen.classList.toggle("is-current", screen.id === id);
    }
    this.setTitle(titleOf(id));
    const kind = byId(id).dataset.screen;
    if (kind !== "opening") this.session.goTo(id);
    if (kind === "exam") this.exam.show();
    if (kind === "lesson") byId(id).querySelector("[data-problems]").replaceChildren();
    this.closeOutline();
    this.refresh();
    if (withFocus) {
      byId("_notices").replaceChildren();
      byId(`${id}.title`).focus();
      window.scrollTo(0, 0);
    }
  }

  setTitle(part) {
    document.title = `${part} – ${this.courseTitle}`;
  }

  onContinue() {
    const { session } = this;
    const lesson = session.lesson(this.current);
    const open = lesson ? session.unanswered(lesson) : [];
    if (open.length > 0) {
      this.showProblems(open);
      return;
    }
    if (lesson) session.completeLesson(lesson);
    const at = this.screens.findIndex((screen) => screen.id === this.current);
    const next = this.screens[at + 1];
    this.go(next ? next.id : HOME);
  }

  /** What still has to be answered, as links that lead to the field itself. */
  showProblems(questions) {
    const box = byId(this.current).querySelector("[data-problems]");
    const links = questions.map((question) => {
      const link = element("a", { href: `#${question.key}.title` }, [wordsOf(byId(`${question.key}.title`))]);
      link.addEventListener("click", (event) => {
        event.preventDefault();
        const form = document.querySelector(`form[data-question="${question.key}"]`);
        form.querySelector("input").focus();
        form.scrollIntoView({ block: "start" });
      });
      return element("li", {}, [link]);
    });
    const title = element("p", { tabindex: "-1", class: "problems-title" }, [this.words("answer_these")]);
    box.replaceChildren(title, element("ul", {}, links));
    title.focus();
  }

  // -- what the page says about the whole -----------------------------------------------------------

  refresh() {
    const { session, words } = this;
    for (const link of byId("_outline-list").querySelectorAll("a")) {
      const id = link.hash.slice(1);
      const lesson = session.lesson(id);
      const isDone = lesson ? session.isDone(lesson) : id === EXAM && session.isPassed();
      link.classList.toggle("is-done", isDone);
      link.querySelector(".state").textContent = isDone ? words("done") : "";
      if (id === this.current) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    this.refreshHome();
  }

  refreshHome() {
    const { session, words } = this;
    const done = session.doneCount();
    const total = session.course.lessons.length;
    const first = session.openLessons()[0];
    const parts = [element("p", { class: "progress" }, [words("progress", { done, total })])];
    parts.push(element("progress", { max: String(total), value: String(done), "aria-label": words("progress", { done, total }) }));
    if (session.isPassed() || (!session.exam && !first)) parts.push(element("p", {}, [words("course_done")]));
    const next = first ? this.wayInto(first) : session.exam && EXAM;
    const label = first ? words(done || this.resumeAt !== HOME ? "resume" : "start") : words("to_exam");
    if (next) parts.push(element("p", { class: "actions" }, [button(label, () => this.go(next), "primary")]));
    byId("_home-actions").replaceChildren(...parts);
  }

  /** A module's first lesson is entered through the module's opening page. */
  wayInto(lesson) {
    const at = this.screens.findIndex((screen) => screen.id === lesson.key);
    const before = this.screens[at - 1];
    return before.dataset.screen === "opening" ? before.id : lesson.key;
  }

  toggleOutline() {
    const isOpen = byId("_outline-button").getAttribute("aria-expanded") === "true";
    byId("_outline-button").setAttribute("aria-expanded", String(!isOpen));
  }

  closeOutline() {
    byId("_outline-button").setAttribute("aria-expanded", "false");
  }

  notice(text) {
    byId("_notices").replaceChildren(element("p", { class: "notice" }, [text]));
  }

  /** In words, always visible; read out only when it turns bad and when it is good again. */
  showStatus(status) {
    if (status === "read-only") return;
    const shown = byId("_save-state");
    shown.textContent = this.words(status);
    shown.dataset.state = status;
    if (status === "unsaved" && !this.wasUnsaved) this.notice(this.words("unsaved_notice"));
    if (status === "saved" && this.wasUnsaved) this.notice(this.words("saved_again"));
    if (status !== "saving") this.wasUnsaved = status === "unsaved";
  }

  exit() {
    const isSaved = this.tracker.close();
    const main = byId("_main");
    const title = element("h2", { tabindex: "-1" }, [this.words("closed_title")]);
    main.replaceChildren(title, element("p", {}, [this.words(isSaved ? "closed_text" : "closed_unsaved")]));
    document.querySelector(".outline").remove();
    byId("_save-exit").remove();
    byId("_save-state").textContent = "";
    title.focus();
  }
}

function randomSeed() {
  return window.crypto.getRandomValues(new Uint32Array(1))[0];
}

new Player(JSON.parse(byId("_course-data").textContent)).start();
