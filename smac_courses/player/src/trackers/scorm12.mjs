/**
 * SCORM 1.2: one SCO, `window.API` somewhere above or behind this window.
 *
 * What the rules below rest on was tried on real run-times: every call can throw; a commit that says "true"
 * while the machine is offline is lost; an LMS that was never told `cmi.core.exit = suspend` forgets
 * everything when the last write is lost; writes in review mode overwrite a result.
 */

const MAX_HOPS = 30;
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 60000;
const RETRY_GROWTH = 2;
const OPTION_CODES = "abcdefghijklmnopqrstuvwxyz0123456789";

/**
 * @param {{window: Window, now: () => number, clock: () => Date, pack: () => string, place: () => string,
 *   onStatus: (status: "saved"|"saving"|"unsaved"|"read-only") => void}} environment
 *   `now` counts milliseconds and never goes back
 */
export function createTracker(environment) {
  return new Scorm12Tracker(environment);
}

/**
 * The API object of the LMS: in this window or its parents, then behind the opener, then at its top.
 *
 * @param {Window} win
 */
export function findApi(win) {
  return searchUp(win) ?? searchBehind(win) ?? searchBehind(attempt(() => win.top));
}

class Scorm12Tracker {
  constructor(environment) {
    this.environment = environment;
    this.api = null;
    this.found = false;
    this.isOpen = false;
    this.isReadOnly = false;
    this.interactions = [];
    this.written = 0;
    this.result = null;
    this.isDirty = false;
    this.retryMs = 0;
    this.retryTimer = 0;
    this.startedAt = environment.now();
  }

  start() {
    this.api = findApi(this.environment.window);
    this.found = this.api !== null;
    if (!this.api || !this.initialize()) return { connected: false, mode: "normal", resume: "", status: "" };
    this.isOpen = true;
    const mode = this.get("cmi.core.lesson_mode");
    const status = this.get("cmi.core.lesson_status");
    const resume = this.get("cmi.suspend_data");
    this.isReadOnly = mode === "review" || mode === "browse" || this.get("cmi.core.credit") === "no-credit";
    if (this.isReadOnly) {
      this.environment.onStatus("read-only");
      return { connected: true, mode: mode === "browse" ? "browse" : "review", resume, status };
    }
    // At once, not at the end: if the page dies without a word, the LMS must still keep what it has.
    this.set("cmi.core.exit", "suspend");
    // An LMS that answers "" may well have a status; only where nothing was ever kept is this the first time.
    if (status === "not attempted" || (status === "" && !resume)) this.set("cmi.core.lesson_status", "incomplete");
    this.environment.onStatus(this.commit() ? "saved" : "unsaved");
    this.environment.window.addEventListener("online", () => this.flush());
    return { connected: true, mode: "normal", resume, status };
  }

  answered(record) {
    if (!this.canWrite()) return;
    this.interactions.push({ ...record, time: clockTime(this.environment.clock()) });
    this.isDirty = true;
  }

  save() {
    if (!this.canWrite()) return;
    this.isDirty = true;
    this.flush();
  }

  progress() {
    // SCORM 1.2 has no measure of progress; the state in suspend_data holds it.
  }

  finish(result) {
    if (!this.canWrite()) return;
    this.result = result;
    this.isDirty = true;
  }

  /** @returns {boolean} whether everything was written */
  close() {
    if (!this.isOpen) return !this.isDirty;
    if (this.canWrite()) {
      this.isDirty = true;
      this.flush();
    }
    this.environment.window.clearTimeout(this.retryTimer);
    this.isOpen = false;
    const finished = this.call("LMSFinish", "") === "true";
    return this.isReadOnly || (finished && !this.isDirty);
  }

  canWrite() {
    return this.isOpen && !this.isReadOnly;
  }

  /** Write everything that waits. What is refused for good is logged and dropped; the rest is tried again. */
  flush() {
    if (!this.canWrite() || !this.isDirty) return;
    this.environment.onStatus("saving");
    if (this.environment.window.navigator.onLine === false) {
      this.retryLater();
      return;
    }
    this.interactions.splice(0).forEach((record) => this.writeInteraction(record));
    if (this.result) this.writeResult(this.result);
    this.set("cmi.core.lesson_location", this.environment.place());
    const kept = this.set("cmi.suspend_data", this.environment.pack());
    this.set("cmi.core.session_time", timespan(this.environment.now() - this.startedAt));
    if (!this.commit() || !kept) {
      this.retryLater();
      return;
    }
    this.isDirty = false;
    this.result = null;
    this.retryMs = 0;
    this.environment.onStatus("saved");
  }

