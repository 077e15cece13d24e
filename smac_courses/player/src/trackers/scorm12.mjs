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
// Many LMSs end a session after half an hour without a call.
const KEEP_ALIVE_MS = 8 * 60 * 1000;
// So many refusals in a row, on a line that works, look like a session that has ended.
const REFUSALS_OF_AN_ENDED_SESSION = 2;
const TRIES_OF_ONE_ANSWER = 3;
const CALLS_KEPT = 300;
const SHOWN_OF_A_VALUE = 80;
const PERSONAL = ["cmi.core.student_id", "cmi.core.student_name"];
const OPTION_CODES = "abcdefghijklmnopqrstuvwxyz0123456789";
const LONGEST_ANSWER = 255;
const IN_WORDS = /\.(student_response|pattern)$/;

/**
 * @param {{window: Window, now: () => number, clock: () => Date, pack: () => string, place: () => string,
 *   lms: {fail: "failed"|"incomplete", exitOnPass: "suspend"|"normal"},
 *   onStatus: (status: "saved"|"saving"|"unsaved", why?: "offline"|"ended"|"changed"|"refused"|"") => void}} environment
 *   `now` counts milliseconds and never goes back; `lms` is what the course's profile chose; `why` something is not
 *   saved: the line is down, the session of the LMS has ended, it gives back another text than it was given, or
 *   refuses the state for good
 */
export function createTracker(environment) {
  return new Scorm12Tracker(environment);
}

/**
 * The API object of the LMS: in this window or its parents, then behind the opener, then at its top.
 *
 * @param {Window} win
 * @returns {{api: object, where: string}|null}
 */
export function findApi(win) {
  return searchUp(win, "this window") ?? searchBehind(win, "this window") ?? searchBehind(attempt(() => win.top), "top");
}

class Scorm12Tracker {
  constructor(environment) {
    this.environment = environment;
    this.api = null;
    this.where = "";
    this.outcome = "not-recorded";
    this.error = "0";
    this.status = "";
    this.isOpen = false;
    this.isReadOnly = false;
    this.interactions = [];
    this.uncommitted = [];
    this.written = 0;
    this.result = null;
    this.isDirty = false;
    this.refusals = 0;
    this.tries = 0;
    this.isChanged = false;
    this.isRefused = false;
    this.atLaunch = "";
    this.stateSize = 0;
    this.retryMs = 0;
    this.retryTimer = 0;
    this.startedAt = environment.now();
    this.writtenAt = this.startedAt;
    this.calls = [];
  }

  /** Find the LMS and begin. While it says that the LMS may come later, it can be tried again. */
  start() {
    const found = findApi(this.environment.window);
    this.api = found?.api ?? null;
    this.where = found?.where ?? "";
    if (!this.api || !this.initialize()) return { connected: false, mayComeLater: true };
    this.isOpen = true;
    const mode = this.get("cmi.core.lesson_mode");
    const status = this.get("cmi.core.lesson_status");
    const begun = {
      connected: true,
      mayComeLater: false,
      mode: "normal",
      status,
      resume: this.get("cmi.suspend_data"),
      place: this.get("cmi.core.lesson_location"),
      learner: this.get("cmi.core.student_id"),
    };
    const isReview = mode === "review";
    this.isReadOnly = isReview || mode === "browse" || this.get("cmi.core.credit") === "no-credit";
    if (this.isReadOnly) return { ...begun, mode: isReview ? "review" : "browse" };
    this.status = status;
    this.atLaunch = begun.resume;
    this.written = this.nextNumber();
    // At once, not at the end: if the page dies without a word, the LMS must still keep what it has.
    this.set("cmi.core.exit", "suspend");
    // An LMS that answers "" may well have a status; only where nothing was ever kept is this the first time.
    const isFirst = ["not attempted", "browsed"].includes(status) || (status === "" && !begun.resume);
    if (isFirst) this.set("cmi.core.lesson_status", "incomplete");
    if (this.commit()) {
      this.environment.onStatus("saved");
    } else {
      this.isDirty = true;
      this.retryLater("");
    }
    this.environment.window.addEventListener("online", () => this.flush());
    return begun;
  }

  /**
   * Also before the LMS is there: what was answered meanwhile is told as soon as it comes. An answer of an earlier
   * sitting that was written under a number which the LMS has is not told twice.
   */
  answered(record) {
    if (this.isReadOnly || record.number < this.written) return;
    this.interactions.push({ ...record, time: record.time || clockTime(this.environment.clock()) });
    this.isDirty = true;
  }

  waiting() {
    return [...this.uncommitted, ...this.interactions];
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
    if (this.isReadOnly) return;
    this.result = result;
    this.isDirty = true;
  }

