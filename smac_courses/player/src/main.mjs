/** The page: one screen at a time, the outline, the beginning and the end. */

import { button, byId, element, headOf, titleOf, translator, wordsOf } from "./dom.mjs";
import { Practice } from "./practice.mjs";
import { ExamScreen } from "./exam.mjs";
import { firstField } from "./form.mjs";
import { Help } from "./help.mjs";
import { Overview } from "./overview.mjs";
import { Saving } from "./saving.mjs";
import { EXAM, HOME, Session } from "./session.mjs";
import { OneWindow } from "./tabs.mjs";
import { createTracker } from "tracker";

// Some LMSs put their API into the window after the course has begun.
const LMS_COMES_WITHIN_MS = 5000;
const LOOK_AGAIN_MS = 500;

class Player {
  constructor(data) {
    this.words = translator(data.strings, data.locale);
    this.session = new Session(data, {
      randomSeed,
      now: () => performance.now(),
      moment: () => Math.floor(Date.now() / 1000),
      storage: () => window.localStorage,
    });
    this.courseTitle = document.title;
    this.screens = [...document.querySelectorAll(".screen")];
    this.isClosed = false;
    this.settleMs = data.lms.settleSeconds * 1000;
    this.saving = new Saving(this.words, {
      hasCopy: () => this.session.hasCopy,
      download: () => this.help.downloadAnswers(),
      leave: () => this.leave(),
    });
    this.tracker = createTracker({
      window,
      session: this.session,
      clock: () => new Date(),
      describe: headOf,
      onReady: () => this.lookAgain(0),
      onStatus: (status, why) => {
        this.saving.onStatus(status, why);
        if (status !== "saving") this.session.tried();
      },
    });
    this.help = new Help(this.session, this.words, data);
    this.practice = new Practice(this.session, this.words, () => this.onAnswered());
    this.overview = new Overview(this.session, this.words, this.screens, (screen) => this.go(screen));
    this.window = new OneWindow(data.course.id, {
      window,
      give: () => this.give(),
      leave: () => this.leaveToOther(),
      take: (given) => this.takeFromOther(given),
    });
    this.exam = this.session.attempts ? new ExamScreen(byId(EXAM), this) : null;
  }

  async start() {
    this.saving.show("connecting");
    if (await this.window.isElsewhere()) this.showElsewhere();
    else this.work();
  }

  /** @param {object|null} [given] - by another window that handed over */
  work(given = null) {
    this.window.begin();
    this.listen();
    const how = this.session.start(this.tracker);
    if (given && how !== "waiting") this.session.adopt(given);
    document.documentElement.classList.add("is-ready");
    if (how === "waiting") this.wait();
    this.showBeginning(given ? "adopted" : how);
  }

