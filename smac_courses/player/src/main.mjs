/** The page: one screen at a time, the outline, the state of saving, the beginning and the end. */

import { button, byId, element, translator, wordsOf } from "./dom.mjs";
import { Practice } from "./practice.mjs";
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
    this.isClosed = false;
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
    this.practice = new Practice(session, words, this.now, () => this.refreshProblems());
    const page = {
      refresh: () => this.refresh(),
      title: (part) => this.setTitle(part),
      quiet: () => byId("_notices").replaceChildren(),
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
    this.showMode();
    if (session.stateWasLost) this.notice(words("state_lost"));
    else if (session.mode === "normal" && first !== HOME) this.notice(words("welcome_back", { place: titleOf(first) }));
    // So that the browser's way back from a footnote leads here, and not to the start page. Not by a fragment:
    // the keyboard would then begin behind the skip link.
    window.history.replaceState({ screen: first }, "");
    this.show(first, false);
  }

  /** What the learner must know as long as the page is open: that this is a look back, or leads nowhere. */
  showMode() {
    const { session, words } = this;
    const notRecorded = this.tracker.found ? "connection_failed" : "not_connected";
    const [short, long] = !session.connected
      ? ["not_recorded", notRecorded]
      : { review: ["review", "read_only"], browse: ["preview", "preview_notice"], normal: [] }[session.mode];
    if (!short) return;
    byId("_save-state").textContent = words(short);
    this.saveNotice(words(long));
  }

  // -- screens --------------------------------------------------------------------------------------

  screenOf(id) {
    return this.screens.some((screen) => screen.id === id) ? id : null;
  }

  onClick(event) {
    const link = event.target.closest("a[href^='#']");
    const target = link && byId(decodeURIComponent(link.hash.slice(1)));
    const screen = target?.closest(".screen");
    if (screen && (screen === target || screen.id !== this.current)) {
      event.preventDefault();
      this.go(screen.id);
      if (target !== screen) target.scrollIntoView();
    } else if (event.target.closest("[data-continue]")) {
      this.onContinue();
    } else if (event.target.closest("[data-print]")) {
      this.printAlone(event.target.closest(".job-aid"));
    }
  }

  /** A job aid by itself, on paper: the style sheet hides everything else meanwhile. */
  printAlone(part) {
    const root = document.documentElement;
    root.classList.add("is-printing-part");
    part.classList.add("is-printed");
    window.addEventListener(
      "afterprint",
      () => {
        root.classList.remove("is-printing-part");
        part.classList.remove("is-printed");
      },
      { once: true },
    );
    window.print();
  }

  /** Back and forward in the browser's history. */
  onHash() {
    if (this.isClosed) return;
    const first = window.history.state?.screen ?? HOME;
    const target = this.screenOf(window.location.hash.slice(1)) ?? (window.location.hash ? null : first);
    if (target && target !== this.current) this.show(target, true);
  }

  go(id) {
    if (id !== this.current) window.history.pushState(null, "", `#${id}`);
    this.show(id, true);
  }

  show(id, withFocus) {
    this.current = id;
    this.exam?.leave();
    // What is no longer seen must not go on talking.
    for (const media of document.querySelectorAll("video, audio")) media.pause();
    for (const screen of this.screens) {
      screen.hidden = screen.id !== id;
      screen.classList.toggle("is-current", screen.id === id);
    }
    this.setTitle(titleOf(id));
    const kind = byId(id).dataset.screen;
    if (kind !== "opening") this.session.goTo(id);
    if (kind === "exam") this.exam.show();
    if (kind === "lesson") byId(id).querySelector("[data-problems]").replaceChildren();
    this.practice.shown();
    this.closeOutline();
    this.refresh();
    if (withFocus) {
      byId("_notices").replaceChildren();
      byId(`${id}._title`).focus();
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
      const title = byId(`${question.key}._title`);
      const link = element("a", { href: `#${title.id}` }, [wordsOf(title)]);
      link.addEventListener("click", (event) => {
        event.preventDefault();
        const form = title.closest("form");
        form.querySelector("input").focus();
        form.scrollIntoView({ block: "start" });
      });
      return element("li", {}, [link]);
    });
    const title = element("p", { tabindex: "-1", class: "problems-title" }, [this.words("answer_these")]);
    box.replaceChildren(title, element("ul", {}, links));
    title.focus();
  }

  /** An answer was given: what is answered leaves the list. */
  refreshProblems() {
    const box = byId(this.current).querySelector("[data-problems]");
    const open = this.session.unanswered(this.session.lesson(this.current)).map(({ key }) => `#${key}._title`);
    for (const item of box.querySelectorAll("li")) if (!open.includes(item.firstChild.hash)) item.remove();
    if (open.length === 0) box.replaceChildren();
  }

  // -- what the page says about the whole -----------------------------------------------------------

  refresh() {
    const { session, words } = this;
    for (const link of byId("_outline-list").querySelectorAll("a")) {
      const id = link.hash.slice(1);
      const lesson = session.lesson(id);
      const isDone = lesson ? session.isDone(lesson) : id === EXAM && session.isPassed();
      link.classList.toggle("is-done", isDone);
      // The space keeps the words apart in the name of the link.
      link.querySelector(".state").textContent = isDone ? ` ${words("done")}` : "";
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
    const parts = [element("p", { class: "progress", id: "_progress" }, [words("progress", { done, total })])];
    parts.push(element("progress", { max: String(total), value: String(done), "aria-labelledby": "_progress" }));
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

  /** What stays until it changes, wherever the learner goes. */
  saveNotice(text) {
    byId("_saving").replaceChildren(...(text ? [element("p", { class: "notice" }, [text])] : []));
  }

  /** In words, always visible; read out only when it turns bad and when it is good again. */
  showStatus(status) {
    const shown = byId("_save-state");
    shown.textContent = this.words(status);
    shown.dataset.state = status;
    if (status === "unsaved" && !this.wasUnsaved) this.saveNotice(this.words("unsaved_notice"));
    if (status === "saved" && this.wasUnsaved) {
      this.saveNotice("");
      this.notice(this.words("saved_again"));
    }
    if (status !== "saving") this.wasUnsaved = status === "unsaved";
  }

  /** Leave only when everything is safe: after the end of the session nothing can be tried again. */
  exit() {
    if (!this.tracker.flush()) {
      this.saveNotice(this.words("exit_unsaved"));
      return;
    }
    const outcome = this.tracker.close();
    const texts = { saved: "closed_text", unsaved: "closed_unsaved" };
    this.isClosed = true;
    const title = element("h2", { tabindex: "-1" }, [this.words("closed_title")]);
    const text = element("p", {}, [this.words(texts[outcome] ?? "closed_not_recorded")]);
    byId("_main").replaceChildren(element("section", { class: "screen is-current" }, [title, text]));
    document.querySelector(".outline").hidden = true;
    document.querySelector(".layout").classList.add("is-closed");
    byId("_save-exit").remove();
    byId("_save-state").textContent = "";
    this.setTitle(this.words("closed_title"));
    title.focus();
  }
}

function randomSeed() {
  return window.crypto.getRandomValues(new Uint32Array(1))[0];
}

const data = JSON.parse(byId("_course-data").textContent);
try {
  new Player(data).start();
} catch (error) {
  // Whatever went wrong, the course stays readable, and says that it is not recorded.
  document.documentElement.classList.add("is-broken");
  byId("_saving").textContent = data.strings.broken;
  throw error;
}
