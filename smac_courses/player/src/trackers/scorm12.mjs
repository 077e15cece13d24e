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
// Errors that say that this value will never be taken; anything else may be a hiccup.
const FINAL_ERRORS = ["201", "401", "402", "403", "404", "405"];
const OPTION_CODES = "abcdefghijklmnopqrstuvwxyz0123456789";

/**
 * @param {{window: Window, now: () => number, clock: () => Date, pack: () => string, place: () => string,
 *   onStatus: (status: "saved"|"saving"|"unsaved") => void}} environment
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
    this.outcome = "not-recorded";
    this.error = "0";
    this.status = "";
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
    const isReview = mode === "review";
    this.isReadOnly = isReview || mode === "browse" || this.get("cmi.core.credit") === "no-credit";
    if (this.isReadOnly) return { connected: true, mode: isReview ? "review" : "browse", resume, status };
    this.status = status;
    // At once, not at the end: if the page dies without a word, the LMS must still keep what it has.
    this.set("cmi.core.exit", "suspend");
    // An LMS that answers "" may well have a status; only where nothing was ever kept is this the first time.
    const isFirst = ["not attempted", "browsed"].includes(status) || (status === "" && !resume);
    if (isFirst) this.set("cmi.core.lesson_status", "incomplete");
    if (this.commit()) {
      this.environment.onStatus("saved");
    } else {
      this.isDirty = true;
      this.retryLater();
    }
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

  /** @returns {"saved"|"unsaved"|"read-only"|"not-recorded"} what became of the learner's work */
  close() {
    if (!this.isOpen) return this.outcome;
    if (this.canWrite()) {
      // Even offline: the page is going, and some LMSs carry what they were told across the gap.
      this.isDirty = true;
      this.write();
    }
    this.environment.window.clearTimeout(this.retryTimer);
    this.isOpen = false;
    this.call("LMSFinish", "");
    this.outcome = this.isDirty ? "unsaved" : "saved";
    if (this.isReadOnly) this.outcome = "read-only";
    return this.outcome;
  }

  canWrite() {
    return this.isOpen && !this.isReadOnly;
  }

  /** Write everything that waits, or say so and try again later. @returns {boolean} whether nothing waits */
  flush() {
    if (!this.canWrite() || !this.isDirty) return true;
    this.environment.onStatus("saving");
    const isOffline = this.environment.window.navigator.onLine === false;
    if (isOffline || !this.write()) {
      this.retryLater();
      return false;
    }
    this.retryMs = 0;
    this.environment.onStatus("saved");
    return true;
  }

  /** One try. What is refused for good is logged and dropped; what failed stays. */
  write() {
    while (this.interactions.length && this.writeInteraction(this.interactions[0])) this.interactions.shift();
    if (this.result && this.writeResult(this.result)) this.result = null;
    this.set("cmi.core.lesson_location", this.environment.place());
    const kept = this.set("cmi.suspend_data", this.environment.pack());
    this.set("cmi.core.session_time", timespan(this.environment.now() - this.startedAt));
    const committed = this.commit();
    this.isDirty = !(committed && kept && !this.interactions.length && !this.result);
    return !this.isDirty;
  }

  retryLater() {
    this.environment.onStatus("unsaved");
    this.retryMs = Math.min(this.retryMs ? this.retryMs * RETRY_GROWTH : FIRST_RETRY_MS, LAST_RETRY_MS);
    this.environment.window.clearTimeout(this.retryTimer);
    this.retryTimer = this.environment.window.setTimeout(() => this.flush(), this.retryMs);
  }

  /**
   * The score first, the status last: some LMSs take the grade at the moment the status changes. A pass that
   * the LMS has is never lowered, whatever happened since.
   *
   * @returns {boolean} whether it is done with
   */
  writeResult({ percent, passed, completed, final }) {
    if (this.status === "passed" && !passed) return true;
    let isDone = true;
    const put = (element, value) => {
      isDone = this.set(element, value) || (isDone && FINAL_ERRORS.includes(this.error));
    };
    if (percent !== null) {
      put("cmi.core.score.raw", String(percent));
      put("cmi.core.score.min", "0");
      put("cmi.core.score.max", "100");
    }
    const status = statusOf({ passed, completed, final });
    if (status !== "incomplete" || this.status !== "completed") put("cmi.core.lesson_status", status);
    if (isDone) this.status = status;
    return isDone;
  }

  /** @returns {boolean} whether it is done with: written, or refused for good */
  writeInteraction({ question, answer, correct, seconds, time }) {
    const count = Number.parseInt(this.get("cmi.interactions._count"), 10) || 0;
    const number = Math.max(count, this.written);
    const at = `cmi.interactions.${number}`;
    if (!this.set(`${at}.id`, question.key)) return FINAL_ERRORS.includes(this.error);
    this.written = number + 1;
    const right = question.options.filter((option) => option.correct).map((option) => option.id);
    this.set(`${at}.type`, "choice");
    this.set(`${at}.time`, time);
    this.set(`${at}.correct_responses.0.pattern`, codes(question, right));
    this.set(`${at}.weighting`, String(question.points));
    this.set(`${at}.student_response`, codes(question, answer));
    this.set(`${at}.result`, correct ? "correct" : "wrong");
    this.set(`${at}.latency`, timespan(seconds * 1000));
    return true;
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
    this.error = done ? "0" : this.lastError();
    if (!done) log(`LMSSetValue("${element}", "${value}") was refused: ${this.error}`);
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

/** "failed" only when no attempt is left: many LMSs lock a learner out on it. */
function statusOf({ passed, completed, final }) {
  if (passed) return "passed";
  if (passed === null && completed) return "completed";
  return final ? "failed" : "incomplete";
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
 * An answer as SCORM 1.2 writes it: one character for each option, by its number in course.lock.
 *
 * @param {import("../grading.mjs").Question} question
 * @param {string[]} ids
 */
export function codes(question, ids) {
  const chosen = question.options.filter((option) => ids.includes(option.id));
  return chosen.map((option) => OPTION_CODES[option.n]).sort(inCodeOrder).join(",");
}

function inCodeOrder(one, other) {
  return OPTION_CODES.indexOf(one) - OPTION_CODES.indexOf(other);
}

function searchUp(win) {
  for (let hop = 0, at = win; at && hop < MAX_HOPS; hop += 1) {
    const here = at;
    // Some frames keep something else under that name.
    const api = attempt(() => here.API);
    if (api && attempt(() => api.LMSInitialize)) return api;
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
