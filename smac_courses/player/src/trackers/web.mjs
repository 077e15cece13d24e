/** A course on a web site: progress stays in this browser, and nobody else hears of it. Works without a network. */

/** @param {any} environment - see ScormTracker */
export function createTracker(environment) {
  return new WebTracker(environment);
}

class WebTracker {
  constructor({ window, session, onStatus }) {
    this.window = window;
    this.session = session;
    this.onStatus = onStatus;
    // On one host a course may stand in several folders: a translation, an older version.
    this.folder = window.location.pathname.replace(/[^/]*$/, "");
    this.name = `smac/${session.course.course.id}/web${this.folder}`;
    this.status = "";
    this.isKept = true;
  }

  start() {
    // Only where a page may have one: not in a file, nor on plain http.
    const { serviceWorker, onLine } = this.window.navigator;
    serviceWorker?.register("sw.js").then((registration) => onLine && registration.update()).catch(() => {});
    let kept = {};
    try {
      kept = JSON.parse(this.window.localStorage.getItem(this.name) ?? "{}");
    } catch {
      this.isKept = false; // no storage in this browser
    }
    const { state = "", status = "" } = kept ?? {};
    this.status = status;
    if (this.isKept) this.onStatus("saved");
    const begun = { mayComeLater: false, mode: "normal", place: "", learner: `web ${this.folder}` };
    return { ...begun, connected: this.isKept, resume: state, status };
  }

  answered() {}

  waiting() {
    return [];
  }

  touch() {}

  save() {
    this.flush();
  }

  finish({ passed, completed }) {
    if (passed) this.status = "passed";
    else if (completed && this.status !== "passed") this.status = "completed";
  }

  /** @returns {boolean} whether the browser keeps it */
  flush() {
    if (!this.isKept) return true;
    try {
      this.window.localStorage.setItem(this.name, JSON.stringify({ state: this.session.pack(), status: this.status }));
    } catch {
      this.onStatus("unsaved", "refused");
      return false;
    }
    this.onStatus("saved");
    return true;
  }

  close() {
    if (!this.isKept) return "not-recorded";
    return this.flush() ? "saved" : "unsaved";
  }

  report() {
    return ["Web site", `Progress: ${this.isKept ? "kept in this browser" : "not kept"}`];
  }
}
