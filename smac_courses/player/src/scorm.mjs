/**
 * What all editions of SCORM have in common: where the API is, how a session begins and ends, what is written in which
 * order, what is tried again. A tracker adds the names and the forms of its edition.
 *
 * What the rules below rest on was tried on real run-times: every call can throw; a commit that says "true"
 * while the machine is offline is lost; an LMS that was never told to suspend forgets everything when the last write
 * is lost; writes in review mode overwrite a result.
 */

const MOST_WINDOWS = 60;
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 60000;
const RETRY_GROWTH = 2;
// Many LMSs end a session after half an hour without a call.
const KEEP_ALIVE_MS = 8 * 60 * 1000;
// So many refusals in a row, on a line that works, look like a session that has ended.
const REFUSALS_OF_AN_ENDED_SESSION = 2;
const TRIES_OF_ONE_ANSWER = 3;
// SCORM 2004: it did not work. Of an entry with a number that is final, because the numbers before it are not there.
const SAYS_NOTHING = "351";
const CALLS_KEPT = 300;
const SHOWN_OF_A_VALUE = 80;
const STATE = "cmi.suspend_data";
const INTERACTIONS = "cmi.interactions";
const PERSONAL = /(student|learner)_(id|name)$/;
const IN_WORDS = /\.(student_response|learner_response|pattern)$/;

/**
 * The API object of the LMS: in this window or above it; then in the windows that opened one of these, or above them.
 *
 * @param {Window} win
 * @param {string} name - of the object
 * @param {string} first - a function that it must have: some frames keep something else under that name
 * @returns {{api: object, where: string}|null}
 */
export function findApi(win, name, first) {
  const above = [[win, "window"]];
  const behind = [];
  const seen = [];
  while (seen.length < MOST_WINDOWS) {
    const [at, where] = above.shift() ?? behind.shift() ?? [];
    if (!where) return null;
    // Some windows are reached twice, and the one at the top is its own parent.
    if (!at || seen.includes(at)) continue;
    seen.push(at);
    const api = attempt(() => at[name]);
    if (api && attempt(() => api[first])) return { api, where };
    above.push([attempt(() => at.parent), `${where}.parent`]);
    behind.push([attempt(() => at.opener), `${where}.opener`]);
  }
  return null;
}

/**
 * The part of a tracker that is the same for every edition. A subclass has what its edition calls things:
 *
 *   standard, apiName           for people and for the search
 *   before, endName             what stands before every function, and the last part of the last one
 *   core                        what stands before the elements of the session
 *   modeName, learnerName, placeName, statusName, timeName, responseName, wrongWord, normalExit
 *   freshWords                  values of the status where nothing was ever kept
 *   room                        characters of the state
 *   momentOf(date), spanOf(milliseconds)
 *   finalErrors                 that say that this value will never be taken; anything else may be a hiccup
 *
 * and knows its forms:
 *
 *   kept()                              → the status that the LMS has: "passed", "completed" or any other word
 *   writeOutcome(result, status, put)   score and status; `put` writes an element of the session
 *   inWriting(record)                   → {type, response, pattern, description} of an answer, "" for what is not written
 */
export class ScormTracker {
  /**
   * @param {{window: Window, session: import("./session.mjs").Session, clock: () => Date,
   *   describe: (key: string) => string,
   *   onStatus: (status: "saved"|"saving"|"unsaved", why?: "offline"|"ended"|"changed"|"refused"|"") => void}} environment
   *   The session gives state, place and progress, and in `course.lms` what the course's profile chose. `describe`
   *   gives the words of a question; `why` something is not saved: the line is down, the session of the LMS has ended,
   *   it gives back another text than it was given, or refuses the state for good
   */
  constructor(environment) {
    Object.assign(this, environment);
    this.now = this.session.now;
    this.lms = this.session.course.lms;
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
    this.startedAt = this.now();
    this.writtenAt = this.startedAt;
    this.calls = [];
  }