  retryLater() {
    this.environment.onStatus("unsaved");
    this.retryMs = Math.min(this.retryMs ? this.retryMs * RETRY_GROWTH : FIRST_RETRY_MS, LAST_RETRY_MS);
    this.environment.window.clearTimeout(this.retryTimer);
    this.retryTimer = this.environment.window.setTimeout(() => this.flush(), this.retryMs);
  }

  /** The score first, the status last: some LMSs take the grade at the moment the status changes. */
  writeResult({ percent, passed, completed, final }) {
    if (percent !== null) {
      this.set("cmi.core.score.raw", String(percent));
      this.set("cmi.core.score.min", "0");
      this.set("cmi.core.score.max", "100");
    }
    // "failed" only when no attempt is left: many LMSs lock a learner out on it.
    if (passed) this.set("cmi.core.lesson_status", "passed");
    else if (passed === null && completed) this.set("cmi.core.lesson_status", "completed");
    else this.set("cmi.core.lesson_status", final ? "failed" : "incomplete");
  }

  writeInteraction({ question, answer, correct, seconds, time }) {
    const count = Number.parseInt(this.get("cmi.interactions._count"), 10) || 0;
    const at = `cmi.interactions.${Math.max(count, this.written)}`;
    if (!this.set(`${at}.id`, question.key)) return;
    this.written = Math.max(count, this.written) + 1;
    const right = question.options.filter((option) => option.correct).map((option) => option.id);
    this.set(`${at}.type`, "choice");
    this.set(`${at}.time`, time);
    this.set(`${at}.correct_responses.0.pattern`, codes(question, right));
    this.set(`${at}.weighting`, String(question.points));
    this.set(`${at}.student_response`, codes(question, answer));
    this.set(`${at}.result`, correct ? "correct" : "wrong");
    this.set(`${at}.latency`, timespan(seconds * 1000));
  }

  // -- the API, which may throw, lie, or answer with something that is not text ------------------------

  initialize() {
    if (this.call("LMSInitialize", "") === "true") return true;
    // Some windows are initialised already by a frame of the LMS; then reading works.
    return this.get("cmi.core.lesson_status") !== "" && this.lastError() === "0";
  }

  get(element) {
    const value = this.call("LMSGetValue", element);
    return value === null || value === undefined ? "" : String(value);
  }

  set(element, value) {
    const done = this.call("LMSSetValue", element, value) === "true";
    if (!done) log(`LMSSetValue("${element}", "${value}") was refused: ${this.lastError()}`);
    return done;
  }

  commit() {
    const done = this.call("LMSCommit", "") === "true";
    if (!done) log(`LMSCommit was refused: ${this.lastError()}`);
    return done;
  }

  lastError() {
    return String(this.call("LMSGetLastError"));
  }

  call(name, ...values) {
    const answer = attempt(() => this.api[name](...values));
    return answer === true ? "true" : answer;
  }
}

/**
 * A duration as CMITimespan: HHHH:MM:SS.SS, at most 9999 hours.
 *
 * @param {number} milliseconds - anything; what is not a duration counts as none
 */
export function timespan(milliseconds) {
  const limit = 9999 * 3600 + 59 * 60 + 59;
  const total = Math.min(Math.max(0, milliseconds / 1000 || 0), limit);
  const hundredths = Math.floor(total * 100);
  const seconds = Math.floor(hundredths / 100);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [hours, minutes, rest] = parts.map((part, index) => String(part).padStart(index ? 2 : 4, "0"));
  return `${hours}:${minutes}:${rest}.${String(hundredths % 100).padStart(2, "0")}`;
}

/** A time of day as CMITime: HH:MM:SS. @param {Date} date */
export function clockTime(date) {
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
}

/**
 * An answer as SCORM 1.2 writes it: one character for each option, by its position in the source.
 *
 * @param {import("../grading.mjs").Question} question
 * @param {string[]} ids
 */
export function codes(question, ids) {
  return question.options.flatMap((option, index) => (ids.includes(option.id) ? [OPTION_CODES[index]] : [])).join(",");
}

function searchUp(win) {
  for (let hop = 0, at = win; at && hop < MAX_HOPS; hop += 1) {
    const here = at;
    const api = attempt(() => here.API);
    if (api) return api;
    const parent = attempt(() => here.parent);
    at = parent === here ? null : parent;
  }
  return null;
}

function searchBehind(win) {
  let at = win;
  for (let hop = 0; at && hop < MAX_HOPS; hop += 1) {
    const here = at;
    const opener = attempt(() => here.opener);
    const api = opener ? searchUp(opener) : null;
    if (api) return api;
    at = opener;
  }
  return null;
}

/** The value of an expression, or null when it throws: another origin, a broken LMS, a closed window. */
function attempt(expression) {
  try {
    return expression() ?? null;
  } catch (error) {
    log(String(error));
    return null;
  }
}

function log(message) {
  console.warn(`[smac] ${message}`);
}