  /** The learner does something: an LMS that hears nothing for long would end the session. */
  touch() {
    const now = this.environment.now();
    if (now - this.writtenAt <= KEEP_ALIVE_MS) return;
    this.writtenAt = now;
    this.save();
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
    if (this.environment.window.navigator.onLine === false) {
      this.retryLater("offline");
      return false;
    }
    if (!this.write()) {
      this.refusals += 1;
      this.retryLater(this.reason());
      return false;
    }
    this.refusals = 0;
    this.retryMs = 0;
    this.environment.onStatus("saved");
    return true;
  }

  /** One try. What is refused for good is logged and dropped; what failed stays. */
  write() {
    const before = this.interactions.length;
    while (this.interactions.length && this.writeInteraction(this.interactions[0])) {
      this.uncommitted.push(this.interactions.shift());
    }
    const isStuck = before > 0 && before === this.interactions.length;
    if (this.result && this.writeResult(this.result)) this.result = null;
    this.set("cmi.core.lesson_location", this.environment.place());
    const state = this.environment.pack();
    this.stateSize = state.length;
    const kept = this.set("cmi.suspend_data", state);
    this.isRefused = !kept && this.isFinal();
    this.writtenAt = this.environment.now();
    this.set("cmi.core.session_time", timespan(this.writtenAt - this.startedAt));
    const committed = this.commit();
    // Everything else is taken, this answer never is: it stays in the state, and the others must not wait for it.
    this.tries = isStuck && kept && committed ? this.tries + 1 : 0;
    if (this.tries === TRIES_OF_ONE_ANSWER) this.interactions.shift();
    this.isChanged = committed && kept && !this.isReadBack(state);
    if (committed && !this.isChanged) this.uncommitted = [];
    this.isDirty = !(committed && kept && !this.isChanged && !this.interactions.length && !this.result);
    return !this.isDirty;
  }

  reason() {
    if (this.isChanged) return "changed";
    if (this.isRefused) return "refused";
    return this.refusals < REFUSALS_OF_AN_ENDED_SESSION ? "" : "ended";
  }

  /**
   * Whether the LMS gives back what it was given. Nothing, or the text of the launch, proves neither: the SCORM
   * XBlock of Open edX answers from a copy that it made then.
   */
  isReadBack(state) {
    const back = this.get("cmi.suspend_data");
    return back === state || back === "" || back === this.atLaunch;
  }

  retryLater(why) {
    this.environment.onStatus("unsaved", why);
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
    // Nor is its score.
    const isBelow = this.status === "passed" && percent !== null && Number(this.get("cmi.core.score.raw")) > percent;
    if (isBelow) return true;
    let isDone = true;
    const put = (element, value) => {
      isDone = this.settle(element, value) && isDone;
    };
    if (percent !== null) {
      put("cmi.core.score.raw", String(percent));
      this.set("cmi.core.score.min", "0");
      this.set("cmi.core.score.max", "100");
    }
    const status = statusOf({ passed, completed, final }, this.environment.lms.fail);
    if (status !== "incomplete" || this.status !== "completed") put("cmi.core.lesson_status", status);
    if (isDone) this.status = status;
    const isOver = status === "passed" || status === "completed";
    if (isOver && this.environment.lms.exitOnPass === "normal") this.set("cmi.core.exit", "");
    return isDone;
  }

  /** @returns {boolean} whether it is done with: written, or refused for good */
  writeInteraction(record) {
    const { question, seconds, time } = record;
    const { type, response, pattern } = record.interaction;
    // Tried again, it stands in the same place: an LMS may have taken a part of it.
    record.number ??= this.nextNumber();
    const at = `cmi.interactions.${record.number}`;
    if (!this.set(`${at}.id`, question.key)) return this.isFinal();
    this.written = Math.max(this.written, record.number + 1);
    let isDone = true;
    const put = (element, value) => {
      isDone = this.settle(`${at}.${element}`, value) && isDone;
    };
    put("type", type === "long-fill-in" ? "fill-in" : type);
    // Without its type an LMS may not take the rest, and never will.
    const isUntyped = this.error !== "0" && isDone;
    question.about.forEach((name, index) => put(`objectives.${index}.id`, name));
    put("time", time);
    const right = pattern === null ? "" : written(question, type, pattern);
    if (right) put("correct_responses.0.pattern", right);
    put("weighting", String(question.points));
    put("student_response", written(question, type, response));
    put("result", resultOf(record));
    put("latency", timespan(seconds * 1000));
    return isDone || isUntyped;
  }

  /** The number of the next interaction: an LMS may answer nothing, or what it had at the launch. */
  nextNumber() {
    return Math.max(Number.parseInt(this.get("cmi.interactions._count"), 10) || 0, this.written);
  }

  // -- the API, which may throw, lie, or answer with something that is not text ------------------------

  initialize() {
    if (this.call("LMSInitialize", "") === "true") return true;
    // Some windows are initialised already by a frame of the LMS; then reading works.
    return this.get("cmi.core.lesson_status") !== "" && this.lastError() === "0";
  }