  /** Find the LMS and begin. While it says that the LMS may come later, it can be tried again. */
  start() {
    const found = findApi(this.window, this.apiName, `${this.before}Initialize`);
    this.api = found?.api ?? null;
    this.where = found?.where ?? "";
    if (!this.api || !this.initialize()) return { connected: false, mayComeLater: true };
    this.isOpen = true;
    const mode = this.ask(this.modeName);
    const status = this.kept();
    const begun = {
      connected: true,
      mayComeLater: false,
      mode: "normal",
      status,
      resume: this.get(STATE),
      place: this.ask(this.placeName),
      learner: this.ask(this.learnerName),
      name: this.ask(this.learnerName.replace("id", "name")),
    };
    const isReview = mode === "review";
    this.isReadOnly = isReview || mode === "browse" || this.ask("credit") === "no-credit";
    if (this.isReadOnly) return { ...begun, mode: isReview ? mode : "browse" };
    this.status = status;
    this.atLaunch = begun.resume;
    this.written = this.nextNumber();
    // At once, not at the end: if the page dies without a word, the LMS must still keep what it has.
    this.tell("exit", "suspend");
    // An LMS that answers "" may well have a status; only where nothing was ever kept is this the first time.
    if (this.freshWords.includes(status) || (status === "" && !begun.resume)) this.tell(this.statusName, "incomplete");
    if (this.commit()) {
      this.onStatus("saved");
    } else {
      this.isDirty = true;
      this.retryLater("");
    }
    this.window.addEventListener("online", () => this.flush());
    return begun;
  }