  listen() {
    document.addEventListener("click", (event) => this.onClick(event));
    for (const act of ["pointerdown", "keydown", "scroll"]) {
      document.addEventListener(act, () => this.tracker.touch(), { passive: true, capture: true });
    }
    window.addEventListener("hashchange", () => this.onHash());
    document.addEventListener("visibilitychange", () => this.onVisibility());
    window.addEventListener("pagehide", () => {
      this.close();
      this.window.end();
      this.isClosed = true;
    });
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) window.location.reload();
    });
    byId("_save-exit").addEventListener("click", () => this.exit());
  }

  onVisibility() {
    // Browsers hide a page after it has gone.
    if (this.isClosed) return;
    const isHidden = document.visibilityState === "hidden";
    this.exam?.pause(isHidden);
    if (isHidden) this.session.save();
  }

  // -- the beginning --------------------------------------------------------------------------------

  showBeginning(how) {
    const { session } = this;
    const asked = this.screenOf(window.location.hash.slice(1));
    this.resumeAt = session.place();
    const first = asked && asked !== HOME ? asked : this.resumeAt;
    // So that the browser's way back from a footnote leads here, and not to the start page. Not by a fragment:
    // the keyboard would then begin behind the skip link.
    window.history.replaceState({ screen: first }, "");
    this.begun = first;
    this.exam?.clock.run(false);
    this.practice.fill();
    this.showMode();
    this.welcome(how, first);
    this.show(first, false);
  }

  welcome(how, first) {
    const { session, words } = this;
    if (session.offer) this.showOffer();
    if (how === "lost") this.saving.announce(words("state_lost"));
    else if (how === "restored") this.saving.announce(words("restored"));
    else if (how === "resumed" && session.mode === "normal" && first !== HOME) {
      this.saving.announce(words("welcome_back", { place: titleOf(first) }));
    }
  }

  /** Progress on this device that the LMS does not have: only the learner knows whose it is. */
  showOffer() {
    const { session, words } = this;
    const take = () => {
      session.acceptOffer();
      this.saving.offer("");
      this.showBeginning("resumed");
    };
    const leave = () => {
      session.declineOffer();
      this.saving.offer("");
      byId(`${this.current}._title`).focus();
    };
    const ways = [button(words("offer_yes"), take, "primary"), button(words("offer_no"), leave, "quiet")];
    const text = words("offer", { time: words.moment(session.offer.at) });
    this.saving.offer(text, element("p", { class: "actions" }, ways));
  }

  /** The LMS may still come. Meanwhile the course can be read, and what is done is kept until then. */
  wait(left = LMS_COMES_WITHIN_MS) {
    this.saving.show("connecting");
    // A launch that takes several calls says itself when it is through.
    if (!this.tracker.isLaunching) window.setTimeout(() => this.lookAgain(left - LOOK_AGAIN_MS), LOOK_AGAIN_MS);
  }

  lookAgain(left) {
    if (this.isClosed) return;
    const how = this.session.start(this.tracker);
    if (how !== "waiting") this.arrive(how);
    else if (left > 0) this.wait(left);
    else this.arrive(this.session.goOnAlone());
  }

  /** The LMS has come, or never will: go where the learner was, unless they have gone on already. */
  arrive(how) {
    if (this.current === this.begun) {
      this.showBeginning(how);
      return;
    }
    this.exam?.clock.run(false);
    this.practice.fill();
    this.showMode();
    this.welcome(how, HOME);
    this.session.goTo(this.current);
    if (this.current === EXAM) this.exam.show();
    this.refresh();
  }

  /** What the learner must know as long as the page is open: that this is a look back, or leads nowhere. */
  showMode() {
    const { session, words } = this;
    if (session.isWaiting || (session.connected && session.mode === "normal")) return;
    if (session.connected) {
      const [short, long] = session.mode === "review" ? ["review", "read_only"] : ["preview", "preview_notice"];
      this.saving.show(short);
      this.saving.notice(words(long));
      return;
    }
    session.save();
    this.saving.show(session.hasCopy ? "on_device" : "not_recorded");
    const again = button(words("connect_again"), () => this.connectAgain(), "quiet");
    this.saving.notice(words(session.hasCopy ? "not_connected_copy" : "not_connected"), again);
  }

  connectAgain() {
    this.session.isWaiting = true;
    this.saving.notice("");
    this.wait();
  }

  // -- another window -------------------------------------------------------------------------------

  /** The course is open elsewhere: here it begins only when the learner says so. */
  showElsewhere() {
    const { words } = this;
    document.documentElement.classList.add("is-ready");
    const hide = (isHidden) => {
      for (const part of document.querySelectorAll(".skip-link, #_save-exit, #_layout")) part.hidden = isHidden;
    };
    const take = async () => {
      const given = await this.window.takeOver();
      panel.remove();
      hide(false);
      this.work(given);
      byId(`${this.current}._title`).focus();
    };
    const title = element("h2", { tabindex: "-1" }, [words("elsewhere_title")]);
    const text = element("p", {}, [words("elsewhere")]);
    const panel = element("main", { class: "alone" }, [title, text, button(words("use_here"), take, "primary")]);
    hide(true);
    byId("_save-state").textContent = "";
    byId("_layout").before(panel);
    title.focus();
  }

  give() {
    this.exam?.leave();
    return { state: this.session.pack(), owner: this.session.owner() };
  }

  leaveToOther() {
    this.close();
    this.showEnd("moved_title", "moved");
  }

  /** A window that was too busy to answer at the beginning gives later what it has. */
  takeFromOther(given) {
    this.session.adopt(given);
    this.arrive("adopted");
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
    const kind = byId(id).dataset.screen;
    if (this.current === EXAM) this.exam.leave();
    this.current = id;
    // What is no longer seen must not go on talking.
    for (const media of document.querySelectorAll("video, audio")) media.pause();
    for (const screen of this.screens) {
      screen.hidden = screen.id !== id;
      screen.classList.toggle("is-current", screen.id === id);
    }
    this.setTitle(titleOf(id));
    if (withFocus) this.saving.announce("");
    if (kind !== "opening" && kind !== "help") this.session.goTo(id);
    if (kind === "exam") this.exam.show();
    if (kind === "help") this.help.show();
    if (kind === "lesson") byId(id).querySelector("[data-problems]").replaceChildren();
    this.practice.shown();
    this.overview.unfold(false);
    this.refresh();
    if (withFocus) {
      byId(`${id}._title`).focus();
      window.scrollTo(0, 0);
    }
  }

  setTitle(part) {
    document.title = part === this.courseTitle ? part : `${part} – ${this.courseTitle}`;
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
    this.go(next && next.dataset.screen !== "help" ? next.id : HOME);
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
        firstField(form).focus();
        form.scrollIntoView({ block: "start" });
      });
      return element("li", {}, [link]);
    });
    const title = element("p", { tabindex: "-1", class: "problems-title" }, [this.words("answer_these")]);
    box.replaceChildren(title, element("ul", {}, links));
    title.focus();
  }

  /** An answer was given: what is answered leaves the list, and the count goes up. */
  onAnswered() {
    const box = byId(this.current).querySelector("[data-problems]");
    const open = this.session.unanswered(this.session.lesson(this.current)).map(({ key }) => `#${key}._title`);
    for (const item of box.querySelectorAll("li")) if (!open.includes(item.firstChild.hash)) item.remove();
    if (open.length === 0) box.replaceChildren();
    this.overview.refreshAnswered(this.current);
  }

  refresh() {
    this.overview.refresh(this.current, this.resumeAt);
  }

  // -- the end --------------------------------------------------------------------------------------

  /** Leave only when everything is safe: after the end of the session nothing can be tried again. */
  async exit() {
    const unsent = this.practice.unsent();
    if (unsent.length > 0 && !this.isWarned) this.warnOfUnsent(unsent);
    else if (await this.tracker.flush()) this.leave();
    else this.saving.refuseToLeave();
  }

  /** What was begun and not checked is lost with the page; said once. */
  warnOfUnsent(questions) {
    this.isWarned = true;
    const back = () => {
      this.go(byId(questions[0].key).closest(".screen").id);
      this.saving.offer("");
      this.isWarned = false;
      firstField(byId(questions[0].key)).focus();
    };
    const ways = [button(this.words("to_unsent"), back, "primary"), button(this.words("leave_anyway"), () => this.exit(), "quiet")];
    this.saving.offer(this.words("unsent"), element("p", { class: "actions" }, ways));
    ways[0].focus();
  }

  async leave() {
    const texts = { saved: "closed_text", unsaved: "closed_unsaved", "read-only": "closed_not_recorded" };
    const outcome = await this.close();
    const text = texts[outcome] ?? (this.session.hasCopy ? "closed_on_device" : "closed_not_recorded");
    const say = () => {
      this.showEnd("closed_title", text);
      if (this.tracker.returnUrl) window.location.replace(this.tracker.returnUrl);
    };
    // Some LMSs still send for a while what they said they had.
    if (this.settleMs) {
      this.showEnd("saving", "closing");
      window.setTimeout(say, this.settleMs);
    } else {
      say();
    }
  }

  /** The end of the session. What was done before any LMS came stays on this device. */
  close() {
    this.exam?.leave();
    if (this.session.isWaiting && this.current) {
      this.session.goOnAlone();
      this.session.save();
    }
    return this.tracker.close();
  }

  showEnd(heading, text) {
    this.isClosed = true;
    this.window.end();
    this.saving.end();
    this.exam?.clock.stop();
    const title = element("h2", { tabindex: "-1" }, [this.words(heading)]);
    const section = element("section", { class: "screen is-current" }, [title, element("p", {}, [this.words(text)])]);
    byId("_main").replaceChildren(section);
    title.focus();
    document.querySelector(".outline").hidden = true;
    byId("_layout").classList.add("is-closed");
    byId("_save-exit")?.remove();
    byId("_save-state").textContent = "";
    this.setTitle(this.words(heading));
  }
}

function randomSeed() {
  return window.crypto.getRandomValues(new Uint32Array(1))[0];
}

/** Whatever went wrong, the course stays readable, and says that it is not recorded. */
function failed(error) {
  document.documentElement.classList.add("is-broken");
  byId("_saving").textContent = data.strings.broken;
  throw error;
}

const data = JSON.parse(byId("_course-data").textContent);
try {
  new Player(data).start().catch(failed);
} catch (error) {
  failed(error);
}