  get(element) {
    const text = String(this.call("LMSGetValue", element) ?? "");
    // Some LMSs make a word of what they do not have.
    return text === "undefined" || text === "null" ? "" : text;
  }

  set(element, value) {
    const done = this.call("LMSSetValue", element, value) === "true";
    this.error = done ? "0" : this.lastError();
    return done;
  }

  /** @returns {boolean} whether a value is done with: taken, or refused for good */
  settle(element, value) {
    return this.set(element, value) || this.isFinal();
  }

  isFinal() {
    return FINAL_ERRORS.includes(this.error);
  }

  commit() {
    const done = this.call("LMSCommit", "") === "true";
    if (!done) this.lastError();
    return done;
  }

  /** The code of the last error, which also goes into the log of calls. */
  lastError() {
    const code = String(attempt(() => this.api.LMSGetLastError()));
    const last = this.calls[this.calls.length - 1];
    if (last) last.push(`error ${code}`);
    log(last.join(" "));
    return code;
  }

  call(name, ...values) {
    const answer = attempt(() => this.api[name](...values));
    const shown = PERSONAL.includes(values[0]) ? "(not shown)" : short(answer);
    // What somebody wrote is nobody's concern at a support desk.
    if (IN_WORDS.test(values[0])) values[1] = `(${values[1].length} characters)`;
    const seconds = ((this.environment.now() - this.startedAt) / 1000).toFixed(1);
    this.calls.push([`${seconds} s`, `${name}(${values.map(short).join(", ")})`, "→", shown]);
    if (this.calls.length > CALLS_KEPT) this.calls.shift();
    const isYes = name !== "LMSGetValue" && [true, 1, "1"].includes(answer);
    return isYes ? "true" : answer;
  }

  /** What a support desk asks for: no name, no id of the learner. */
  report() {
    return [
      "SCORM 1.2",
      `API: ${this.where || "not found"}`,
      `State: ${this.stateSize} of 4096 characters`,
      `Waiting: ${this.waiting().length} answers${this.isDirty ? ", not saved" : ""}`,
      ...this.calls.map((call) => call.join(" ")),
    ];
  }
}

/** "failed" only when no attempt is left, and then if the profile says so: many LMSs lock a learner out on it. */
function statusOf({ passed, completed, final }, fail) {
  if (passed) return "passed";
  if (passed === null && completed) return "completed";
  return final ? fail : "incomplete";
}

/** Right in part is told as points of the weighting. */
function resultOf({ question, points, correct }) {
  if (question.points === 0) return "neutral";
  if (correct) return "correct";
  return points ? String(points) : "wrong";
}

/**
 * An answer as CMIFeedback: letters for what was chosen, `1.a` for a pair, words in one line and cut where the LMS would.
 *
 * @param {import("../grading.mjs").Question} question
 * @param {string} type
 * @param {any} value - as the session describes answers: see src/kinds.mjs
 */
export function written(question, type, value) {
  // What an update of the course took away has no letter any more.
  const codeOf = new Map(question.options.map(({ id, n }) => [id, OPTION_CODES[n]]));
  const code = (id) => codeOf.get(id) ?? "";
  switch (type) {
    case "true-false":
      return value[0];
    case "numeric":
      return typeof value === "string" ? value : value.value;
    case "matching":
      return value.filter((pair) => pair.every(code)).map((pair) => pair.map(code).join(".")).join(",");
    case "choice":
    case "likert":
      return value.map(code).filter(Boolean).sort(inCodeOrder).join(",");
    case "sequencing":
      return value.map(code).filter(Boolean).join(",");
    default:
      return cut([value].flat().join(", "));
  }
}

/** One line, and no half of a character at its end. */
function cut(text) {
  const line = text.replace(/\s+/g, " ").trim();
  return line.slice(0, LONGEST_ANSWER).replace(/[\ud800-\udbff]$/, "");
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

function inCodeOrder(one, other) {
  return OPTION_CODES.indexOf(one) - OPTION_CODES.indexOf(other);
}

function short(value) {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > SHOWN_OF_A_VALUE ? `${text.slice(0, SHOWN_OF_A_VALUE)}… (${text.length - 2})` : text;
}

function searchUp(win, from) {
  for (let hop = 0, at = win; at && hop < MAX_HOPS; hop += 1) {
    const here = at;
    // Some frames keep something else under that name.
    const api = attempt(() => here.API);
    if (api && attempt(() => api.LMSInitialize)) return { api, where: hop ? `${from}, ${hop} up` : from };
    const parent = attempt(() => here.parent);
    at = parent === here ? null : parent;
  }
  return null;
}

function searchBehind(win, from) {
  let at = win;
  for (let hop = 0; at && hop < MAX_HOPS; hop += 1) {
    const here = at;
    const opener = attempt(() => here.opener);
    const found = opener ? searchUp(opener, `opener of ${from}`) : null;
    if (found) return found;
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