  /**
   * Also before the LMS is there: what was answered meanwhile is told as soon as it comes. An answer of an earlier
   * sitting that was written under a number which the LMS has is not told twice.
   */
  answered(record) {
    if (this.isReadOnly || record.number < this.written) return;
    this.interactions.push({ ...record, time: record.time || this.momentOf(this.clock()) });
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

  finish(result) {
    if (this.isReadOnly) return;
    this.result = result;
    this.isDirty = true;
  }

  /** The learner does something: an LMS that hears nothing for long would end the session. */
  touch() {
    const now = this.now();
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
    this.window.clearTimeout(this.retryTimer);
    this.isOpen = false;
    this.call(this.endName, "");
    const written = this.isDirty ? "unsaved" : "saved";
    this.outcome = this.isReadOnly ? "read-only" : written;
    return this.outcome;
  }

  canWrite() {
    return this.isOpen && !this.isReadOnly;
  }

  /** Write everything that waits, or say so and try again later. @returns {boolean} whether nothing waits */
  flush() {
    if (!this.canWrite() || !this.isDirty) return true;
    this.onStatus("saving");
    if (this.window.navigator.onLine === false) {
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
    this.onStatus("saved");
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
    this.tell(this.placeName, this.session.place());
    const state = this.session.pack();
    this.stateSize = state.length;
    const kept = this.set(STATE, state);
    this.isRefused = !kept && this.isFinal();
    this.writtenAt = this.now();
    this.tell("session_time", this.spanOf(this.writtenAt - this.startedAt));
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
    const back = this.get(STATE);
    return back === state || back === "" || back === this.atLaunch;
  }

  retryLater(why) {
    this.onStatus("unsaved", why);
    this.retryMs = Math.min(this.retryMs ? this.retryMs * RETRY_GROWTH : FIRST_RETRY_MS, LAST_RETRY_MS);
    this.window.clearTimeout(this.retryTimer);
    this.retryTimer = this.window.setTimeout(() => this.flush(), this.retryMs);
  }

  /**
   * The score first, the status last: some LMSs take the grade at the moment the status changes. A pass that
   * the LMS has is never lowered, whatever happened since, nor is its score.
   *
   * @returns {boolean} whether it is done with
   */
  writeResult(result) {
    const { percent, passed } = result;
    const hasPass = this.status === "passed";
    if (hasPass && (!passed || (percent !== null && Number(this.ask("score.raw")) > percent))) return true;
    let isDone = true;
    const put = (element, value) => {
      isDone = this.settle(this.core + element, value) && this.error !== SAYS_NOTHING && isDone;
    };
    const status = statusOf(result, this.lms.fail);
    this.writeOutcome(result, status, put);
    if (isDone) this.status = status;
    const isOver = status === "passed" || status === "completed";
    if (isOver && this.lms.exitOnPass === "normal") this.tell("exit", this.normalExit);
    return isDone;
  }

  /** @returns {boolean} whether it is done with: written, or refused for good */
  writeInteraction(record) {
    const { question } = record;
    // Tried again, it stands in the same place: an LMS may have taken a part of it.
    record.number ??= this.nextNumber();
    const at = `${INTERACTIONS}.${record.number}.`;
    if (!this.settle(`${at}id`, question.key)) return false;
    if (this.error !== "0") return true;
    this.written = Math.max(this.written, record.number + 1);
    let isDone = true;
    const put = (element, value) => {
      if (value !== "") isDone = this.settle(at + element, value) && isDone;
    };
    const { type, response, pattern, description = "" } = this.inWriting(record);
    put("type", type);
    // Without its type an LMS may not take the rest, and never will.
    const isUntyped = this.error !== "0" && isDone;
    question.about.forEach((name, index) => put(`objectives.${index}.id`, name));
    put(this.timeName, record.time);
    put("correct_responses.0.pattern", pattern);
    put("weighting", String(question.points));
    put(this.responseName, response);
    put("result", resultOf(record, this.wrongWord));
    put("latency", this.spanOf(record.seconds * 1000));
    put("description", description);
    return isDone || isUntyped;
  }

  /** The number of the next interaction: an LMS may answer nothing, or what it had at the launch. */
  nextNumber() {
    return Math.max(this.count(INTERACTIONS), this.written);
  }

  // -- the API, which may throw, lie, or answer with something that is not text ------------------------

  initialize() {
    if (this.call("Initialize", "") === "true") return true;
    // Some windows are initialised already by a frame of the LMS; then reading works.
    return this.ask(this.statusName) !== "" && this.lastError() === "0";
  }

  get(element) {
    const text = String(this.call("GetValue", element) ?? "");
    // Some LMSs make a word of what they do not have.
    return text === "undefined" || text === "null" ? "" : text;
  }

  count(array) {
    return Number(this.get(`${array}._count`)) || 0;
  }

  set(element, value) {
    const done = this.call("SetValue", element, value) === "true";
    this.error = done ? "0" : this.lastError();
    return done;
  }

  /** An element of the session. */
  ask(element) {
    return this.get(this.core + element);
  }

  tell(element, value) {
    return this.set(this.core + element, value);
  }

  /** @returns {boolean} whether a value is done with: taken, or refused for good */
  settle(element, value) {
    return this.set(element, value) || this.isFinal();
  }

  isFinal() {
    return this.finalErrors.test(this.error);
  }

  commit() {
    const done = this.call("Commit", "") === "true";
    if (!done) this.lastError();
    return done;
  }

  /** The code of the last error, which also goes into the log of calls. */
  lastError() {
    const code = String(attempt(() => this.api[`${this.before}GetLastError`]()));
    const last = this.calls[this.calls.length - 1];
    if (last) last.push(`error ${code}`);
    log(last.join(" "));
    return code;
  }

  call(name, ...values) {
    const full = this.before + name;
    const answer = attempt(() => this.api[full](...values));
    const shown = PERSONAL.test(values[0]) ? "(hidden)" : short(answer);
    // What somebody wrote is nobody's concern at a support desk.
    if (IN_WORDS.test(values[0])) values[1] = `(${values[1].length} characters)`;
    const seconds = ((this.now() - this.startedAt) / 1000).toFixed(1);
    this.calls.push([`${seconds} s`, `${full}(${values.map(short).join(", ")})`, "→", shown]);
    if (this.calls.length > CALLS_KEPT) this.calls.shift();
    return name !== "GetValue" && /^(true|1)$/i.test(answer) ? "true" : answer;
  }

  /** What a support desk asks for: no name, no id of the learner. */
  report() {
    return [
      this.standard,
      `API: ${this.where || "none"}`,
      `State: ${this.stateSize} of ${this.room} characters`,
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
function resultOf({ question, points, correct }, wrong) {
  if (question.points === 0) return "neutral";
  if (correct) return "correct";
  return points ? String(points) : wrong;
}

function short(value) {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > SHOWN_OF_A_VALUE ? `${text.slice(0, SHOWN_OF_A_VALUE)}... (${text.length - 2})` : text;
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
